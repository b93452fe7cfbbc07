package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiTimeline struct {
	AsOf        *apiTime     `json:"as_of"`
	DataVersion int64        `json:"data_version"`
	Store       string       `json:"store"`
	From        *apiTime     `json:"from"`
	To          *apiTime     `json:"to"`
	Stretches   []apiStretch `json:"stretches"`
	Pieces      []apiPiece   `json:"pieces,omitzero"` // only where asked for
	Openings    []apiSpan    `json:"openings"`
	Polls       []apiPoll    `json:"polls"`
	Excused     []apiSpan    `json:"excused,omitempty"` // by corrections, whatever the stretches say
}

// apiStretch is a stretch of time in one state. It begins where the one before it
// ends.
type apiStretch struct {
	apiSpan
	State string `json:"state"`
}

// apiPiece is a part of the open time of a stretch that the polls tell equally well.
type apiPiece struct {
	apiStretch
	Certain bool `json:"certain"`
	Close   bool `json:"close"`
}

type apiSpan struct {
	From apiTime `json:"from"`
	To   apiTime `json:"to"`
}

type apiPoll struct {
	At     apiTime `json:"at"`
	Active bool    `json:"active"`
}

// apiShowTimeline serves GET /api/v1/stores/:id/timeline?from=&to=&pieces=true.
func (s *Server) apiShowTimeline(c echo.Context) error {
	snapshot, err := s.snapshot(c.Request().Context())
	if err != nil {
		return err
	}
	n, err := findStore(snapshot, c.Param("id"))
	if err != nil {
		return err
	}
	within, err := parseSpan(c, snapshot)
	if err != nil {
		return err
	}
	polls, err := snapshot.PollsOf(n)
	if err != nil {
		return err
	}
	var withPieces bool
	if err := echo.QueryParamsBinder(c).Bool("pieces", &withPieces).BindError(); err != nil {
		return err
	}
	timeline := newAPITimeline(snapshot, n, polls, within)
	if withPieces && snapshot.AsOfKnown {
		timeline.Pieces = []apiPiece{}
		snapshot.History(n, polls).Pieces(within, func(p uptime.Piece) {
			stretch := apiStretch{apiSpan{apiTime(p.From), apiTime(p.To)}, reports.StateName(p.State)}
			timeline.Pieces = append(timeline.Pieces, apiPiece{stretch, p.Certain, p.Close})
		})
	}
	return c.JSON(http.StatusOK, timeline)
}

// parseSpan reads from and to. By default they are the ends of the last week.
func parseSpan(c echo.Context, s *figures.Snapshot) (uptime.Span, error) {
	within, possible := uptime.Windows(s.AsOf)[uptime.LastWeek], s.Span()
	for _, end := range []struct {
		name string
		at   *uptime.Instant
	}{{"from", &within.From}, {"to", &within.To}} {
		text := c.QueryParam(end.name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return within, badInput(words.Said(fmt.Sprintf("%s: expected a time such as 2023-01-25T18:00:00Z, found %s", end.name, text)))
		}
		*end.at = uptime.At(at)
		if *end.at < possible.From || *end.at > possible.To {
			return within, badInput(words.Said(fmt.Sprintf("%s: expected a time from %s to %s, found %s",
				end.name, instantText(possible.From), instantText(possible.To), text)))
		}
	}
	if within.Empty() {
		return within, badInput(words.Said(fmt.Sprintf("from: expected a time before to, which is %s, found %s",
			instantText(within.To), instantText(within.From))))
	}
	return within, nil
}

func newAPITimeline(s *figures.Snapshot, n int, polls []uptime.Poll, within uptime.Span) apiTimeline {
	t := apiTimeline{
		AsOf: optionalTime(s.KnownAsOf()), DataVersion: s.Version, Store: s.Stores[n].Code,
		Stretches: []apiStretch{}, Openings: []apiSpan{}, Polls: []apiPoll{},
	}
	if !s.AsOfKnown {
		return t // no store was ever polled, so there is no timeline
	}
	t.From, t.To = (*apiTime)(&within.From), (*apiTime)(&within.To)
	end := within.From
	add := func(to uptime.Instant, state uptime.State) {
		if end < to {
			t.Stretches = append(t.Stretches, apiStretch{apiSpan{apiTime(end), apiTime(to)}, reports.StateName(state)})
			end = to
		}
	}
	s.History(n, polls).Walk(within, func(stretch uptime.Stretch) {
		add(stretch.From, uptime.Closed)
		add(stretch.To, stretch.State)
	})
	add(within.To, uptime.Closed)
	for _, opening := range s.Openings(n) {
		if open := opening.Clip(within); !open.Empty() {
			t.Openings = append(t.Openings, apiSpan{apiTime(open.From), apiTime(open.To)})
		}
	}
	for _, e := range s.Excused(n) {
		if e = e.Clip(within); !e.Empty() {
			t.Excused = append(t.Excused, apiSpan{apiTime(e.From), apiTime(e.To)})
		}
	}
	for _, p := range polls {
		if within.Contains(p.At) || p.At == within.To && p.At == s.AsOf { // a poll at the as-of instant counts
			t.Polls = append(t.Polls, apiPoll{apiTime(p.At), p.Active})
		}
	}
	return t
}
