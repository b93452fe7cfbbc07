package web

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	foundPerPage     = 50
	conflictsInList  = 5
	oddRowsInList    = 20 // of one store
	conflictsPerPage = 20
)

// silenceChoices are the hours of silence that the page offers.
var silenceChoices = []int{6, usualSilence, 72, longestSilence}

// newQualityList is one page of what a check found.
func (s *Server) newQualityList(ctx context.Context, q *figures.Quality, query qualityQuery) (views.QualityList, error) {
	var conflicts models.ConflictSum
	var err error
	if query.Check == figures.CheckConflicting {
		if conflicts, err = s.data.ConflictSum(ctx); err != nil {
			return views.QualityList{}, err
		}
	}
	list := views.QualityList{
		Check:  newQualityCheck(q, conflicts, query),
		Export: views.Download{Label: string(query.Check) + ".csv", URL: query.csvURL()},
	}
	switch query.Check {
	case figures.CheckSilent:
		list.Choices = newSilenceChoices(q, query)
		list.Columns = columns("Store", "Last poll", "Silent for #", "Open since", "Open time #")
		paginateFound(&list, query, q.SilentFor(query.long()), func(s figures.Silence) views.QualityRow { return newFoundStore(q, s.Store, silenceCells(q, s)...) })
	case figures.CheckOutsideHours:
		list.Columns = columns("Store", "Polls last week #", "Outside #", "Share #")
		paginateFound(&list, query, q.Outside, func(o figures.OutsidePolls) views.QualityRow {
			return newFoundStore(q, o.Store, views.Cell{Text: countText(o.Polls)}, views.Cell{Text: countText(o.Outside)}, views.Cell{Text: o.Percent() + "\u202f%"})
		})
	case figures.CheckOddHours:
		list.Columns = columns("Store", "Rows")
		paginateFound(&list, query, q.Odd, func(o figures.OddStore) views.QualityRow { return newFoundStore(q, o.Store, oddCell(o.Rows)) })
	case figures.CheckOddIDs:
		list.Columns = columns("Store", "Id", "Likely cause", "Looks like")
		paginateFound(&list, query, q.OddIDs, func(o feed.OddID) views.QualityRow { return newFoundStore(q, o.Index, oddIDCells(q, o)...) })
	case figures.CheckNeverPolled:
		list.Columns = columns("Store", "Known from")
		paginateFound(&list, query, q.NeverPolled, func(n int) views.QualityRow {
			return newFoundStore(q, n, views.Cell{Text: upperFirst(strings.Join(q.KnownFrom(n), ", "))})
		})
	case figures.CheckConflicting:
		err = s.addConflicts(ctx, &list, query)
	default:
		list.Columns = columns("Store", "Zone", "Business hours", "First poll")
		paginateFound(&list, query, storesOf(q, query.Check), func(n int) views.QualityRow { return newFoundStore(q, n, knownCells(q, n)...) })
	}
	return list, err
}

// columns makes columns from their headings. A column of numbers has a heading that
// ends in " #".
func columns(texts ...string) []views.Column {
	list := make([]views.Column, len(texts))
	for n, text := range texts {
		name, number := strings.CutSuffix(text, " #")
		list[n] = views.Column{Text: name, Number: number}
	}
	return list
}

// paginateFound adds one page of what was found to a list.
func paginateFound[T any](list *views.QualityList, query qualityQuery, found []T, row func(T) views.QualityRow) {
	pager, shown := paginate(found, query.Page, foundPerPage, "store", func(page int) string {
		query.Page = page
		return query.url()
	})
	list.Pager = pager
	for _, item := range shown {
		list.Rows = append(list.Rows, row(item))
	}
}

func newFoundStore(q *figures.Quality, n int, cells ...views.Cell) views.QualityRow {
	store := q.Stores[n]
	row := views.QualityRow{ID: store.Code, Name: store.Name, City: store.City, URL: storeURL(store.Code), Cells: cells}
	if store.Group != "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	return row
}

// knownCells are the zone, the hours and the first poll of a store.
func knownCells(q *figures.Quality, n int) []views.Cell {
	store := q.Stores[n]
	zone, hours := views.Cell{Text: store.ZoneName()}, views.Cell{Text: "Known"}
	if !store.ZoneKnown() {
		zone.Note = "assumed"
	}
	if store.Zone != "" && !store.ZoneKnown() {
		zone.Note = "assumed, found " + feed.Shown(store.Zone)
	}
	if len(q.Hours(n)) == 0 {
		hours = views.Cell{Text: "Always open", Note: "assumed"}
	}
	first := optionalText(store.FirstPollAt, q.Location(n), dayAndClock)
	return []views.Cell{zone, hours, {At: first, Text: cmp.Or(first.Text, "—")}}
}

