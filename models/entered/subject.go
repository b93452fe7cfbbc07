package entered

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

// Scope says what the name of a subject is. Its text is stored.
type Scope string

// The scopes.
const (
	OfStore Scope = "store" // the name is the store's code
	OfGroup Scope = "group" // the name is the group's, as it is shown
	OfAll   Scope = "all"   // there is no name
)

// A Subject is the stores that something was entered for: one, those of a group, or all.
type Subject struct {
	Scope Scope
	Name  string
}

// All are all stores, also those to come.
var All = Subject{Scope: OfAll}

// Store is the subject of one store.
func Store(code string) Subject { return Subject{OfStore, code} }

// Group is the subject of every store of a group.
func Group(name string) Subject { return Subject{OfGroup, names.Visible(name)} }

// Has reports whether the subject has a store, by the group that it is in now.
func (s Subject) Has(store models.Store) bool {
	switch s.Scope {
	case OfAll:
		return true
	case OfGroup:
		return s.Name != "" && s.Name == names.Visible(store.Group)
	case OfStore:
		return s.Name == store.Code
	default:
		return false
	}
}

// String names the subject for people.
func (s Subject) String() string {
	switch s.Scope {
	case OfAll:
		return "all stores"
	case OfGroup:
		return "group " + s.Name
	default:
		return "store " + s.Name
	}
}

// compare orders subjects from the widest to the narrowest, and then by name in order of
// bytes: a database's own order depends on its collation.
func (s Subject) compare(t Subject) int {
	return cmp.Or(cmp.Compare(s.rank(), t.rank()), strings.Compare(s.Name, t.Name))
}

func (s Subject) rank() int {
	switch s.Scope {
	case OfAll:
		return 0
	case OfGroup:
		return 1
	default:
		return 2
	}
}

// longestName is how many bytes the name of a subject may have. Codes have at most 128.
const longestName = 500

// Clean is the subject as it is stored, or a Problem where it is none.
func (s Subject) Clean() (Subject, error) {
	err := s.clean()
	return s, err
}

// clean writes the name of a group as it is shown, and gives a Problem where the subject is
// none.
func (s *Subject) clean() error {
	if s.Scope == OfGroup {
		s.Name = names.Visible(s.Name)
	}
	switch {
	case s.Scope != OfStore && s.Scope != OfGroup && s.Scope != OfAll:
		return problem("scope", "store, group or all", string(s.Scope), "Choose for whom it is: a store, a group or all stores.")
	case s.Scope == OfAll && s.Name != "":
		return problem("name", "no name with the scope all", s.Name, "")
	case s.Scope != OfAll && s.Name == "":
		return problem("name", "the id of a store or the name of a group", "nothing", "Enter the id of a store or the name of a group.")
	case len(s.Name) > longestName:
		return problem("name", "at most 500 bytes", uptime.CountText(int64(len(s.Name))), "Use at most 500 bytes. This name has {n}.", "n", len(s.Name))
	case !utf8.ValidString(s.Name) || strings.ContainsRune(s.Name, 0):
		return problem("name", "text in UTF-8", strings.ToValidUTF8(strings.ReplaceAll(s.Name, "\x00", "?"), "?"), odd)
	}
	return nil
}
