package web

import (
	"cmp"
	"context"
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
	w := spokenOf(ctx)
	var conflicts models.ConflictSum
	var err error
	if query.Check == figures.CheckConflicting {
		if conflicts, err = s.data.ConflictSum(ctx); err != nil {
			return views.QualityList{}, err
		}
	}
	list := views.QualityList{
		Check:  newQualityCheck(w, q, conflicts, query),
		Export: views.Download{Label: string(query.Check) + ".csv", URL: query.csvURL()},
	}
	switch query.Check {
	case figures.CheckSilent:
		list.Choices = newSilenceChoices(w, q, query)
		list.Columns = []views.Column{column(w.Say("Store")), column(w.Say("Last poll")), numberColumn(w.Say("Silent for")), column(w.Say("Open since")), numberColumn(w.Say("Open time"))}
		paginateFound(w, &list, query, q.SilentFor(query.long()), func(s figures.Silence) views.QualityRow { return newFoundStore(q, s.Store, silenceCells(w, q, s)...) })
	case figures.CheckOutsideHours:
		list.Columns = []views.Column{column(w.Say("Store")), numberColumn(w.Say("Polls last week")), numberColumn(w.Say("Outside|business hours")), numberColumn(w.Say("Share|a part"))}
		paginateFound(w, &list, query, q.Outside, func(o figures.OutsidePolls) views.QualityRow {
			return newFoundStore(q, o.Store, views.Cell{Text: w.Number(int64(o.Polls))}, views.Cell{Text: w.Number(int64(o.Outside))}, views.Cell{Text: w.Figure(o.Percent() + "\u202f%")})
		})
	case figures.CheckOddHours:
		list.Columns = []views.Column{column(w.Say("Store")), column(w.Say("Rows"))}
		paginateFound(w, &list, query, q.Odd, func(o figures.OddStore) views.QualityRow { return newFoundStore(q, o.Store, oddCell(w, o.Rows)) })
	case figures.CheckOddIDs:
		list.Columns = []views.Column{column(w.Say("Store")), column(w.Say("Id|of a store")), column(w.Say("Likely cause")), column(w.Say("Looks like"))}
		paginateFound(w, &list, query, q.OddIDs, func(o feed.OddID) views.QualityRow { return newFoundStore(q, o.Index, oddIDCells(w, q, o)...) })
	case figures.CheckNeverPolled:
		list.Columns = []views.Column{column(w.Say("Store")), column(w.Say("Known from"))}
		paginateFound(w, &list, query, q.NeverPolled, func(n int) views.QualityRow {
			return newFoundStore(q, n, views.Cell{Text: upperFirst(w.kinds(q.KnownFrom(n)))})
		})
	case figures.CheckConflicting:
		err = s.addConflicts(ctx, &list, query)
	default:
		list.Columns = []views.Column{column(w.Say("Store")), column(w.Say("Zone")), column(w.Say("Business hours")), column(w.Say("First poll"))}
		paginateFound(w, &list, query, storesOf(q, query.Check), func(n int) views.QualityRow { return newFoundStore(q, n, knownCells(w, q, n)...) })
	}
	return list, err
}

// column heads a column of words.
func column(heading string) views.Column { return views.Column{Text: heading} }

// numberColumn heads a column of numbers.
func numberColumn(heading string) views.Column { return views.Column{Text: heading, Number: true} }

