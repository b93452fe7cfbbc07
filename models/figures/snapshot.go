package figures

import (
	"fmt"
	"iter"
	"sort"
	"sync"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A Snapshot is what is known of every store as of one instant, computed from one
// version of the data, or of the stores of a reach, see Within. Every page and report
// shares it, and it never changes. Its methods are safe for use by several goroutines.
type Snapshot struct {
	Version int64                                // of the data
	AsOf    uptime.Instant                       // the newest poll, unless another instant was asked for
	Stores  []models.Store                       // sorted by code; the other slices have the same indexes
	Figures [][uptime.WindowCount]uptime.Figures // raw: without corrections; see Corrected
	Now     []uptime.Current
	Polls   int64 // how many were read, without those after the as-of instant

	Calendars []uptime.Calendar
	PollEvery uptime.Micros // how often stores are polled, which says what is closely seen

	AsOfKnown bool                   // false where nobody was ever polled and no instant was asked for; then AsOf is 0
	KeptFrom  models.OptionalInstant // as in models.DataVersion: polls before it are no longer kept

	period      *period       // what the figures are computed from
	pastMark    int64         // as in models.DataVersion
	beganBefore []uptime.Span // by store: the opening at the as-of instant, where its state may be older than what was read
	polls       []int32       // of each store, as Polls counts them
	excused     [][]uptime.Span
	corrected   []*[uptime.WindowCount]uptime.Figures // nil where nothing is corrected
	special     entered.Special                       // of all stores, also where the snapshot was narrowed
	excuses     entered.Excuses                       // likewise

	carry *carry // what the next snapshot goes on from; nil where none follows this one

	groupOnce sync.Once
	groups    []Group        // use Groups
	groupsBy  map[string]int // indexes of groups, by name; use StoresOf

	rankOnce sync.Once
	ranks    []Rank // use Rank

	whole  *Snapshot // that this one was narrowed from; nil where it has all stores
	origin []int32   // indexes of the stores in whole
	reach  string    // what it was narrowed to, as text; empty where it has all stores
	within narrowed[*Snapshot]
}

const (
	// history is how far back a snapshot reads polls: a week, the reach of a
	// poll before it, and one more day, so that seven local days can be drawn. What
	// was found in older polls stays true while their mark does.
	history = models.RecentPolls
	// ahead is how far openings are computed into the future: a store that is
	// open once a week has its next opening within it.
	ahead = uptime.Week + uptime.Day
	// farAround is how far openings are looked for where there are none in that time.
	farAround = 15 * uptime.Day
)

func (s *Snapshot) version() int64 { return s.Version }
func (s *Snapshot) empty() bool    { return len(s.Stores) == 0 }

// Span is the time for which the snapshot itself can answer: the eight days until
// the as-of instant.
func (s *Snapshot) Span() uptime.Span { return s.period.span }

// Heard is the time of which a snapshot has all polls. It begins one reach of a
// poll before Span.
func (s *Snapshot) Heard() uptime.Span { return uptime.Span{From: s.period.readFrom(), To: s.AsOf} }

// StoresMark stands for Stores: snapshots that follow each other while no store changes have the
// same, and nil stands for none.
func (s *Snapshot) StoresMark() *models.Store {
	if len(s.Stores) == 0 {
		return nil
	}
	return &s.Stores[0]
}

// Find returns the index of a store, by the id that the feeds use.
func (s *Snapshot) Find(code string) (int, bool) {
	n := sort.Search(len(s.Stores), func(i int) bool { return s.Stores[i].Code >= code })
	return n, n < len(s.Stores) && s.Stores[n].Code == code
}

// Excused is the time of store n inside corrections, in order and apart.
func (s *Snapshot) Excused(n int) []uptime.Span { return s.excused[n] }

// Corrected are the figures of store n with its corrections; where it has none in these
// windows they are its Figures.
func (s *Snapshot) Corrected(n int) *[uptime.WindowCount]uptime.Figures {
	if c := s.corrected[n]; c != nil {
		return c
	}
	return &s.Figures[n]
}

// IsCorrected reports whether corrections concern the figures of store n.
func (s *Snapshot) IsCorrected(n int) bool { return s.corrected[n] != nil }

// SpecialDays are the rows of the special days of store n, by date.
func (s *Snapshot) SpecialDays(n int) []entered.SpecialDay { return s.special.Notes(s.Stores[n]) }

// Corrections are the corrections of store n that hold, by time.
func (s *Snapshot) Corrections(n int) []entered.Correction { return s.excuses.List(s.Stores[n]) }

// Today is the local date of store n at the as-of instant.
func (s *Snapshot) Today(n int) uptime.Date { return s.period.zoneOf(n).date(s.AsOf) }

// Hours are the weekly hours of store n that hold at the as-of instant. A store without
// any is always open.
func (s *Snapshot) Hours(n int) []uptime.Hours {
	c := &s.Calendars[n]
	if c.SameEver() {
		return c.HoursOn(uptime.Ever) // the date, which takes a time zone, makes no difference
	}
	return c.HoursOn(s.Today(n))
}

// History is what is known of store n in the time of the snapshot's Span, given its
// polls, without corrections.
func (s *Snapshot) History(n int, polls []uptime.Poll) uptime.History {
	return s.period.history(n, polls)
}

// Location is the time zone of store n.
func (s *Snapshot) Location(n int) *time.Location { return s.period.zoneOf(n).location }

// PollsRead counts the polls that were read of some stores, without those after the
// as-of instant.
func (s *Snapshot) PollsRead(stores []int) (count int64) {
	for _, n := range stores {
		count += int64(s.polls[n])
	}
	return count
}

// Openings are those of store n that meet the time from the beginning of Heard
// until eight days after the as-of instant, each whole.
func (s *Snapshot) Openings(n int) []uptime.Span { return s.period.openings[n] }

// PollsOf are the polls of store n, sorted: all of Heard and, where that makes a difference
// to its figures, one before, of which only the time is true.
func (s *Snapshot) PollsOf(n int) ([]uptime.Poll, error) { return s.period.appendPolls(nil, n) }

// RecentPolls appends the polls of store n on the UTC days from that of an instant on to dst,
// sorted. Those before are not decoded.
func (s *Snapshot) RecentPolls(dst []uptime.Poll, n int, from uptime.Instant) ([]uptime.Poll, error) {
	day, _ := polls.Split(from)
	dst, err := s.packed().appendFrom(dst, s.Stores[n].ID, day)
	if err != nil {
		return dst, fmt.Errorf("store %s: %w", s.Stores[n].Code, err)
	}
	return dst, nil
}

// PollsBackward are the polls of store n, the newest first. Only those that are asked for are
// decoded.
func (s *Snapshot) PollsBackward(n int) iter.Seq[uptime.Poll] {
	return s.packed().backward(s.Stores[n].ID)
}

// polled reports whether store n was ever polled until the as-of instant.
func (s *Snapshot) polled(n int) bool {
	first := s.Stores[n].FirstPollAt
	return first.Known && first.At <= s.AsOf
}

// KnownAsOf is AsOf, or none where there is none.
func (s *Snapshot) KnownAsOf() models.OptionalInstant {
	return models.OptionalInstant{At: s.AsOf, Known: s.AsOfKnown}
}
