package web

import (
	"context"
	"strings"

	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/words"
	"lightson/views"
)

// reachForm is what a form sends to say which stores something may see.
type reachForm struct {
	Reach  string `form:"reach"`  // allStores, or else only these:
	Groups string `form:"groups"` // one a line
	Stores string `form:"stores"` // one a line
}

const (
	allStores  = "all"
	someStores = "some"
)

// newReachForm is the form with a reach filled in.
func newReachForm(r reach.Reach) reachForm {
	if r.IsAll() {
		return reachForm{Reach: allStores}
	}
	return reachForm{someStores, strings.Join(r.Groups(), "\n"), strings.Join(r.Stores(), "\n")}
}

// reach is the reach that the form asks for. all is what allStores stands for.
func (f reachForm) reach(all reach.Reach) reach.Reach {
	if f.Reach == allStores {
		return all
	}
	return reach.Of(lines(f.Groups), lines(f.Stores))
}

// form is the form with what was entered. all are the words for allStores.
func (f reachForm) form(all string) views.ReachForm {
	return views.ReachForm{All: all, Some: f.Reach != allStores, Groups: f.Groups, Stores: f.Stores, Suggest: "/groups/names"}
}

// lines are the lines of a field that have something in them.
func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// reach says which stores a reach has: "all stores", "the group Kowalski Family, and
// store 12".
func (w spoken) reach(r reach.Reach) string {
	groups, stores := r.Groups(), r.Stores()
	inGroups := w.Count(int64(len(groups)), words.Plural{One: "the group {groups}", Other: "the groups {groups}"}, "groups", w.firstOf(groups))
	single := w.Count(int64(len(stores)), words.Plural{One: "store {stores}", Other: "stores {stores}"}, "stores", w.firstOf(stores))
	switch {
	case r.IsAll():
		return w.Say("all stores")
	case len(groups) == 0 && len(stores) == 0:
		return w.Say("no stores")
	case len(stores) == 0:
		return names.Visible(inGroups)
	case len(groups) == 0:
		return names.Visible(single)
	default:
		return names.Visible(w.Say("{groups}, and {stores}", "groups", inGroups, "stores", single))
	}
}

// firstOf are the first of a list, and how many more there are.
func (w spoken) firstOf(list []string) string {
	if more := len(list) - mostNamed; more > 0 {
		list = append(list[:mostNamed:mostNamed], w.Say("{n} more", "n", more))
	}
	return w.list(list)
}

// mostNamed is how many groups or stores are named where people read which.
const mostNamed = 5

// unknownText says which groups and stores of a reach no file has named yet. They may be
// to come, or mistyped.
func (s *Server) unknownText(ctx context.Context, r reach.Reach) (string, error) {
	w := spokenOf(ctx)
	if r.IsAll() {
		return "", nil
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return "", err
	}
	var missing []string
	groups := map[string]bool{}
	for _, g := range snapshot.Groups() {
		groups[g.Name] = true
	}
	for _, g := range r.Groups() {
		if !groups[g] {
			missing = append(missing, w.Say("No store is in the group {group}.", "group", g))
		}
	}
	for _, code := range r.Stores() {
		if _, found := snapshot.Find(code); !found {
			missing = append(missing, w.Say("No file names the store {store}.", "store", code))
		}
	}
	if more := len(missing) - mostNamed; more > 0 {
		missing = append(missing[:mostNamed], w.Say("The same is true of {n} more.", "n", more))
	}
	return names.Visible(strings.Join(missing, " ")), nil
}
