package web

import (
	"errors"
	"slices"
	"strings"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/words"
	"lightson/views"
)

// subjectLink names what something was entered for, with its page where the visitor sees it.
func subjectLink(w spoken, s *figures.Snapshot, of entered.Subject) views.Link {
	switch of.Scope {
	case entered.OfAll:
		return views.Link{Text: w.Say("All stores")}
	case entered.OfGroup:
		link := views.Link{Text: of.Name}
		if len(s.StoresOf(of.Name)) > 0 {
			link.URL = groupURL(of.Name)
		}
		return link
	default:
		if n, found := s.Find(of.Name); found {
			return views.Link{Text: storeTitle(w, s, n), URL: storeURL(of.Name)}
		}
		return views.Link{Text: w.storeOfID(of.Name)}
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
			return entered.Subject{}, badField(nameField, words.Later("the name of a group"), "").saying(words.Later("Enter the name of a group."))
		}
		return entered.Group(name), nil
	case entered.OfStore:
		if name = strings.TrimSpace(name); name == "" {
			return entered.Subject{}, badField(nameField, words.Later("the id of a store"), "").saying(words.Later("Enter the id of a store."))
		}
		return entered.Store(name), nil
	default:
		return entered.Subject{}, badField("scope", words.Later("for whom it is: a store, a group or all stores"), scope).
			saying(words.Later("Choose for whom it is: a store, a group or all stores."))
	}
}

// parseForWhom reads the choice of stores of a form.
func parseForWhom(scope, group, store string) (entered.Subject, error) {
	if entered.Scope(scope) == entered.OfStore {
		return parseSubject(scope, store, "for_store")
	}
	return parseSubject(scope, group, "for_group")
}

// forWhomRefusal is formRefusal for a form with that choice: what is wrong with the name of
// a subject is told at the field of its scope.
func forWhomRefusal(w spoken, err error, scope string) (views.Refusal, error) {
	var wrong entered.Problem
	if errors.As(err, &wrong) && wrong.Where == "name" {
		return views.Refusal{Field: "for_" + scope, Text: wrong.ForPeople().In(w.Words)}, nil
	}
	return formRefusal(w, err)
}

// newForWhomSeen is the choice of stores of what tells visitors of things. Who sees a part of
// a group, or of all stores, is told of what they see of it.
func newForWhomSeen(w spoken, s *figures.Snapshot) views.ForWhom {
	who := views.ForWhom{All: true, Scope: string(entered.OfAll), Groups: newGroupSelect(w, s.Groups(), w.Say("Choose a group"), ""), Stores: storeOptions(w, s)}
	who.Groups.Name = "for_group"
	return who
}

// fillForWhom writes what was typed into the choice.
func fillForWhom(who *views.ForWhom, scope, group, store string) {
	who.Scope, who.Store, who.Groups.Value = scope, store, group
	who.Groups.Options = slices.Clone(who.Groups.Options)
	for n := range who.Groups.Options {
		who.Groups.Options[n].Selected = who.Groups.Options[n].Value == group
	}
}

// storeOptions are the stores that a form suggests: none where they are too many for it.
func storeOptions(w spoken, s *figures.Snapshot) (options []views.Option) {
	if len(s.Stores) > storesInForm {
		return nil
	}
	for n, store := range s.Stores {
		options = append(options, views.Option{Value: store.Code, Text: storeTitle(w, s, n)})
	}
	return options
}
