package scheduled

import (
	"cmp"
	"slices"
	"strings"

	"lightson/models/names"
	"lightson/models/uptime"
)

// Figures sum up a report for a message. The zero value is ready for stores to be added.
type Figures struct {
	Up, Down uptime.Micros
	Stores   int // all of them
	Offline  int // those with any downtime
	Unseen   int // those without data
	worst    []storeDown
}

type storeDown struct {
	code, name string
	f          uptime.Figures
}

// mostWorst is how many stores a message names.
const mostWorst = 10

// Add adds the figures of a store.
func (f *Figures) Add(code, name string, of uptime.Figures) {
	f.Stores++
	f.Up, f.Down = f.Up+of.Up, f.Down+of.Down
	switch {
	case of.Up+of.Down == 0:
		f.Unseen++
	case of.Down > 0:
		f.Offline++
		f.worst = append(f.worst, storeDown{strings.Clone(code), strings.Clone(name), of})
		if len(f.worst) > 10*mostWorst { // a report may have a million stores
			f.cut()
		}
	}
}

// cut leaves the worst stores, the worst first.
func (f *Figures) cut() {
	slices.SortFunc(f.worst, func(a, b storeDown) int {
		return cmp.Or(cmp.Compare(b.f.Down, a.f.Down), cmp.Compare(a.code, b.code))
	})
	f.worst = f.worst[:min(len(f.worst), mostWorst)]
}

func (d storeDown) shown() string { return cmp.Or(names.Visible(d.name), d.code) }
