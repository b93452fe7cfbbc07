package uptime

import "math"

// Figures are a store's, or a group's, numbers for one window of time. They
// are sums of whole microseconds; rounding is left to those who print them.
type Figures struct {
	Open, Up, Down Micros
	Outages        int    // maximal runs of down time, each inside one opening
	Longest        Micros // the longest outage, as far as it lies in the window
}

// NoData is the open time that no poll speaks for.
func (f Figures) NoData() Micros { return f.Open - f.Up - f.Down }

// Availability is the share of seen time that was up. It reports false when
// nothing was seen, so that silence is taken neither for 0 % nor for 100 %.
func (f Figures) Availability() (ratio float64, ok bool) {
	return ratioOf(f.Up, f.Up+f.Down)
}

// Coverage is the share of open time that was seen. It reports false when
// the store was not open at all.
func (f Figures) Coverage() (ratio float64, ok bool) {
	return ratioOf(f.Up+f.Down, f.Open)
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
	f.Outages += g.Outages
	f.Longest = max(f.Longest, g.Longest)
}

// count adds one whole stretch.
func (f *Figures) count(s Stretch) {
	length := s.Length()
	f.sum(s.State, length)
	if s.State == Down {
		f.Outages++
		f.Longest = max(f.Longest, length)
	}
}

// sum adds open time of one state.
func (f *Figures) sum(state State, length Micros) {
	f.Open += length
	switch state {
	case Up:
		f.Up += length
	case Down:
		f.Down += length
	}
}
