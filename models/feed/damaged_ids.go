package feed

import (
	"slices"
	"strings"
)

// A DamagedID is an id of a file that a spreadsheet damaged, with what the known ids tell
// of the one that was meant.
type DamagedID struct {
	Index int // in the list that was looked through
	Fault IDFault
	Known string // the known id that it can only stand for; empty where there is none

	// Why Known is empty: no other known id fits, or several do, or the file names
	// the one that fits in another way as well, so that two stores may have become one.
	Fits   int // how many known ids fit, itself not counted
	Shared bool

	Digits int  // that are left of a number; 0 where none were lost
	Leads  bool // Known has the same leading 15 digits, where those that were lost are zeros
}

// DamagedIDs looks through the distinct ids of one file for damaged ones, and finds the
// known ids that they can only stand for. See MatchDamaged for what known should have.
func DamagedIDs(ids, known []string) []DamagedID {
	var damaged []DamagedID
	index := newIDIndex(known)
	meant := map[string]int{} // how many ids of the file stand for a known one
	zeroed := map[int]bool{}
	for _, n := range ZeroedIDs(ids) {
		zeroed[n] = true
	}
	for n, id := range ids {
		found, stands := DamagedID{Index: n, Fault: FaultOfID(id)}, id
		damage, ok := DamageOf(id)
		if zeroed[n] {
			found.Fault = IDZeros
			damage, ok = zeroedDamage(id), true
		}
		if ok {
			found.Digits = len(damage.digits)
			fits := index.fitting(damage)
			found.Fits = len(fits)
			if len(fits) == 1 && fits[0] == id {
				found.Fits = 0
			} else if len(fits) == 1 {
				stands, found.Known, found.Leads = fits[0], fits[0], damage.leads(fits[0])
			}
		}
		if found.Fault != "" {
			damaged = append(damaged, found)
		}
		meant[stands]++
	}
	for n := range damaged {
		if d := &damaged[n]; d.Known != "" && meant[d.Known] > 1 {
			d.Known, d.Leads, d.Shared = "", false, true
		}
	}
	return damaged
}

// leads reports whether a number that fits has the digits that are left, and zeros up to
// the 15th.
func (d Damaged) leads(id string) bool {
	digits := d.digits + strings.Repeat("0", keptDigits-len(d.digits))
	return d.digits != "" && strings.HasPrefix(id, digits[:min(len(digits), len(id))])
}

// addLikes completes odd ids that lost digits with the only other id of which they may
// have been made. Ids that end in zeros for the same reason are none.
func addLikes(ids []string, odd []OddID) {
	var index idIndex
	zeroed := map[string]bool{}
	for _, o := range odd {
		if o.Fault == IDZeros {
			zeroed[ids[o.Index]] = true
		}
	}
	for n, o := range odd {
		damage, ok := DamageOf(ids[o.Index])
		if o.Like >= 0 || !ok || damage.exact != "" {
			continue
		}
		if index.at == nil {
			index = newIDIndex(ids)
			index.numbers = slices.DeleteFunc(index.numbers, func(id string) bool { return zeroed[id] })
		}
		if fits := index.within(damage); len(fits) == 1 {
			odd[n].Like = index.at[fits[0]]
		}
	}
}
