package web

import (
	"cmp"
	"strings"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/views"
)

// subjectLink names what something was entered for, with its page where the visitor sees it.
func subjectLink(s *figures.Snapshot, of entered.Subject) views.Link {
	switch of.Scope {
	case entered.OfAll:
		return views.Link{Text: "All stores"}
	case entered.OfGroup:
		link := views.Link{Text: of.Name}
		if len(s.StoresOf(of.Name)) > 0 {
			link.URL = groupURL(of.Name)
		}
		return link
	default:
		if n, found := s.Find(of.Name); found {
			return views.Link{Text: storeTitle(s, n), URL: storeURL(of.Name)}
		}
		return views.Link{Text: "Store " + names.Visible(of.Name)}
	}
}

// parseSubject reads for what something is entered. The field of its name is what a problem
// with it is told at.
func parseSubject(scope, name, nameField string) (entered.Subject, error) {
	switch entered.Scope(scope) {
	case entered.OfAll:
		return entered.All, nil
	case entered.OfGroup:
		if name = names.Asked(name); name == "" {
			return entered.Subject{}, badField(nameField, "the name of a group", "nothing")
		}
		return entered.Group(name), nil
	case entered.OfStore:
		if name = strings.TrimSpace(name); name == "" {
			return entered.Subject{}, badField(nameField, "the id of a store", "nothing")
		}
		return entered.Store(name), nil
	default:
		return entered.Subject{}, badField("scope", "for whom it is: a store, a group or all stores", cmp.Or(scope, "nothing"))
	}
}