// paginateFound adds one page of what was found to a list.
func paginateFound[T any](w spoken, list *views.QualityList, query qualityQuery, found []T, row func(T) views.QualityRow) {
	pager, shown := paginate(w, found, query.Page, foundPerPage, listedStores, func(page int) string {
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
func knownCells(w spoken, q *figures.Quality, n int) []views.Cell {
	store := q.Stores[n]
	zone, hours := views.Cell{Text: store.ZoneName()}, views.Cell{Text: w.Say("Known|business hours are")}
	if !store.ZoneKnown() {
		zone.Note = w.Say("assumed")
	}
	if store.Zone != "" && !store.ZoneKnown() {
		zone.Note = w.Say("assumed, found {zone}", "zone", feed.Shown(store.Zone))
	}
	if len(q.Hours(n)) == 0 {
		hours = views.Cell{Text: w.Say("Always open"), Note: w.Say("assumed")}
	}
	first := w.optionalTime(store.FirstPollAt, q.Location(n), dayAndClock)
	return []views.Cell{zone, hours, {At: first, Text: cmp.Or(first.Text, "—")}}
}

// oddIDCells are an id with what is invisible in it, why it is odd, and the store that
// it looks like.
func oddIDCells(w spoken, q *figures.Quality, o feed.OddID) []views.Cell {
	code := q.Stores[o.Index].Code
	cause := views.Cell{Text: upperFirst(w.Say(faultWords[o.Fault])), Note: feed.InvisibleIn(code)}
	like := views.Cell{Text: "—"}
	if o.Like >= 0 {
		other := q.Stores[o.Like].Code
		like = views.Cell{Links: []views.Link{{Text: feed.ShownID(other), URL: storeURL(other)}}}
	}
	return []views.Cell{{Text: feed.ShownID(code)}, cause, like}
}

func silenceCells(w spoken, q *figures.Quality, s figures.Silence) []views.Cell {
	zone := q.Location(s.Store)
	last := views.Cell{At: w.optionalTime(s.LastPollAt, zone, dayAndClock)}
	if !s.LastPollAt.Known {
		last = views.Cell{At: w.time(q.Heard().From, zone, dayAndClock), Note: w.Say("or before")}
	}
	if s.Open == 0 {
		return []views.Cell{last, {Text: silentText(w, s)}, {Text: w.Say("Always closed")}, {Text: "—"}}
	}
	return []views.Cell{last, {Text: silentText(w, s)}, {At: w.optionalTime(s.Since, zone, dayAndClock)}, {Text: daysText(w, s.Open)}}
}

func newSilenceChoices(w spoken, q *figures.Quality, query qualityQuery) []views.Filter {
	var choices []views.Filter
	asked := false
	choose := func(hours int) {
		other := qualityQuery{Check: query.Check, Hours: hours}
		asked = asked || hours == query.Hours
		choices = append(choices, views.Filter{
			Text: daysText(w, other.long()), Count: w.Number(int64(len(q.SilentFor(other.long())))), URL: other.url(), Active: hours == query.Hours,
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

func oddCell(w spoken, rows []figures.OddRow) views.Cell {
	var cell views.Cell
	if more := len(rows) - oddRowsInList; more > 0 {
		cell.More = w.more(int64(more))
		rows = rows[:oddRowsInList]
	}
	for _, r := range rows {
		var oddities []string
		for _, oddity := range r.Oddities {
			oddities = append(oddities, w.Say(oddityWords[oddity]))
		}
		cell.Lines = append(cell.Lines, w.Say("{weekday} {start}–{end}, {length}: {oddities}", "weekday", w.Weekday(time.Weekday((r.Day+1)%7)),
			"start", uptime.ClockText(r.Start), "end", uptime.ClockText(r.End), "length", w.length(r.Length), "oddities", strings.Join(oddities, "; ")))
	}
	return cell
}

// addConflicts lists the imports with conflicts, newest first, each with its first
// conflicts.
func (s *Server) addConflicts(ctx context.Context, list *views.QualityList, query qualityQuery) error {
	w := spokenOf(ctx)
	list.Columns = []views.Column{column(w.Say("Import")), column(w.Say("When")), numberColumn(w.Say("Polls")), column(w.Say("The first of them"))}
	imports, err := s.data.ConflictingImports(ctx, models.ListPlace{}, (query.Page-1)*conflictsPerPage, conflictsPerPage+1)
	if err != nil {
		return err
	}
	list.Pager, imports = paginateFetched(w, query.path(), query.Page, conflictsPerPage, imports)
	for _, i := range imports {
		list.Rows = append(list.Rows, newConflictRow(w, i))
	}
	return nil
}

func newConflictRow(w spoken, i models.Import) views.QualityRow {
	var first views.Cell
	for _, conflict := range i.Conflicts[:min(len(i.Conflicts), conflictsInList)] {
		first.Links = append(first.Links, views.Link{Text: conflict.Store, URL: storeURL(conflict.Store)})
	}
	if more := i.Conflicting - int64(len(first.Links)); more > 0 {
		first.More = w.more(more)
	}
	return views.QualityRow{
		ID: i.ShortID(), URL: importURL(i.ID) + "#conflicts-heading", City: w.files(i.Files),
		Cells: []views.Cell{
			{At: w.time(i.CreatedAt, time.UTC, dayAndClock), Note: w.source(i.Source)},
			{Text: w.Number(i.Conflicting)}, first,
		},
	}
}
