package web

import (
	"cmp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
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
	period := views.Select{Name: "period", Label: w.Say("Time|of outages")}
	if q.Period == "" {
		period.Options = append(period.Options, views.Option{Text: w.Say("From and to|a time of one’s own"), Selected: true})
	}
	for _, p := range outagePeriods {
		period.Options = append(period.Options, views.Option{Value: p.name, Text: w.Say(p.text), Selected: p.name == q.Period})
	}
	selects := []views.Select{period}
	if groups := s.Groups(); len(groups) > 0 {
		selects = append(selects, newGroupSelect(w, groups, w.Say("Any group"), q.Group))
	}
	ended := views.Select{Name: "ended", Label: w.Say("Ended|outages"), Options: []views.Option{{Text: w.Say("Any end|of outages"), Selected: q.Ended == ""}}}
	for _, e := range endedChoices {
		ended.Options = append(ended.Options, views.Option{Value: e.name, Text: w.Say(e.text), Selected: e.name == q.Ended})
	}
	excused := views.Select{Name: "excused", Label: w.Say("Excused|outages"), Options: []views.Option{
		{Text: w.Say("Excused or not|outages"), Selected: q.Excused == ""},
		{Value: "false", Text: w.Say("Not excused|outages"), Selected: q.Excused == "false"},
		{Value: "true", Text: w.Say("Excused|outages"), Selected: q.Excused == "true"},
	}}
	return append(selects, ended, newAtLeastSelect(w, q.AtLeast), excused)
}

