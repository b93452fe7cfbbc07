package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lightson/models/uptime"
)

// A StoreOutage is an outage of a store of a snapshot, whatever was corrected.
type StoreOutage struct {
	Store int // its index in the snapshot
	uptime.Outage
	Excused uptime.Micros // how much of it is inside corrections
	Reason  string        // what the poller said when it was first seen inactive; may be empty

	before outageBefore
}

// Ongoing reports whether an outage goes on at the as-of instant of the snapshot.
func (s *Snapshot) Ongoing(o uptime.Outage) bool { return o.Ended == uptime.GoesOn && o.To == s.AsOf }

// An OutageQuery asks for outages of a snapshot.
type OutageQuery struct {
	Stores  []int // indexes of the snapshot, each once; nil stands for all stores
	Within  uptime.Span
	Keep    func(*StoreOutage) bool // nil keeps all; when and why it was first seen is not known to it
	Longest bool                    // the longest first, else the newest first
	After   OutagePlace             // where a list goes on
	Skip    int                     // how many are left out there
	Limit   int
}

// An OutagePlace is the place of an outage in a list. The zero value is before all of them.
type OutagePlace struct {
	From   uptime.Instant
	Length uptime.Micros
	Store  int
}

// Place is the place of an outage in the lists of its snapshot.
func (o *StoreOutage) Place() OutagePlace { return OutagePlace{o.From, o.Length(), o.Store} }

// compare orders places as the query asks for.
func (q *OutageQuery) compare(a, b OutagePlace) int {
	longest := 0
	if q.Longest {
		longest = cmp.Compare(b.Length, a.Length)
	}
	return cmp.Or(longest, cmp.Compare(b.From, a.From), cmp.Compare(a.Store, b.Store))
}

func (q *OutageQuery) compareOutages(a, b StoreOutage) int { return q.compare(a.Place(), b.Place()) }

// follows reports whether an outage comes after the place where the list goes on.
func (q *OutageQuery) follows(o *StoreOutage) bool {
	return q.After.Length == 0 || q.compare(q.After, o.Place()) < 0
}

// An OutageList is a piece of the outages that a query asks for.
type OutageList struct {
	Outages []StoreOutage // in the query's order
	More    bool          // whether the list goes on after them
	Sum     OutageSum     // of all that the query asks for, before and after this piece as well
}

// An OutageSum is what outages add up to.
type OutageSum struct {
	Outages, Stores, Ongoing   int
	Down, Least, Most, Excused uptime.Micros
	Longest                    uptime.Micros
	DownOf                     map[int]uptime.Micros // by store
}

func (sum *OutageSum) add(s *Snapshot, o *StoreOutage) {
	if sum.DownOf == nil {
		sum.DownOf = map[int]uptime.Micros{}
	}
	sum.Outages++
	sum.Down += o.Length()
	sum.Least += o.Least
	sum.Most += o.Most
	sum.Excused += o.Excused
	sum.Longest = max(sum.Longest, o.Length())
	sum.DownOf[o.Store] += o.Length()
	sum.Stores = len(sum.DownOf)
	if s.Ongoing(o.Outage) {
		sum.Ongoing++
	}
}

// Outages are the outages of some stores of a snapshot in any range of time, cut to it, at
// most as many as the query's limit, whatever was corrected. Their lengths add up to the
// Down of MeasureRange. Memory grows with the limit, with what is skipped and with the
// number of stores, but not with the range. The errors are those of MeasureRange.
func (f *Figures) Outages(ctx context.Context, s *Snapshot, q OutageQuery) (list OutageList, err error) {
	most := q.Skip + q.Limit + 1 // one more tells whether there are more
	err = f.walkOutages(ctx, s, q.Stores, q.Within, func(found []StoreOutage) error {
		for n := range found {
			o := &found[n]
			if q.Keep != nil && !q.Keep(o) {
				continue
			}
			list.Sum.add(s, o)
			if q.follows(o) {
				list.Outages = append(list.Outages, *o)
			}
			if len(list.Outages) >= 2*most {
				slices.SortFunc(list.Outages, q.compareOutages)
				list.Outages = list.Outages[:most]
			}
		}
		return nil
	})
	if err == nil {
		slices.SortFunc(list.Outages, q.compareOutages)
		list.Outages = list.Outages[min(q.Skip, len(list.Outages)):]
		if list.More = len(list.Outages) > q.Limit; list.More {
			list.Outages = list.Outages[:q.Limit]
		}
		err = f.explainOutages(ctx, s, list.Outages)
	}
	if err != nil {
		return OutageList{}, fmt.Errorf("outages: %w", err)
	}
	return list, nil
}

// longestAtOnce is how many outages EachOutage holds at once when it sorts by length.
const longestAtOnce = 20_000

// EachOutage visits all outages that a query asks for, in its order, whatever it skips and its limit.
// It holds those of a week at a time, or of the longest so many, and no connection to the
// database during a visit. The errors are those of MeasureRange, and what visit returns.
func (f *Figures) EachOutage(ctx context.Context, s *Snapshot, q OutageQuery, visit func(*StoreOutage) error) error {
	show := func(outages []StoreOutage) error {
		for n := range outages {
			if err := visit(&outages[n]); err != nil {
				return err
			}
		}
		return nil
	}
	if q.Longest {
		for q.Skip, q.Limit = 0, longestAtOnce; ; {
			list, err := f.Outages(ctx, s, q)
			if err != nil {
				return err
			}
			if err := show(list.Outages); err != nil || !list.More {
				return err
			}
			q.After = list.Outages[len(list.Outages)-1].Place()
		}
	}
	err := f.walkOutages(ctx, s, q.Stores, q.Within, func(found []StoreOutage) error {
		found = slices.DeleteFunc(found, func(o StoreOutage) bool { return q.Keep != nil && !q.Keep(&o) || !q.follows(&o) })
		slices.SortFunc(found, q.compareOutages)
		if err := f.explainOutages(ctx, s, found); err != nil {
			return err
		}
		return show(found)
	})
	if err != nil {
		return fmt.Errorf("outages: %w", err)
	}
	return nil
}
