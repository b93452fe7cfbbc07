package web

import (
	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/models/words"
)

// sourceWords name where an import or a report was asked for.
var sourceWords = map[models.Source]words.Text{
	models.FromPage: "Browser", models.FromAPI: "API", models.FromCommand: "Command line", models.FromInbox: "Inbox",
	models.FromDemo: "Demo data", models.FromPush: "Pollers", models.FromSource: "Source|an address from which files are fetched",
	models.FromSchedule: "Schedule|of reports",
}

// source names where an import or a report was asked for.
func (w spoken) source(from models.Source) string {
	if text, known := sourceWords[from]; known {
		return w.Say(text)
	}
	return string(from)
}

// notRead stands for the kind of a file of which nothing was read.
const notRead = "?"

// kindWords are the kinds of files, by what the database calls them.
var kindWords = map[string]words.Text{
	feed.Polls.String(): "polls", feed.Hours.String(): "business hours", feed.Zones.String(): "time zones",
	feed.Names.String(): "store names", feed.SpecialDays.String(): "special days", feed.Kind(0).String(): "unknown|kind of a file",
	notRead: "not read yet",
}

// kind is the kind of a file.
func (w spoken) kind(name string) string {
	if text, known := kindWords[name]; known {
		return w.Say(text)
	}
	return name
}

// forms say how a file writes its columns, by its delimiter.
var forms = map[string]words.Text{
	feed.Comma.String(): "{encoding}, columns separated by commas", feed.Semicolon.String(): "{encoding}, columns separated by semicolons",
	feed.Tab.String(): "{encoding}, columns separated by tabs", feed.Bar.String(): "{encoding}, columns separated by vertical bars",
}

// form is how a file encodes its text and separates its columns.
func (w spoken) form(f models.PreviewFile) string {
	return w.Say(forms[f.Delimiter], "encoding", f.Encoding)
}

// importsKept says for how long records of imports are kept.
func (s *Server) importsKept() words.Message {
	return keptLater(s.settings.Keep.Imports, words.Plural{One: "Imports are kept for {n} day.", Other: "Imports are kept for {n} days."})
}

// more says how many are not listed.
func (w spoken) more(n int64) string { return w.Say("and {n} more", "n", n) }

// newStores is a number of stores that are not known yet.
func (w spoken) newStores(n int64) string {
	return w.Count(n, words.Plural{One: "{n} new store", Other: "{n} new stores"})
}

// offlineNote says when stores are offline that an import tells of.
func offlineNote(at moment) string {
	w, asOf, now := at.w, at.asOf.Time(), at.now.UTC()
	switch {
	case !at.old():
		return w.Say("Offline now, inside business hours.")
	case sameDate(asOf, now):
		return w.Say("Offline as of {time}, inside business hours.", "time", w.Time(asOf, clock))
	default:
		return w.Say("Offline as of {time}, inside business hours.", "time", w.date(uptime.DateOf(asOf.Date()), dayOfYear))
	}
}
