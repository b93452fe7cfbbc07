package web

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/views"
)

// newOutageLog is the log before anything is read: what can be asked for.
func newOutageLog(w spoken, s *figures.Snapshot, q outageQuery) views.OutageLog {
	kept := q.with(func(q *outageQuery) {
		q.Q, q.Group, q.Period, q.From, q.To, q.AtLeast, q.Ended, q.Excused = "", "", "", "", "", 0, "", ""
	})
	log := views.OutageLog{
		Search:   views.Search{Action: "/outages", Query: q.Q, Keep: hiddenParams(kept.values())},
		Selects:  newOutageSelects(w, s, q),
		Range:    newOutageRange(q),
		Sort:     newOutageSort(q),
		ClearURL: "/outages",
		Filtered: q.narrows() || q.chooses(),
		Empty:    !s.AsOfKnown,
	}
	if q.From != "" || q.To != "" {
		log.Search.Keep = append(log.Search.Keep, views.Param{Name: "from", Value: q.From}, views.Param{Name: "to", Value: q.To})
	}
	if q.Store != "" {
		log.Only = newOnlyStore(s, q)
	}
	return log
}

// newOutageRange is the form that asks for a time without a name.
func newOutageRange(q outageQuery) views.OutageRange {
	form := views.OutageRange{From: q.From, To: q.To, Zone: "UTC"}
	if !q.within.Empty() {
		form.From, form.To = q.within.From.Time().UTC().Format(exactFieldLayout), q.within.To.Time().UTC().Format(exactFieldLayout)
	}
	form.Keep = hiddenParams(q.with(func(q *outageQuery) { q.Period, q.From, q.To = "", "", "" }).values())
	return form
}

// exactFieldLayout is the layout of a browser's field for an instant with its second.
const exactFieldLayout = "2006-01-02T15:04:05"

// newOnlyStore says of which store alone the log is, and leads back to all.
func newOnlyStore(s *figures.Snapshot, q outageQuery) views.OnlyStore {
	only := views.OnlyStore{AllURL: q.with(func(q *outageQuery) { q.Store = "" }).url(), Store: views.Link{Text: q.Store}}
	if n, found := s.Find(q.Store); found {
		only.Store = views.Link{Text: cmp.Or(s.Stores[n].Name, s.Stores[n].Code), URL: storeURL(q.Store)}
	}
	return only
}

func newOutageSelects(w spoken, s *figures.Snapshot, q outageQuery) []views.Select {
	period := views.Select{Name: "period", Label: "Time"}
	if q.Period == "" {
		period.Options = append(period.Options, views.Option{Text: "From and to", Selected: true})
	}
	for _, p := range outagePeriods {
		period.Options = append(period.Options, views.Option{Value: p.name, Text: p.text, Selected: p.name == q.Period})
	}
	selects := []views.Select{period}
	if groups := s.Groups(); len(groups) > 0 {
		selects = append(selects, newGroupSelect(w, groups, w.Say("Any group"), q.Group))
	}
	ended := views.Select{Name: "ended", Label: "Ended", Options: []views.Option{{Text: "Any end", Selected: q.Ended == ""}}}
	for _, e := range endedChoices {
		ended.Options = append(ended.Options, views.Option{Value: e.name, Text: e.text, Selected: e.name == q.Ended})
	}
	excused := views.Select{Name: "excused", Label: "Excused", Options: []views.Option{
		{Text: "Excused or not", Selected: q.Excused == ""},
		{Value: "false", Text: "Not excused", Selected: q.Excused == "false"},
		{Value: "true", Text: "Excused", Selected: q.Excused == "true"},
	}}
	return append(selects, ended, newAtLeastSelect(q.AtLeast), excused)
}

// newAtLeastSelect is the choice of the shortest outage, with the minutes that were asked
// for also where they are no usual ones.
func newAtLeastSelect(minutes int) views.Select {
	choice := views.Select{Name: "at_least", Label: "Length", Options: []views.Option{{Text: "Any length", Selected: minutes == 0}}}
	asked := minutes > 0
	add := func(n int) {
		choice.Options = append(choice.Options, views.Option{
			Value: strconv.Itoa(n), Text: "At least " + (uptime.Micros(n) * uptime.Minute).LengthText(), Selected: n == minutes,
		})
		asked = asked && n != minutes
	}
	for _, n := range []int{15, 30, 60, 120, 240, 480} {
		add(n)
	}
	if asked {
		add(minutes)
	}
	return choice
}

func newOutageSort(q outageQuery) views.OutageSort {
	sorted := func(order string) views.SortLink {
		link := views.SortLink{URL: q.with(func(q *outageQuery) { q.Sort = order }).url()}
		if q.Sort == order {
			link.Dir = "descending"
		}
		return link
	}
	return views.OutageSort{From: sorted(newestFirst), Length: sorted(longestFirst)}
}

