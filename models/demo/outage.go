package demo

// A temper is how often a store goes down, and for how long at most.
type temper struct {
	often   int64 // outages in a thousand days
	longest int64 // microseconds
}

// tempers: half of the stores never fail, and a few make most of the trouble.
var tempers = []share[temper]{
	{50, temper{}},
	{35, temper{often: 100, longest: 2 * hour}},
	{12, temper{often: 900, longest: 4 * hour}},
	{3, temper{often: 2200, longest: 10 * hour}},
}

const shortest = 8 * minute

// strain says how likely an outage is to begin in each local hour, beside the
// others: kitchens are busiest, and tablets flattest, in the evening.
var strain = [24]int64{
	0: 1, 1, 1, 1, 1, 1,
	6: 2, 2, 2, 2, 2,
	11: 4, 4, 4, 3, 3, 4,
	17: 10, 12, 12, 12, 10,
	22: 5, 2,
}

var wholeStrain = func() (sum int64) {
	for _, s := range strain {
		sum += s
	}
	return sum
}()

// A span is the half-open interval [from, to) in microseconds since 1970.
type span struct{ from, to int64 }

func (s span) holds(at int64) bool { return s.from <= at && at < s.to }

// strike returns the outage that troubles the store in the hour that begins at
// start: the one that lasts into it, a new one, or none.
func (s store) strike(d dice, last span, start int64) span {
	if last.to > start || s.temper.often == 0 {
		return last
	}
	local := (start + s.zone.minutes*minute) / hour % 24
	if !d.chance(s.temper.often*strain[local], 1000*wholeStrain) {
		return last
	}
	from := start + d.between(0, hour)
	return span{from, from + d.least(2, shortest, s.temper.longest)}
}
