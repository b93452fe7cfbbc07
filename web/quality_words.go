package web

import (
	"fmt"
	"strings"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// A checkWord is the name of a check, and what it means and what to do about it.
type checkWord struct{ title, text words.Text }

// saidBy says what a check means.
func (c checkWord) saidBy(w spoken) string { return w.Say(c.text, "zone", models.AssumedZone) }

var checkWords = map[figures.Check]checkWord{
	figures.CheckNoHours: {"Business hours unknown",
		"No file has the hours of these stores, so they count as open around the clock. Add them to your business hours file."},
	figures.CheckNoZone: {"Time zone unknown",
		"No file has a valid time zone for these stores, so {zone} is assumed. If they are elsewhere, their hours are wrong. Add them to your time zones file."},
	figures.CheckNeverPolled: {"Never polled",
		"These stores are in your files, but have no polls, so they have no uptime. Check that they are polled, and that all files use the same ids."},
	figures.CheckSilent: {"Silent stores",
		"These stores had no polls for a while before the newest poll of all stores. Check that they are still polled."},
	figures.CheckConflicting: {"Conflicting polls",
		"Two polls of one store at the same time disagreed. “inactive” counts. Check whether two programs poll the same stores."},
	figures.CheckOutsideHours: {"Polls outside business hours",
		"These polls of the last week were made while the store was closed, so they don’t count. A few are normal. If they are most of a store’s polls, check its hours and its time zone."},
	figures.CheckOddHours: {"Odd business hours",
		"These rows may be typing mistakes: under five minutes, overlapping another row, or over 24 hours in a day. They count until you change them. Fix all rows of the store and upload them again."},
	figures.CheckOddIDs: {"Odd store ids",
		"Spreadsheets damage ids: they round long numbers (8.4E+18), put zeros in place of all digits after the 15th, add a decimal point (101.0) or write formulas (=\"101\"). Invisible characters turn one store into two. The ids were imported unchanged. Undo those imports, fix the files and import them again; or choose in the preview to match the ids to stores."},
	figures.CheckNoGroup: {"Without a group",
		"These stores have a name but no group, so they are missing from the figures of every group. Add the group to your store names file."},
}

// oddityWords say what is odd about a row of business hours.
var oddityWords = map[figures.Oddity]words.Text{
	figures.TooShort:  "shorter than five minutes",
	figures.Duplicate: "the same as another row",
	figures.Overlap:   "overlaps another row",
	figures.TooMuch:   "the rows of this day cover more than 24 hours",
}

// faultWords say what is odd about an id.
var faultWords = map[feed.IDFault]words.Text{
	feed.IDRounded:   "scientific notation: a spreadsheet rounded a long number; several stores may have become one",
	feed.IDZeros:     "zeros at the end: a spreadsheet replaced all digits after the 15th; several stores may have become one",
	feed.IDDecimal:   "a decimal point that a spreadsheet or a program added to a whole number",
	feed.IDFormula:   "a formula around the id, meant to protect it in a spreadsheet",
	feed.IDQuoted:    "an apostrophe before the id, added by a spreadsheet to mark text",
	feed.IDError:     "a spreadsheet error in place of the id",
	feed.IDInvisible: "invisible characters in the id",
	feed.IDAlike:     "looks like another id; the difference is invisible",
}

// kinds lists kinds of files.
func (w spoken) kinds(list []string) string {
	said := make([]string, len(list))
	for n, kind := range list {
		said[n] = w.kind(kind)
	}
	return strings.Join(said, ", ")
}

// newQualityCheck is a check and how much it found.
func newQualityCheck(w spoken, q *figures.Quality, conflicts models.ConflictSum, query qualityQuery) views.QualityCheck {
	said := checkWords[query.Check]
	check := views.QualityCheck{Title: w.Say(said.title), URL: query.url(), Text: said.saidBy(w)}
	check.Found = foundMark(w, int64(countOf(q, query)), words.Plural{One: "{n} store", Other: "{n} stores"})
	switch query.Check {
	case figures.CheckSilent:
		check.Note = silentNote(w, q.SilentFor(query.long()), query.Hours)
	case figures.CheckOutsideHours:
		addOutside(w, &check, q.Outside)
	case figures.CheckConflicting:
		if check.Found = foundMark(w, conflicts.Polls, words.Plural{One: "{n} poll", Other: "{n} polls"}); conflicts.Polls > 0 {
			check.Note = w.Count(conflicts.Imports, words.Plural{
				One:   "In {n} import. Each import is listed with the first of them; all are counted.",
				Other: "In {n} imports. Each import is listed with the first of them; all are counted.",
			})
		}
	}
	return check
}

func foundMark(w spoken, count int64, of words.Plural) views.Mark {
	if count == 0 {
		return views.Mark{Tone: views.Well, Text: w.Say("None|was found")}
	}
	return views.Mark{Tone: views.Look, Text: w.Count(count, of)}
}

func silentNote(w spoken, silences []figures.Silence, hours int) string {
	open := 0
	for _, s := range silences {
		if s.Open > 0 {
			open++
		}
	}
	note := w.Count(int64(hours), words.Plural{One: "For more than {n} hour.", Other: "For more than {n} hours."})
	if open > 0 {
		note += " " + w.Say("In business hours: {stores}.", "stores", w.stores(open))
	}
	return note
}

// addOutside counts polls outside business hours. Only stores that were never
// polled while open need attention.
func addOutside(w spoken, check *views.QualityCheck, list []figures.OutsidePolls) {
	if len(list) == 0 {
		return
	}
	check.Found.Tone = views.Note
	var sum figures.OutsidePolls
	lost := 0
	for _, o := range list {
		sum.Polls += o.Polls
		sum.Outside += o.Outside
		if o.Outside == o.Polls {
			lost++
		}
	}
	check.Note = w.Say("{outside} of their {polls}, {percent}.", "outside", w.Number(int64(sum.Outside)),
		"polls", w.Count(int64(sum.Polls), words.Plural{One: "{n} poll", Other: "{n} polls"}), "percent", w.Figure(sum.Percent()+"\u202f%"))
	if lost > 0 {
		check.Found.Tone = views.Look
		check.Note += " " + w.Say("Never polled while open: {stores}.", "stores", w.stores(lost))
	}
}

// silentText is how long a store was silent. If its last poll is not known, that is
// a lower bound.
func silentText(w spoken, s figures.Silence) string {
	if !s.LastPollAt.Known {
		return w.Say("over {length}", "length", daysText(w, s.For))
	}
	return daysText(w, s.For)
}

// daysText is elapsed time; from two days on, in days and hours.
func daysText(w spoken, m uptime.Micros) string {
	if m < 2*uptime.Day {
		return w.length(m)
	}
	days, hours := w.days(int(m/uptime.Day)), m%uptime.Day/uptime.Hour
	if hours == 0 {
		return days
	}
	return fmt.Sprintf("%s %d h", days, hours)
}
