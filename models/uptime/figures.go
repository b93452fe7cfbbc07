package uptime

import "math"

// Figures are a store's, or a group's, numbers for one window of time. They
// are sums of whole microseconds; rounding is left to those who print them.
type Figures struct {
	Open, Up, Down Micros
	Excused        Micros // open time inside corrections, neither up nor down; 0 in raw figures
	Outages        int    // maximal runs of down time, each inside one opening
	Longest        Micros // the longest outage, as far as it lies in the window

	// What of Up and Down lies between two polls of an opening that saw the same, and
	// how much of both is near the poll that speaks for it.
	CertainUp, CertainDown, Close Micros
}

// NoData is the open time that no poll speaks for.
func (f Figures) NoData() Micros { return f.Open - f.Up - f.Down - f.Excused }

// Least is the least down time that the polls allow, if the state changed at most once
// between two of them.
func (f Figures) Least() Micros { return f.CertainDown }

// Most is the most down time that the polls allow, on the same condition: all time that
// they speak for but what was certainly up.
func (f Figures) Most() Micros { return f.Up + f.Down - f.CertainUp }

// CloselySeen is the share of open time that is near a poll. It reports false where there
// is no open time to judge.
func (f Figures) CloselySeen() (ratio float64, ok bool) {
	return ratioOf(f.Close, f.Open-f.Excused)
}

// Availability is the share of seen time that was up. It reports false when
// nothing was seen, so that silence is taken neither for 0 % nor for 100 %.
func (f Figures) Availability() (ratio float64, ok bool) {
	return ratioOf(f.Up, f.Up+f.Down)
}

// Coverage is the share of open time that was seen. It reports false when
// the store was not open at all.
func (f Figures) Coverage() (ratio float64, ok bool) {
	return ratioOf(f.Up+f.Down, f.Open-f.Excused)
}

func ratioOf(part, whole Micros) (ratio float64, ok bool) {
	if whole == 0 {
		return 0, false
	}
	ratio = float64(part) / float64(whole)
	if part < whole { // a microsecond of a large group's week is less than a float64 can tell
		ratio = min(ratio, math.Nextafter(1, 0))
	}
	return ratio, true
}

// Add makes f the figures of a group that g belongs to as well. A group's
// availability is that of its summed time, never a mean of percentages.
func (f *Figures) Add(g Figures) {
	f.Open += g.Open
	f.Up += g.Up
	f.Down += g.Down
	f.Excused += g.Excused
	f.CertainUp += g.CertainUp
	f.CertainDown += g.CertainDown
	f.Close += g.Close
	f.Outages += g.Outages
	f.Longest = max(f.Longest, g.Longest)
}

// take takes the lengths of g out of f again, of which it is a part. Outages are not lengths.
func (f *Figures) take(g Figures) {
	f.Open -= g.Open
	f.Up -= g.Up
	f.Down -= g.Down
	f.Excused -= g.Excused
	f.CertainUp -= g.CertainUp
	f.CertainDown -= g.CertainDown
	f.Close -= g.Close
}

// count adds one piece. Where it is down, its outage began at an instant.
func (f *Figures) count(p Piece, outage Instant) {
	f.sum(p)
	if p.State == Down {
		if p.From == outage {
			f.Outages++
		}
		f.Longest = max(f.Longest, Micros(p.To-outage))
	}
}

// sum adds the open time of a piece.
func (f *Figures) sum(p Piece) {
	length, certain := p.Length(), Micros(0)
	f.Open += length
	if p.Certain {
		certain = length
	}
	if p.Close {
		f.Close += length
	}
	switch p.State {
	case Up:
		f.Up += length
		f.CertainUp += certain
	case Down:
		f.Down += length
		f.CertainDown += certain
	case Excused:
		f.Excused += length
	}
}
