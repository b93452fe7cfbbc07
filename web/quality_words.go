package web

import (
	"fmt"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// checkWords are the name of each check, and what it means and what to do about
// it.
var checkWords = map[figures.Check]struct{ title, text string }{
	figures.CheckNoHours: {"Business hours unknown",
		"No file has the hours of these stores, so they count as open around the clock. Add them to your business hours file."},
	figures.CheckNoZone: {"Time zone unknown",
		"No file has a valid time zone for these stores, so " + models.AssumedZone + " is assumed. If they are elsewhere, their hours are wrong. Add them to your time zones file."},
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
var oddityWords = map[figures.Oddity]string{
	figures.TooShort:  "shorter than five minutes",
	figures.Duplicate: "the same as another row",
	figures.Overlap:   "overlaps another row",
	figures.TooMuch:   "the rows of this day cover more than 24 hours",
}

// newQualityCheck is a check and how much it found.
func newQualityCheck(q *figures.Quality, conflicts models.ConflictSum, query qualityQuery) views.QualityCheck {
	words := checkWords[query.Check]
	check := views.QualityCheck{Title: words.title, URL: query.url(), Text: words.text, Found: foundMark(countOf(q, query), "store")}
	switch query.Check {
	case figures.CheckSilent:
		check.Note = silentNote(q.SilentFor(query.long()), query.Hours)
	case figures.CheckOutsideHours:
		addOutside(&check, q.Outside)
	case figures.CheckConflicting:
		if check.Found = foundMark(conflicts.Polls, "poll"); conflicts.Polls > 0 {
			check.Note = "In " + plural(conflicts.Imports, "import") + ". Each import is listed with the first of them; all are counted."
		}
	}
	return check
}

func foundMark[N ~int | ~int64](count N, noun string) views.Mark {
	if count == 0 {
		return views.Mark{Tone: views.Well, Text: "None"}
	}
	return views.Mark{Tone: views.Look, Text: plural(count, noun)}
}

func silentNote(silences []figures.Silence, hours int) string {
	open := 0
	for _, s := range silences {
		if s.Open > 0 {
			open++
		}
	}
	note := fmt.Sprintf("For more than %s.", plural(hours, "hour"))
	if open > 0 {
		note += fmt.Sprintf(" In business hours: %s.", plural(open, "store"))
	}
	return note
}

// addOutside counts polls outside business hours. Only stores that were never
// polled while open need attention.
func addOutside(check *views.QualityCheck, list []figures.OutsidePolls) {
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
	check.Note = fmt.Sprintf("%s of their %s, %s\u202f%%.", countText(sum.Outside), plural(sum.Polls, "poll"), sum.Percent())
	if lost > 0 {
		check.Found.Tone = views.Look
		check.Note += fmt.Sprintf(" Never polled while open: %s.", plural(lost, "store"))
	}
}

// silentText is how long a store was silent. If its last poll is not known, that is
// a lower bound.
func silentText(s figures.Silence) string {
	if !s.LastPollAt.Known {
		return "over " + daysText(s.For)
	}
	return daysText(s.For)
}

// daysText is elapsed time; from two days on, in days and hours.
func daysText(m uptime.Micros) string {
	if m < 2*uptime.Day {
		return m.LengthText()
	}
	days, hours := plural(int64(m/uptime.Day), "day"), m%uptime.Day/uptime.Hour
	if hours == 0 {
		return days
	}
	return fmt.Sprintf("%s %d h", days, hours)
}
