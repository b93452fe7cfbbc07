package causes

import (
	"slices"
	"strconv"
	"strings"
)

// Words say what n offline stores have in common, as the end of a sentence that begins
// with their number: "all in the city of Dallas", "96 of them of the group Blue Kettle".
// They are empty where there is no cause. Whoever may not see all stores is told of the
// causes with those of their Stores that they may see.
func Words(causes []Cause, n int) string {
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
			parts = append(parts, c.words(stores, n))
		}
	}
	return strings.Join(parts, ", ")
}

func (c Cause) words(stores, n int) string {
	if c.Kind == Everything {
		return "probably the poller or a platform"
	}
	names := []string{c.Name.words()}
	for _, a := range c.Alike {
		names = append(names, a.words())
	}
	what := strings.Join(names, " or ")
	if stores >= n {
		return "all " + what
	}
	return thousands(stores) + " of them " + what
}

// words are read after "all" and after "of them".
func (n Name) words() string {
	switch n.Kind {
	case Group:
		return "of the group " + n.Text
	case City:
		return "in the city of " + n.Text
	case Zone:
		return "in the time zone " + n.Text
	case Everything:
	}
	return "of all stores"
}

// thousands writes 14092 as "14,092".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
