package web

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const recordsPerPage = 50

// auditQuery is the state of the audit page, as its URL carries it. Dates are in UTC.
type auditQuery struct {
	Who, Action string
	From, To    string // dates, both included; empty for none
	Before      int64  // the last record of the page before; 0 on the first
}

// parseAuditQuery reads the state of the page, and the filter that it stands for. A date
// that is wrong is a fieldProblem.
func parseAuditQuery(c echo.Context) (q auditQuery, f access.AuditFilter, err error) {
	err = echo.QueryParamsBinder(c).String("who", &q.Who).String("action", &q.Action).
		String("from", &q.From).String("to", &q.To).Int64("before", &q.Before).BindError()
	if err != nil {
		return q, f, err
	}
	q.Who, q.Action, q.Before = strings.TrimSpace(strings.ToValidUTF8(q.Who, "")), strings.ToValidUTF8(q.Action, ""), max(q.Before, 0)
	f = access.AuditFilter{Who: strings.ReplaceAll(q.Who, "\x00", ""), Action: access.Action(strings.ReplaceAll(q.Action, "\x00", ""))}
	if f.From, err = parseAuditTime("from", q.From, 0); err != nil {
		return q, f, err
	}
	f.To, err = parseAuditTime("to", q.To, 1)
	return q, f, err
}

// parseAuditTime is the beginning of a date in UTC, or of a date so many days later, or an
// instant. Empty is none.
func parseAuditTime(field, text string, later int) (models.OptionalInstant, error) {
	if text == "" {
		return models.OptionalInstant{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err == nil {
		return models.InstantAt(uptime.At(day.AddDate(0, 0, later))), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return models.OptionalInstant{}, sayField(field, words.Later("Enter a date such as 2026-11-25."))
	}
	return models.InstantAt(uptime.At(at)), nil
}

func (q auditQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"who": q.Who, "action": q.Action, "from": q.From, "to": q.To} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Before > 0 {
		v.Set("before", strconv.FormatInt(q.Before, 10))
	}
	return v
}

func (q auditQuery) url(path string, before int64) string {
	q.Before = before
	return withQuery(path, q.values())
}

// listAudit serves GET /audit.
func (s *Server) listAudit(c echo.Context) error {
	query, filter, err := parseAuditQuery(c)
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	wrong, err := formRefusal(w, err)
	if err != nil {
		return err
	}
	page, err := s.page(c, w.Say("Audit"), views.NavAudit)
	if err != nil {
		return err
	}
	shown := views.Audit{Form: newAuditForm(w, query, wrong), ClearURL: "/audit", Filtered: query.url("", 0) != ""}
	if wrong.Text == "" {
		records, next, err := s.readAudit(ctx, filter, access.AuditPage{Before: query.Before, Limit: recordsPerPage})
		if err != nil {
			return err
		}
		if shown.Rows, err = s.newAuditRows(ctx, records); err != nil {
			return err
		}
		shown.Pager = newAuditPager(w, query, next)
		shown.Download = views.Download{Label: "CSV", URL: query.url("/audit.csv", 0)}
	}
	return sendForm(c, wrong, views.AuditPage(page, shown), views.AuditTable(shown))
}

// downloadAudit serves GET /audit.csv: all pages of the list as one file.
func (s *Server) downloadAudit(c echo.Context) error {
	query, filter, err := parseAuditQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	noteOf(c).about("audit", query.url("", 0))
	s.settleAudit(ctx)
	return csvFile{name: "audit.csv"}.sendToPeople(c, func(w io.Writer) error { return s.audit.WriteCSV(ctx, w, filter) })
}

// readAudit reads a page of the log, with what was done until now.
func (s *Server) readAudit(ctx context.Context, f access.AuditFilter, p access.AuditPage) ([]access.Record, int64, error) {
	s.settleAudit(ctx)
	return s.audit.Page(ctx, f, p)
}

// settleWithin is how long a page waits for records that are still to be written: while
// an import is written to SQLite, they wait for it.
const settleWithin = time.Second

func (s *Server) settleAudit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	_ = s.audit.Flush(ctx) // the page without the last records is a page, too
}

func newAuditForm(w spoken, q auditQuery, wrong views.Refusal) views.AuditForm {
	form := views.AuditForm{Who: q.Who, From: q.From, To: q.To, Zone: "UTC", Problem: wrong}
	form.Actions = []views.Option{{Text: w.Say("Anything|that was done")}}
	known := q.Action == ""
	for _, a := range actionWords {
		known = known || string(a.action) == q.Action
		form.Actions = append(form.Actions, views.Option{Value: string(a.action), Text: upperFirst(w.Say(a.words)), Selected: string(a.action) == q.Action})
	}
	if !known {
		form.Actions = append(form.Actions, views.Option{Value: q.Action, Text: names.Visible(q.Action), Selected: true})
	}
	return form
}

func newAuditPager(w spoken, q auditQuery, next int64) views.Pager {
	pager := views.Pager{PrevText: w.Say("Newest"), NextText: w.Say("Older")}
	if q.Before > 0 {
		pager.Prev = q.url("/audit", 0)
	}
	if next > 0 {
		pager.Next = q.url("/audit", next)
	}
	return pager
}

func (s *Server) newAuditRows(ctx context.Context, records []access.Record) ([]views.AuditRow, error) {
	w := spokenOf(ctx)
	things, rows := things{s: s, w: w, known: map[thing]views.Link{}}, make([]views.AuditRow, len(records))
	for n, r := range records {
		who, kind, err := things.who(ctx, r)
		if err != nil {
			return nil, err
		}
		about, err := things.link(ctx, thing{r.TargetKind, r.Target})
		if err != nil {
			return nil, err
		}
		rows[n] = views.AuditRow{
			At: w.time(r.At, time.UTC, exactDay), Who: who, Kind: kind, What: actedText(w, r), About: about,
			Detail: names.Visible(r.Detail), Address: names.Visible(r.Address), Outcome: outcomeMark(w, r.Outcome),
		}
	}
	return rows, nil
}

// exactDay is the layout of the audit log: seconds tell apart what was done in a row.
const exactDay = "Mon 2 Jan 2006, 15:04:05 MST"

func outcomeMark(w spoken, o access.Outcome) views.Mark {
	switch o {
	case access.Done:
		return views.Mark{Tone: views.Same, Text: w.Say("Done|outcome")}
	case access.Refused:
		return views.Mark{Tone: views.Note, Text: w.Say("Refused|outcome")}
	case access.Failed:
		return views.Mark{Tone: views.Look, Text: w.Say("Failed|outcome")}
	default:
		return views.Mark{Tone: views.Look, Text: upperFirst(string(o))}
	}
}
