package web

import (
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