// newAtLeastSelect is the choice of the shortest outage, with the minutes that were asked
// for also where they are no usual ones.
func newAtLeastSelect(w spoken, minutes int) views.Select {
	choice := views.Select{Name: "at_least", Label: w.Say("Length|of a time"), Options: []views.Option{{Text: w.Say("Any length|of outages"), Selected: minutes == 0}}}
	asked := minutes > 0
	add := func(n int) {
		choice.Options = append(choice.Options, views.Option{
			Value: strconv.Itoa(n), Text: w.Say("At least {length}", "length", w.length(uptime.Micros(n)*uptime.Minute)), Selected: n == minutes,
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
	w := spokenOf(ctx)
	asked, list, err := s.readOutages(ctx, snapshot, &q)
	if err != nil {
		return err
	}
	log.From, log.To = w.time(asked.Within.From, time.UTC, dayAndClock), w.time(min(asked.Within.To, snapshot.AsOf), time.UTC, dayAndClock)
	if list.Sum.Outages == 0 {
		log.None, err = s.noOutages(c, snapshot, asked, q)
		return err
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	log.Verdict = s.newOutageVerdict(w, snapshot, sales, list.Sum)
	log.Pager = newOutagePager(w, q, list.Sum.Outages)
	if list.Sum.Outages > mostOutagePages*outagesPerPage {
		log.Bound = w.Say("Only the first {n} are shown. Use filters, or export all of them.", "n", mostOutagePages*outagesPerPage)
	}
	log.Export = views.Download{Label: w.Count(int64(list.Sum.Outages), words.Plural{One: "Export {n} outage as CSV", Other: "Export {n} outages as CSV"}), URL: withQuery("/outages.csv", q.with(func(*outageQuery) {}).values())}
	mayExcuse := may(ctx, access.Correct)
	for n := range list.Outages {
		o := &list.Outages[n]
		row := s.newOutageRow(w, snapshot, sales, o)
		if mayExcuse && o.Excused < o.Length() {
			row.Excuse = excuseURL(row.ID, o.Span)
		}
		log.Rows = append(log.Rows, row)
		log.Reasons, log.Costs, log.Excused = log.Reasons || row.Reason != "", log.Costs || row.Lost != "", log.Excused || row.Excused != "" || row.Excuse != ""
	}
	return nil
}

func newOutagePager(w spoken, q outageQuery, total int) views.Pager {
	last := min((total+outagesPerPage-1)/outagesPerPage, mostOutagePages)
	pager := views.Pager{Text: w.Count(int64(total), words.Plural{One: "{first}–{last} of {n} outage", Other: "{first}–{last} of {n} outages"},
		"first", (q.Page-1)*outagesPerPage+1, "last", min(q.Page*outagesPerPage, total))}
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

func (s *Server) newOutageRow(w spoken, snapshot *figures.Snapshot, sales entered.Sales, o *figures.StoreOutage) views.OutageRow {
	store, zone := snapshot.Stores[o.Store], snapshot.Location(o.Store)
	row := views.OutageRow{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City,
		From: w.time(o.From, zone, dayAndClock), To: w.time(o.To, zone, dayAndClock),
		Ended:  endedText(w, snapshot, o),
		Length: w.length(o.Length()), Bounds: boundsText(w, o.Least, o.Length(), o.Most), Reason: o.Reason, Excused: ofExcused(w, o, "All of it|an outage, excused", "{length} of it|an outage, excused"),
	}
	if row.Ongoing = snapshot.Ongoing(o.Outage); row.Ongoing {
		row.To = views.Time{}
	}
	if store.Group != "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	if lost, known := lostTo(sales, snapshot, o); known {
		row.Lost = "≈ " + s.moneyText(w, lost)
	}
	return row
}

// endedText says what ended an outage.
func endedText(w spoken, s *figures.Snapshot, o *figures.StoreOutage) string {
	switch reports.EndedName(s, o) {
	case "ongoing":
		return w.Say("going on|an outage")
	case "back_online":
		return w.Say("back online|a store")
	case "no_data":
		return w.Say("no data")
	case "closed":
		return w.Say("closed|of a store")
	case "later":
		return w.Say("continues after this period|an outage")
	default:
		return w.Say("excused|time")
	}
}

// newOutageVerdict is what all outages of the log add up to.
func (s *Server) newOutageVerdict(w spoken, snapshot *figures.Snapshot, sales entered.Sales, sum figures.OutageSum) views.OutageVerdict {
	v := views.OutageVerdict{
		Outages: w.outages(sum.Outages), Offline: w.length(sum.Down), Stores: w.stores(sum.Stores),
		Bounds: boundsText(w, sum.Least, sum.Down, sum.Most),
	}
	if sum.Ongoing > 0 {
		v.Ongoing = w.Say("{n} still going on|outages", "n", sum.Ongoing)
	}
	if sum.Excused > 0 {
		v.Excused = w.Say("{length} of it excused", "length", w.length(sum.Excused))
	}
	down, rated := map[entered.Money]uptime.Micros{}, 0
	for n, time := range sum.DownOf {
		if rate, known := sales.Of(snapshot.Stores[n]); known {
			down[rate.PerHour] += time
			rated++
		}
	}
	if rated > 0 {
		v.Lost, v.LostNote = s.lostText(w, down, rated, sum.Stores, false)
	}
	return v
}

// noOutages says what is known where the log has nothing to show.
func (s *Server) noOutages(c echo.Context, snapshot *figures.Snapshot, asked figures.OutageQuery, q outageQuery) (views.Empty, error) {
	w := spokenOf(c.Request().Context())
	switch {
	case asked.Stores != nil && len(asked.Stores) == 0:
		return views.Empty{Title: w.Say("No store matches"), Text: w.Say("Try another part of the name or id, or fewer filters.")}, nil
	case q.narrows():
		return views.Empty{Title: w.Say("No outage matches"), Text: w.Say("Try fewer filters, or a longer time.")}, nil
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
		return views.Empty{Title: w.Say("Closed for the whole period"), Text: w.Say("No store was open.")}, nil
	case uptime.NothingSeen:
		return views.Empty{Title: w.Say("No data in this period"), Text: w.Say("There were no polls while the stores were open.")}, nil
	case uptime.Thin, uptime.Fair:
		return views.Empty{Title: w.Say("No outage seen"), Text: w.Say("Polls cover {share} of the time the stores were open. The rest is unknown.", "share", w.amount(sum.CheckedText()))}, nil
	default:
		return views.Empty{Title: w.Say("No outage in this period. Great news"), Text: w.Say("Every poll made during business hours found the stores online.")}, nil
	}
}