// oddIDCells are an id with what is invisible in it, why it is odd, and the store that
// it looks like.
func oddIDCells(q *figures.Quality, o feed.OddID) []views.Cell {
	code := q.Stores[o.Index].Code
	cause := views.Cell{Text: upperFirst(o.Fault.String()), Note: feed.InvisibleIn(code)}
	like := views.Cell{Text: "—"}
	if o.Like >= 0 {
		other := q.Stores[o.Like].Code
		like = views.Cell{Links: []views.Link{{Text: feed.ShownID(other), URL: storeURL(other)}}}
	}
	return []views.Cell{{Text: feed.ShownID(code)}, cause, like}
}

func silenceCells(q *figures.Quality, s figures.Silence) []views.Cell {
	zone := q.Location(s.Store)
	last := views.Cell{At: optionalText(s.LastPollAt, zone, dayAndClock)}
	if !s.LastPollAt.Known {
		last = views.Cell{At: timeText(q.Heard().From, zone, dayAndClock), Note: "or before"}
	}
	if s.Open == 0 {
		return []views.Cell{last, {Text: silentText(s)}, {Text: "Always closed"}, {Text: "—"}}
	}
	return []views.Cell{last, {Text: silentText(s)}, {At: optionalText(s.Since, zone, dayAndClock)}, {Text: daysText(s.Open)}}
}

func newSilenceChoices(q *figures.Quality, query qualityQuery) []views.Filter {
	var choices []views.Filter
	asked := false
	choose := func(hours int) {
		other := qualityQuery{Check: query.Check, Hours: hours}
		asked = asked || hours == query.Hours
		choices = append(choices, views.Filter{
			Text: daysText(other.long()), Count: countText(len(q.SilentFor(other.long()))), URL: other.url(), Active: hours == query.Hours,
		})
	}
	for _, hours := range silenceChoices {
		choose(hours)
	}
	if !asked {
		choose(query.Hours)
	}
	return choices
}

func oddCell(rows []figures.OddRow) views.Cell {
	var cell views.Cell
	if more := len(rows) - oddRowsInList; more > 0 {
		cell.More = "and " + countText(more) + " more"
		rows = rows[:oddRowsInList]
	}
	for _, r := range rows {
		var oddities []string
		for _, oddity := range r.Oddities {
			oddities = append(oddities, oddityWords[oddity])
		}
		cell.Lines = append(cell.Lines, fmt.Sprintf("%s %s–%s, %s: %s", time.Weekday((r.Day+1)%7),
			uptime.ClockText(r.Start), uptime.ClockText(r.End), r.Length.LengthText(), strings.Join(oddities, "; ")))
	}
	return cell
}

// addConflicts lists the imports with conflicts, newest first, each with its first
// conflicts.
func (s *Server) addConflicts(ctx context.Context, list *views.QualityList, query qualityQuery) error {
	list.Columns = columns("Import", "When", "Polls #", "The first of them")
	imports, err := s.data.ConflictingImports(ctx, models.ListPlace{}, (query.Page-1)*conflictsPerPage, conflictsPerPage+1)
	if err != nil {
		return err
	}
	list.Pager, imports = paginateFetched(query.path(), query.Page, conflictsPerPage, imports)
	for _, i := range imports {
		list.Rows = append(list.Rows, newConflictRow(i))
	}
	return nil
}

func newConflictRow(i models.Import) views.QualityRow {
	var first views.Cell
	for _, conflict := range i.Conflicts[:min(len(i.Conflicts), conflictsInList)] {
		first.Links = append(first.Links, views.Link{Text: conflict.Store, URL: storeURL(conflict.Store)})
	}
	if more := i.Conflicting - int64(len(first.Links)); more > 0 {
		first.More = "and " + countText(more) + " more"
	}
	return views.QualityRow{
		ID: i.ShortID(), URL: importURL(i.ID) + "#conflicts-heading", City: filesText(i.Files),
		Cells: []views.Cell{
			{At: timeText(i.CreatedAt, time.UTC, dayAndClock), Note: sourceText(i.Source)},
			{Text: countText(i.Conflicting)}, first,
		},
	}
}
