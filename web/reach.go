package web

import (
	"context"
	"strings"

	"lightson/models/names"
	"lightson/models/reach"
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

// reachWords say which stores a reach has: "all stores", "the group Kowalski Family, and
// store 12".
func reachWords(r reach.Reach) string {
	if r.IsAll() {
		return "all stores"
	}
	var parts []string
	for _, kind := range []struct {
		one, many string
		list      []string
	}{{"the group ", "the groups ", r.Groups()}, {"store ", "stores ", r.Stores()}} {
		switch shown := kind.list; {
		case len(shown) == 1:
			parts = append(parts, kind.one+shown[0])
		case len(shown) > 1:
			if more := len(shown) - mostNamed; more > 0 {
				shown = append(shown[:mostNamed:mostNamed], countText(more)+" more")
			}
			parts = append(parts, kind.many+strings.Join(shown[:len(shown)-1], ", ")+" and "+shown[len(shown)-1])
		}
	}
	if len(parts) == 0 {
		return "no stores"
	}
	return names.Visible(strings.Join(parts, ", and "))
}

// mostNamed is how many groups or stores are named where people read which.
const mostNamed = 5

// unknownText says which groups and stores of a reach no file has named yet. They may be
// to come, or mistyped.
func (s *Server) unknownText(ctx context.Context, r reach.Reach) (string, error) {
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
			missing = append(missing, "No store is in the group "+g+".")
		}
	}
	for _, code := range r.Stores() {
		if _, found := snapshot.Find(code); !found {
			missing = append(missing, "No file names the store "+code+".")
		}
	}
	if more := len(missing) - mostNamed; more > 0 {
		missing = append(missing[:mostNamed], "The same is true of "+countText(more)+" more.")
	}
	return names.Visible(strings.Join(missing, " ")), nil
}
