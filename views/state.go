package views

import (
	"context"

	"lightson/models/words"
)

// A StoreKind says which of four states a store is in now.
type StoreKind string

// The states of a store. Offline means: while it should be open.
const (
	Offline StoreKind = "offline"
	Online  StoreKind = "online"
	Closed  StoreKind = "closed"
	NoData  StoreKind = "nodata"
)

// word is the state as people read it.
func (k StoreKind) word() words.Text {
	switch k {
	case Offline:
		return "Offline|of a store"
	case Online:
		return "Online|of a store"
	case Closed:
		return "Closed|of a store"
	default:
		return "No data|of a store"
	}
}

// StoreState is how a store is now: "Offline since 14:05 CST, closes 22:00".
type StoreState struct {
	Kind  StoreKind
	Since string // "since 14:05 CST"; for a closed store "until Mon 09:00"; may be empty
	At    Time   // the instant that Since speaks of; zero when there is none
	Note  Time   // Text "closes 22:00"; may be empty
	Seen  Time   // Text "last seen 12:05 CST", where that is long ago; may be empty
}

// A JobState says how far a report or an import is.
type JobState string

// The states of a report and of an import. Preview is for imports only: checked, nothing written
// yet, waiting for a yes.
const (
	Queued    JobState = "Queued"
	Running   JobState = "Running"
	Complete  JobState = "Complete"
	Failed    JobState = "Failed"
	Cancelled JobState = "Cancelled"
	Preview   JobState = "Preview"
)

// Badge is the state of one report or import, shown as icon, word and colour.
type Badge struct {
	State    JobState
	Progress string // while Running: "1,240 of 14,092 stores"; may be empty
	Done     int64  // while Running, for the bar; Total 0 shows a bar without an end
	Total    int64
	Elapsed  string // while Running: "12 s"; may be empty
	Reason   string // when Failed or Cancelled: one sentence; may be empty
}

// Final reports whether the state will never change by itself, so that polling ends.
func (b Badge) Final() bool { return b.State != Queued && b.State != Running }

// icon names the picture of the state.
func (b Badge) icon() string {
	switch b.State {
	case Queued:
		return "clock"
	case Running:
		return "spinner"
	case Complete:
		return "check"
	case Failed:
		return "warning"
	case Preview:
		return "eye"
	default:
		return "stop"
	}
}

// class is the colour of the state.
func (b Badge) class() string {
	switch b.State {
	case Queued:
		return "badge queued"
	case Running:
		return "badge running"
	case Complete:
		return "badge complete"
	case Failed:
		return "badge failed"
	case Preview:
		return "badge preview"
	default:
		return "badge cancelled"
	}
}

// Window is what a store, or a group of stores, did in one window. The percentage never stands
// alone, and it is ignored when Known is false: no data must look neither like an outage nor
// like a good day.
type Window struct {
	Name         string // "Last hour", "Last day", "Last week", or a day: "Mon 23 Jan"
	Known        bool   // false when no poll speaks for any open time of the window
	Closed       bool   // there was no open time at all
	Availability string // "97.4 %"; ignored unless Known
	Thin         bool   // under half of the open time was seen: the percentage is small and hollow
	Finding      string // in its place, where Thin: "no downtime seen in the 42 % that we could check"
	Offline      string // "26 min"; "" or "0 min" when there was no downtime
	Bounds       string // of Offline, where polls leave room: "12 min – 1 h 40 min", "at most 7 h"; may be empty
	Open         string // "10 h 30 min"
	NoData       string // share of open time without data: "3 %"; "" when there is none
	Coverage     string // "97 %"
	Closely      string // share of open time near a poll, where that is little: "12 %"; may be empty
	Share        Share  // for the bar
	InShort      string // Finding where there is little room: "no downtime in 42 %", "26 min offline, few polls"

	Change string // against the period before, in words: "0.4 points more than the day before"
	Trend  string // "up" (more), "down" (less), "same" or "" when there is nothing to compare

	Lost     string // "≈ $123.00 lost sales"; empty where nobody said what an open hour sells
	LostNote string // its formula in words: "2 h 3 min × $60 per hour; an estimate"

	Corrected *Corrected // nil where no correction excuses open time of it
	Target    string     // "target 99.5 % · missed by 0.3 points"; empty where there is none
	Missed    bool       // the figures do not reach it
	Outages   Link       // "12", to the log of them; no Text where there were none

	From, To Time // the limits of the window
}

// Share is open time split three ways, each from 0 to 1. The three add up to 1, or are all 0.
type Share struct {
	Up, Down, NoData float64

	UpFar, DownFar float64 // how much of Up and Down is far from its poll, and drawn lighter
	Pale           bool    // most of it is, and nobody knows which part
}

func (w Window) hadDowntime() bool { return w.Known && w.Share.Down > 0 }

func (w Window) offlineOrZero(ctx context.Context) string {
	switch {
	case w.Offline == "" && w.Thin:
		return say(ctx, "none seen|downtime")
	case w.Offline == "":
		return "0 min"
	default:
		return w.Offline
	}
}

// between says the bounds of the down time where there is no room for more than a hint.
func (w Window) between(ctx context.Context) string { return between(ctx, w.Bounds) }

func between(ctx context.Context, bounds string) string {
	if bounds == "" {
		return ""
	}
	return say(ctx, "Possible downtime: {bounds}", "bounds", bounds)
}

func (w Window) noDataOrZero() string {
	if w.NoData == "" {
		return "0\u202f%"
	}
	return w.NoData
}

// leastDown is the narrowest that downtime is drawn, so that a minute of it is seen in a week.
const leastDown = 0.012

func (s Share) downWidth() float64 { return max(s.Down, leastDown) }
func (s Share) downAt() float64    { return min(s.Up, 1-s.downWidth()) }

// downFarWidth is the part of what is drawn as down that is far from its poll.
func (s Share) downFarWidth() float64 {
	if s.Down == 0 {
		return 0
	}
	return s.downWidth() * s.DownFar / s.Down
}
