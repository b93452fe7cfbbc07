package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiDayExplained says how the figures of a local day of a store come about.
type apiDayExplained struct {
	AsOf        *apiTime `json:"as_of"`
	DataVersion int64    `json:"data_version"`
	Store       string   `json:"store"`
	Zone        string   `json:"zone"`
	apiDay
	Openings    []apiExplainedOpening `json:"openings"`
	Excused     []apiSpan             `json:"excused"`     // by corrections, whatever the stretches say
	Corrections []apiCorrection       `json:"corrections"` // that excuse time of the day
	SpecialDay  *apiSpecialDay        `json:"special_day"`
}

// apiExplainedOpening is the part of an opening that lies in the day.
type apiExplainedOpening struct {
	apiSpan
	Figures   apiWindow             `json:"figures"`
	Polls     []apiExplainedPoll    `json:"polls"`
	Stretches []apiExplainedStretch `json:"stretches"` // all of the opening, without a gap
}

// apiExplainedPoll is a poll and the time of the day that it speaks for: none where another
// day has all of that.
type apiExplainedPoll struct {
	apiPoll
	From   apiTime       `json:"from"`
	To     apiTime       `json:"to"`
	Length uptime.Micros `json:"length_us"`
}

// apiExplainedStretch is time that one poll tells equally well, or none.
type apiExplainedStretch struct {
	apiSpan
	Length  uptime.Micros `json:"length_us"`
	State   string        `json:"state"`
	Certain bool          `json:"certain"`
	Close   bool          `json:"close"`
	Why     string        `json:"why"`
	Poll    *apiTime      `json:"poll"` // that speaks for it
}

// Why a stretch is in its state, and why that is certain or not.
const (
	betweenEqualPolls     = "between_equal_polls" // the only certain one
	betweenDifferentPolls = "between_different_polls"
	beforeFirstPoll       = "before_first_poll"
	afterLastPoll         = "after_last_poll"
	noPollSpeaks          = "no_poll"
)

// apiExplainDay serves GET /api/v1/stores/:id/days/:date.
func (s *Server) apiExplainDay(c echo.Context) error {
	for {
		err := s.sendAPIDay(c)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIDay(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	n, err := findStore(snapshot, c.Param("id"))
	if err != nil {
		return err
	}
	if !snapshot.AsOfKnown {
		return problem{http.StatusNotFound, words.Said("There is no such day"), words.Said("No store was polled yet."), models.ErrNotFound}
	}
	past, err := snapshot.StoreDays(n)
	if err != nil {
		return err
	}
	dates := datesToExplain(snapshot, n, past)
	date, err := dates.parse("date", c.Param("date"))
	if err != nil {
		return err
	}
	if date < dates.strip {
		if past, err = s.data.StoreDays(ctx, snapshot, n, date, date); err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, newAPIDayExplained(snapshot, n, past, past.Day(date)))
}

func newAPIDayExplained(s *figures.Snapshot, n int, p figures.StoreDays, day figures.LocalDay) apiDayExplained {
	past := day.Clip(uptime.Span{From: day.From, To: max(p.AsOf, day.From)})
	explained := apiDayExplained{
		AsOf: optionalTime(s.KnownAsOf()), DataVersion: s.Version, Store: s.Stores[n].Code, Zone: s.Stores[n].ZoneName(),
		apiDay: apiDay{
			Date: dateText(day.Date, time.DateOnly), apiSpan: apiSpan{apiTime(past.From), apiTime(past.To)},
			Figures: newAPIWindow(p.Measure(past)[0]).with(p.MeasureCorrected(past)[0]),
		},
		Openings: []apiExplainedOpening{}, Excused: []apiSpan{}, Corrections: []apiCorrection{},
	}
	for _, opening := range p.Openings {
		if shown := opening.Clip(past); !shown.Empty() {
			explained.Openings = append(explained.Openings, newAPIExplainedOpening(p, opening, shown))
		}
	}
	for _, e := range p.Excused {
		if e = e.Clip(past); !e.Empty() {
			explained.Excused = append(explained.Excused, apiSpan{apiTime(e.From), apiTime(e.To)})
		}
	}
	for _, c := range correctionsOn(s, n, day.Span) {
		explained.Corrections = append(explained.Corrections, newAPICorrection(c))
	}
	if rows := specialOn(s, n, day.Date); len(rows) > 0 {
		special := newAPISpecialDay(rows)
		explained.SpecialDay = &special
	}
	return explained
}

func newAPIExplainedOpening(p figures.StoreDays, opening, shown uptime.Span) apiExplainedOpening {
	p.Openings = []uptime.Span{opening}
	explained := apiExplainedOpening{
		apiSpan: apiSpan{apiTime(shown.From), apiTime(shown.To)}, Figures: newAPIWindow(p.Measure(shown)[0]).with(p.MeasureCorrected(shown)[0]),
		Polls: []apiExplainedPoll{}, Stretches: []apiExplainedStretch{},
	}
	add := func(span uptime.Span, poll *uptime.Poll, why string) {
		p.History().Pieces(span.Clip(shown), func(piece uptime.Piece) {
			explained.Stretches = append(explained.Stretches, newAPIExplainedStretch(piece, poll, why))
		})
	}
	end, first := opening.From, true
	p.History().Evidence(opening, func(poll uptime.Poll, said uptime.Span) {
		add(uptime.Span{From: end, To: said.From}, nil, noPollSpeaks)
		why := afterLastPoll
		if next, some := pollAfter(p, opening, poll.At); some && next.Active == poll.Active {
			why = betweenEqualPolls
		} else if some {
			why = betweenDifferentPolls
		}
		if first {
			add(uptime.Span{From: said.From, To: poll.At}, &poll, beforeFirstPoll)
		}
		add(uptime.Span{From: poll.At, To: said.To}, &poll, why)
		end, first = said.To, false
		if part := said.Clip(shown); !part.Empty() || shown.Contains(poll.At) {
			explained.Polls = append(explained.Polls, apiExplainedPoll{
				apiPoll: apiPoll{apiTime(poll.At), poll.Active}, From: apiTime(part.From), To: apiTime(part.To), Length: part.Length(),
			})
		}
	})
	add(uptime.Span{From: end, To: opening.To}, nil, noPollSpeaks)
	return explained
}

// pollAfter is the poll of the same opening after an instant.
func pollAfter(p figures.StoreDays, opening uptime.Span, at uptime.Instant) (next uptime.Poll, some bool) {
	for _, poll := range p.Polls {
		if poll.At > at {
			return poll, opening.Contains(poll.At) && poll.At <= p.AsOf
		}
	}
	return next, false
}

func newAPIExplainedStretch(piece uptime.Piece, poll *uptime.Poll, why string) apiExplainedStretch {
	stretch := apiExplainedStretch{
		apiSpan: apiSpan{apiTime(piece.From), apiTime(piece.To)}, Length: piece.Length(),
		State: reports.StateName(piece.State), Certain: piece.Certain, Close: piece.Close, Why: why,
	}
	if poll != nil {
		stretch.Poll = (*apiTime)(&poll.At)
	}
	return stretch
}
