package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const correctionsPerPage = 50

// correctionQuery is the state of the list of corrections, as its URL carries it.
type correctionQuery struct {
	Store, Group string // only what concerns them, also what was entered for more than them
	Category     entered.Category
	Holding      bool // without those that are withdrawn
	Page         int
}

func parseCorrectionQuery(c echo.Context) (q correctionQuery, err error) {
	holding := c.QueryParam("holding")
	if holding != "" && holding != "true" && holding != "false" {
		return q, badParam("holding", words.Later("true or false"), feed.Shown(holding))
	}
	q = correctionQuery{
		Store: strings.TrimSpace(c.QueryParam("store")), Group: names.Asked(c.QueryParam("group")),
		Category: entered.Category(c.QueryParam("category")), Holding: holding == "true",
	}
	if q.Category != "" && !slices.Contains(entered.Categories, q.Category) {
		return q, badParam("category", oneOf(categoryNames()), feed.Shown(string(q.Category)))
	}
	q.Page, err = parsePage(c)
	return q, err
}

func categoryNames() (list []string) {
	for _, category := range entered.Categories {
		list = append(list, string(category))
	}
	return list
}

func (q correctionQuery) url(path string) string {
	v := url.Values{}
	for name, value := range map[string]string{"store": q.Store, "group": q.Group, "category": string(q.Category)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Holding {
		v.Set("holding", "true")
	}
	addPage(v, q.Page)
	return withQuery(path, v)
}

// keeper finds the corrections that the query is about.
func (q correctionQuery) keeper(s *figures.Snapshot) func(entered.Correction) bool {
	concerns := func(entered.Subject) bool { return true }
	if q.Group != "" {
		concerns = func(subject entered.Subject) bool { return concernsGroup(s, subject, q.Group) }
	}
	concernsStore := func(entered.Subject) bool { return true }
	if q.Store != "" {
		concernsStore = func(subject entered.Subject) bool { return subject == entered.Store(q.Store) }
		if n, found := s.Find(q.Store); found {
			concernsStore = func(subject entered.Subject) bool { return subject.Has(s.Stores[n]) }
		}
	}
	return func(c entered.Correction) bool {
		return concerns(c.Subject) && concernsStore(c.Subject) && (q.Category == "" || q.Category == c.Category) && !(q.Holding && c.Withdrawn())
	}
}

// concernsGroup reports whether a subject has a store of a group, or will have those to
// come.
func concernsGroup(s *figures.Snapshot, subject entered.Subject, group string) bool {
	switch subject.Scope {
	case entered.OfAll:
		return true
	case entered.OfGroup:
		return subject.Name == group
	default:
		n, found := s.Find(subject.Name)
		return found && names.Visible(s.Stores[n].Group) == group
	}
}

// readCorrections are the corrections that a query is about, the latest first.
func (s *Server) readCorrections(ctx context.Context, snapshot *figures.Snapshot, q correctionQuery) ([]entered.Correction, error) {
	now, err := s.enteredEpoch(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.corrected.get(ctx, readersOf(ctx), now, struct{}{}, func(ctx context.Context) ([]entered.Correction, error) {
		return s.data.Corrections(ctx, entered.CorrectionFilter{})
	})
	keeps := q.keeper(snapshot)
	var list []entered.Correction
	for _, c := range all {
		if keeps(c) {
			list = append(list, c)
		}
	}
	return list, err
}

// listCorrections serves GET /corrections?store=&group=&category=&holding=&page=.
func (s *Server) listCorrections(c echo.Context) error {
	query, err := parseCorrectionQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	page, err := s.page(c, spokenOf(ctx).Say("Corrections"), "")
	if err != nil {
		return err
	}
	list, err := s.readCorrections(ctx, snapshot, query)
	if err != nil {
		return err
	}
	shown := views.Corrections{Filter: newCorrectionFilter(spokenOf(ctx), snapshot, query), ClearURL: "/corrections"}
	shown.Filtered = query.with(1).url("") != ""
	if page.Can.Correct {
		shown.AddURL = "/corrections/new"
	}
	shown.Pager, list = paginate(spokenOf(ctx), list, query.Page, correctionsPerPage, words.Plural{One: "{first}–{last} of {n} correction", Other: "{first}–{last} of {n} corrections"}, func(page int) string {
		return query.with(page).url("/corrections")
	})
	if shown.Rows, err = s.newCorrections(ctx, snapshot, list, ""); err != nil {
		return err
	}
	return renderEither(c, views.CorrectionsPage(page, shown), views.CorrectionTable(shown))
}

func (q correctionQuery) with(page int) correctionQuery {
	q.Page = page
	return q
}

func newCorrectionFilter(w spoken, s *figures.Snapshot, q correctionQuery) views.CorrectionFilter {
	return views.CorrectionFilter{
		Store: q.Store, Groups: newGroupSelect(w, s.Groups(), w.Say("Any group"), q.Group),
		Categories: newCategoryOptions(w, w.Say("Any category"), q.Category), Holding: q.Holding,
	}
}

func newCategoryOptions(w spoken, none string, chosen entered.Category) []views.Option {
	options := []views.Option{{Text: none, Selected: chosen == ""}}
	for _, category := range entered.Categories {
		options = append(options, views.Option{Value: string(category), Text: w.category(category), Selected: category == chosen})
	}
	return options
}

// categoryWords say why time is excused.
var categoryWords = map[entered.Category]words.Text{
	entered.PollerFault: "Poller fault", entered.PowerOrNetwork: "Power or network cut", entered.PlannedWork: "Planned work",
	entered.WrongData: "Wrong data", entered.Other: "Other|why time is excused",
}

// category is why time is excused.
func (w spoken) category(c entered.Category) string {
	if text, known := categoryWords[c]; known {
		return w.Say(text)
	}
	return string(c)
}

// newCorrections are corrections in a list. of is the store whose page shows them, where
// one does: who withdraws one there is led back to it.
func (s *Server) newCorrections(ctx context.Context, snapshot *figures.Snapshot, list []entered.Correction, of string) ([]views.Correction, error) {
	reached := map[entered.Subject]bool{}
	if may(ctx, access.Correct) {
		subjects := make([]entered.Subject, len(list))
		for n, c := range list {
			subjects[n] = c.Subject
		}
		var err error
		if reached, err = s.data.Reached(ctx, subjects); err != nil {
			return nil, err
		}
	}
	shown := make([]views.Correction, len(list))
	for n, c := range list {
		shown[n] = newCorrection(spokenOf(ctx), snapshot, c, of)
		if reached[c.Subject] && !c.Withdrawn() {
			shown[n].WithdrawURL = "/corrections/" + c.ID + "/withdraw"
			if of != "" {
				shown[n].WithdrawURL += "?" + url.Values{"store": {of}}.Encode()
			}
		}
	}
	return shown, nil
}

func newCorrection(w spoken, s *figures.Snapshot, c entered.Correction, of string) views.Correction {
	zone := zoneOfSubject(s, c.Subject)
	if n, found := s.Find(of); found {
		zone = s.Location(n)
	}
	shown := views.Correction{
		ID: c.ID, For: correctedLink(w, s, c.Subject), From: w.time(c.From, zone, dayAndClock), To: w.time(c.To, zone, dayAndClock),
		Length: w.length(c.Span().Length()), Category: w.category(c.Category), Note: names.Visible(c.Note),
		By: names.Visible(c.By), At: w.time(c.At, time.UTC, dayAndClock), Withdrawn: c.Withdrawn(),
	}
	if c.Withdrawn() {
		shown.WithdrawnBy, shown.WithdrawnAt = names.Visible(c.WithdrawnBy), w.time(c.WithdrawnAt.At, time.UTC, dayAndClock)
	}
	return shown
}

// correctedLink names what a correction is of, and says of a group that it is one.
func correctedLink(w spoken, s *figures.Snapshot, of entered.Subject) views.Link {
	link := subjectLink(w, s, of)
	if of.Scope == entered.OfGroup {
		link.Text = w.Say("Group {group}", "group", link.Text)
	}
	return link
}

// zoneOfSubject is the zone of a store; groups and all stores have none of their own.
func zoneOfSubject(s *figures.Snapshot, subject entered.Subject) *time.Location {
	if subject.Scope == entered.OfStore {
		if n, found := s.Find(subject.Name); found {
			return s.Location(n)
		}
	}
	return time.UTC
}

// withdrawCorrection serves POST /corrections/:id/withdraw?store=.
func (s *Server) withdrawCorrection(c echo.Context) error {
	correction, err := s.withdraw(c)
	if err != nil {
		return err
	}
	target := "/corrections"
	if code := c.QueryParam("store"); code != "" && correction.WithdrawnAt.Known {
		target = storeURL(code) + "#corrections"
	}
	return c.Redirect(http.StatusSeeOther, target)
}

// withdraw withdraws the correction in the address. Withdrawing it again succeeds.
func (s *Server) withdraw(c echo.Context) (correction entered.Correction, err error) {
	id, err := idParam(c, "id")
	if err == nil {
		correction, err = s.data.WithdrawCorrection(c.Request().Context(), id, whoAsks(c))
	}
	if err != nil {
		return correction, noSuchCorrection(err)
	}
	noteOf(c).about("correction", correction.ID)
	noteOf(c).detail = correctionNote(correction)
	return correction, nil
}

// correctionNote says in the audit log which correction it was.
func correctionNote(c entered.Correction) string {
	return fmt.Sprintf("%s, %s, %s to %s", c.Subject, strings.ToLower(c.Category.Words()), instantText(c.From), instantText(c.To))
}

// addStoreCorrections adds who corrected what of a store, and what of its outages is
// excused.
func (s *Server) addStoreCorrections(ctx context.Context, store *views.Store, snapshot *figures.Snapshot, n int) error {
	stored := snapshot.Stores[n]
	list, err := s.readCorrections(ctx, snapshot, correctionQuery{Store: stored.Code})
	if err != nil || len(list) == 0 {
		return err
	}
	list = list[:min(len(list), correctionsOnStore)]
	store.CorrectionsURL = correctionQuery{Store: stored.Code}.url("/corrections")
	store.Corrections, err = s.newCorrections(ctx, snapshot, list, stored.Code)
	return err
}

const correctionsOnStore = 10

// excuseURL is where an outage of a store is excused. Instants are exact: what is left of
// an outage would go on counting.
func excuseURL(code string, outage uptime.Span) string {
	return withQuery("/corrections/new", url.Values{"store": {code}, "from": {instantText(outage.From)}, "to": {instantText(outage.To)}})
}

// newDayCorrections are the corrections that excuse time of a day of a store.
func newDayCorrections(w spoken, s *figures.Snapshot, n int, day uptime.Span) []views.Correction {
	var list []views.Correction
	for _, c := range correctionsOn(s, n, day) {
		list = append(list, newCorrection(w, s, c, s.Stores[n].Code))
	}
	return list
}

func correctionsOn(s *figures.Snapshot, n int, day uptime.Span) (list []entered.Correction) {
	for _, c := range s.Corrections(n) {
		if !c.Span().Clip(day).Empty() {
			list = append(list, c)
		}
	}
	return list
}