// fillOutageLog reads a page of the log, and what all of it adds up to.
func (s *Server) fillOutageLog(c echo.Context, log *views.OutageLog, snapshot *figures.Snapshot, q outageQuery) error {
	if log.Empty {
		return nil
	}
	ctx := c.Request().Context()
	asked, list, err := s.readOutages(ctx, snapshot, &q)
	if err != nil {
		return err
	}
	log.From, log.To = timeText(asked.Within.From, time.UTC, dayAndClock), timeText(min(asked.Within.To, snapshot.AsOf), time.UTC, dayAndClock)
	if list.Sum.Outages == 0 {
		log.None, err = s.noOutages(c, snapshot, asked, q)
		return err
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	log.Verdict = s.newOutageVerdict(snapshot, sales, list.Sum)
	log.Pager = newOutagePager(q, list.Sum.Outages)
	if list.Sum.Outages > mostOutagePages*outagesPerPage {
		log.Bound = fmt.Sprintf("Only the first %s are shown. Use filters, or export all of them.", countText(mostOutagePages*outagesPerPage))
	}
	log.Export = views.Download{Label: "Export " + plural(list.Sum.Outages, "outage") + " as CSV", URL: withQuery("/outages.csv", q.with(func(*outageQuery) {}).values())}
	mayExcuse := may(ctx, access.Correct)
	for n := range list.Outages {
		o := &list.Outages[n]
		row := s.newOutageRow(snapshot, sales, o)
		if mayExcuse && o.Excused < o.Length() {
			row.Excuse = excuseURL(row.ID, o.Span)
		}
		log.Rows = append(log.Rows, row)
		log.Reasons, log.Costs, log.Excused = log.Reasons || row.Reason != "", log.Costs || row.Lost != "", log.Excused || row.Excused != "" || row.Excuse != ""
	}
	return nil
}

func newOutagePager(q outageQuery, total int) views.Pager {
	last := min((total+outagesPerPage-1)/outagesPerPage, mostOutagePages)
	pager := views.Pager{Text: fmt.Sprintf("%s–%s of %s", countText((q.Page-1)*outagesPerPage+1), countText(min(q.Page*outagesPerPage, total)), plural(total, "outage"))}
	turned := func(page int) string {
		other := q
		other.Page = page
		return other.url()
	}
	if q.Page > 1 {
		pager.Prev = turned(q.Page - 1)
	}
	if q.Page < last {
		pager.Next = turned(q.Page + 1)
	}
	return pager
}

func (s *Server) newOutageRow(snapshot *figures.Snapshot, sales entered.Sales, o *figures.StoreOutage) views.OutageRow {
	store, zone := snapshot.Stores[o.Store], snapshot.Location(o.Store)
	row := views.OutageRow{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City,
		From: timeText(o.From, zone, dayAndClock), To: timeText(o.To, zone, dayAndClock),
		Ended:  endedText(snapshot, o),
		Length: o.Length().LengthText(), Bounds: boundsText(o.Least, o.Length(), o.Most), Reason: o.Reason, Excused: upperFirst(excusedText(o)),
	}
	if row.Ongoing = snapshot.Ongoing(o.Outage); row.Ongoing {
		row.To = views.Time{}
	}
	if store.Group != "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	if lost, known := lostTo(sales, snapshot, o); known {
		row.Lost = "≈ " + s.moneyText(lost)
	}
	return row
}

// endedText says what ended an outage.
func endedText(s *figures.Snapshot, o *figures.StoreOutage) string {
	switch reports.EndedName(s, o) {
	case "ongoing":
		return "going on"
	case "back_online":
		return "back online"
	case "no_data":
		return "no data"
	case "later":
		return "continues after this period"
	default:
		return o.Ended.String()
	}
}

// newOutageVerdict is what all outages of the log add up to.
func (s *Server) newOutageVerdict(snapshot *figures.Snapshot, sales entered.Sales, sum figures.OutageSum) views.OutageVerdict {
	v := views.OutageVerdict{
		Outages: plural(sum.Outages, "outage"), Offline: sum.Down.LengthText(), Stores: plural(sum.Stores, "store"),
		Bounds: boundsText(sum.Least, sum.Down, sum.Most),
	}
	if sum.Ongoing > 0 {
		v.Ongoing = countText(sum.Ongoing) + " still going on"
	}
	if sum.Excused > 0 {
		v.Excused = sum.Excused.LengthText() + " of it excused"
	}
	down, rated := map[entered.Money]uptime.Micros{}, 0
	for n, time := range sum.DownOf {
		if rate, known := sales.Of(snapshot.Stores[n]); known {
			down[rate.PerHour] += time
			rated++
		}
	}
	if rated > 0 {
		v.Lost, v.LostNote = s.lostText(down, rated, sum.Stores)
	}
	return v
}

// noOutages says what is known where the log has nothing to show.
func (s *Server) noOutages(c echo.Context, snapshot *figures.Snapshot, asked figures.OutageQuery, q outageQuery) (views.Empty, error) {
	switch {
	case asked.Stores != nil && len(asked.Stores) == 0:
		return views.Empty{Title: "No store matches", Text: "Try another part of the name or id, or fewer filters."}, nil
	case q.narrows():
		return views.Empty{Title: "No outage matches", Text: "Try fewer filters, or a longer time."}, nil
	}
	measured, err := s.data.MeasureRange(c.Request().Context(), snapshot, asked.Stores, asked.Within)
	if err != nil {
		return views.Empty{}, err
	}
	var sum uptime.Figures
	for _, f := range measured.Figures {
		sum.Add(f)
	}
	switch sum.Confidence() {
	case uptime.NeverOpen:
		return views.Empty{Title: "Closed for the whole period", Text: "No store was open."}, nil
	case uptime.NothingSeen:
		return views.Empty{Title: "No data in this period", Text: "There were no polls while the stores were open."}, nil
	case uptime.Thin, uptime.Fair:
		return views.Empty{Title: "No outage seen", Text: "Polls cover " + narrow(sum.CheckedText()) + " of the time the stores were open. The rest is unknown."}, nil
	default:
		return views.Empty{Title: "No outage in this period. Great news", Text: "Every poll made during business hours found the stores online."}, nil
	}
}
