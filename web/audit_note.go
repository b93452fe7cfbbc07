package web

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// A note is what the audit log says of a request beside the action of its route. Handlers
// add to it what the address does not tell.
type note struct {
	kind, target string            // what it is about; the id in the address where neither is given
	detail       string            // a few words
	who          *access.Principal // who it turned out to be; the principal of the request where it is nil
	refused      bool              // although the answer leads on to another page
}

type noteKey struct{}

// noteOf is the note of a request whose route is recorded. Of any other it goes nowhere.
func noteOf(c echo.Context) *note {
	if n, is := c.Request().Context().Value(noteKey{}).(*note); is {
		return n
	}
	return &note{}
}

// about says what the request is about: the kind of thing, and its id or name.
func (n *note) about(kind, target string) { n.kind, n.target = kind, target }

// record writes one record for each request whose route says that it is to be recorded,
// after it was answered. Requests of nobody that need somebody are not recorded, since
// strangers could fill the log with them.
func (s *Server) record(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) (err error) {
			rule, routed := r.ruleOf(c)
			p, unknown := access.Of(c.Request().Context())
			skipped := !routed || rule.record == "" || unknown != nil || p.Kind == access.Nobody && rule.needs != access.Anybody
			if skipped || c.Request().Method == http.MethodHead || rule.daily && !s.readToday.first(p, c.Path(), s.now()) {
				return next(c)
			}
			n := &note{}
			c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), noteKey{}, n)))
			finished := false
			defer func() {
				outcome := outcomeOf(c, err)
				switch {
				case !finished: // it panicked
					outcome = access.Failed
				case n.refused && outcome == access.Done:
					outcome = access.Refused
				}
				s.writeRecord(c, p, rule.record, n, outcome)
			}()
			err = next(c)
			finished = true
			return err
		}
	}
}

func (s *Server) writeRecord(c echo.Context, p access.Principal, does access.Action, n *note, outcome access.Outcome) {
	if n.who != nil {
		p = *n.who
	}
	if n.kind == "" {
		n.kind, n.target = aboutRoute(c, does)
	}
	if does == access.Downloaded && n.detail == "" {
		n.detail = path.Base(c.Path())
	}
	record := access.RecordOf(p, does)
	record.Outcome, record.Address = outcome, clientAddress(c)
	record.TargetKind, record.Target, record.Detail = n.kind, n.target, n.detail
	ctx := context.WithoutCancel(c.Request().Context()) // it is recorded also where the visitor has left
	s.log.InfoContext(ctx, "event", "action", does, "outcome", outcome, "kind", n.kind, "target", n.target, "who", p.Key(), "address", record.Address)
	if does == access.ReportAsked {
		s.audit.RecordLater(ctx, record) // scripts are promised their report within a tenth of a second
		return
	}
	s.audit.Record(ctx, record)
}

// readToday are the programs that asked for the file of a feed today, so that the first time
// of a day is recorded and the log is not flooded. A server that starts anew begins anew.
type readToday struct{ days *lru.Cache[string, int64] }

// readersAtOnce takes less than a megabyte. A reader that is forgotten is recorded once more.
const readersAtOnce = 5000

func newReadToday() *readToday {
	days, err := lru.New[string, int64](readersAtOnce)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &readToday{days}
}

// first reports whether it is the first time on a day, in UTC, that a principal asks for a
// file of a route.
func (r *readToday) first(p access.Principal, route string, now time.Time) bool {
	key, day := p.Key()+" "+route, now.Unix()/int64(24*time.Hour/time.Second)
	before, known, _ := r.days.PeekOrAdd(key, day)
	if known && before != day {
		r.days.Add(key, day)
	}
	return !known || before != day
}

// aboutRoute is what a request is about, as its route tells: the kind of thing that the
// action names, or that a file was made of, and the id in the address.
func aboutRoute(c echo.Context, does access.Action) (kind, target string) {
	kind, _, _ = strings.Cut(string(does), ".")
	route := strings.TrimPrefix(c.Path(), "/api/v1")
	if before, _, found := strings.Cut(route, "/:"); found && does == access.Downloaded {
		kind = strings.TrimSuffix(strings.TrimPrefix(before, "/"), "s")
	}
	return kind, cmp.Or(c.Param("id"), c.Param("check")) // and never a secret
}

// outcomeOf is how a request ended.
func outcomeOf(c echo.Context, err error) access.Outcome {
	status := c.Response().Status
	if err != nil {
		status = problemOf(err).status
	}
	switch {
	case status >= http.StatusInternalServerError:
		return access.Failed
	case status >= http.StatusBadRequest:
		return access.Refused
	default:
		return access.Done
	}
}
