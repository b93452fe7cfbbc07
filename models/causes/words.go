package causes

import (
	"slices"
	"strings"

	"lightson/models/words"
)

// Words say what n offline stores have in common, as the end of a sentence that begins
// with their number: "all in the city of Dallas", "96 of them of the group Blue Kettle".
// They are empty where there is no cause. Whoever may not see all stores is told of the
// causes with those of their Stores that they may see.
func Words(w *words.Words, causes []Cause, n int) string {
	var parts []string
	var told []Name
	for i, c := range causes {
		stores := 0 // of this cause and of what it did later
		for _, same := range causes[i:] {
			if same.Name == c.Name {
				stores += len(same.Stores)
			}
		}
		if stores > 0 && !slices.Contains(told, c.Name) {
			told = append(told, c.Name)
			parts = append(parts, c.words(w, stores, n))
		}
	}
	return strings.Join(parts, ", ")
}

func (c Cause) words(w *words.Words, stores, n int) string {
	if c.Kind == Everything {
		return w.Say("probably the poller or a platform")
	}
	what := c.Name.words()
	for _, a := range c.Alike {
		what = words.Later("{one} or {another}|what stores have in common", "one", what, "another", a.words())
	}
	if stores >= n {
		return w.Say("all {what}|of some stores", "what", what)
	}
	return w.Say("{n} of them {what}|of some stores", "n", stores, "what", what)
}

// words are read after "all" and after "of them".
func (n Name) words() words.Message {
	switch n.Kind {
	case Group:
		return words.Later("of the group {group}", "group", n.Text)
	case City:
		return words.Later("in the city of {city}", "city", n.Text)
	case Zone:
		return words.Later("in the time zone {zone}", "zone", n.Text)
	case Everything:
	}
	return words.Later("of all stores")
}
