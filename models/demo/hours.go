package demo

const daysInWeek = 7

// A shift is one stretch of opening hours on a day, as the feed writes it.
type shift struct {
	spill      bool // belongs to the morning after
	start, end string
}

// An hoursRow is one row of the hours feed: 0 is Monday.
type hoursRow struct {
	day        int
	start, end string
}

// A pattern is the way in which a kind of restaurant opens: the same shifts on
// every day that is not one of the closed ones.
type pattern struct {
	shifts func(dice) []shift
	closed []share[[]int]
}

var (
	never    = []share[[]int]{{1, nil}}
	weekends = []share[[]int]{{4, []int{5, 6}}, {1, []int{6}}}
	restDays = []share[[]int]{{12, nil}, {3, []int{0}}, {3, []int{6}}, {1, []int{1}}, {1, []int{0, 1}}, {1, []int{6, 0}}}
)

var patterns = []share[pattern]{
	{16, pattern{aroundTheClock, never}},
	{26, pattern{lunchTillLate, restDays}},
	{16, pattern{lunchAndDinner, restDays}},
	{8, pattern{officeHours, weekends}},
	{8, pattern{breakfast, restDays}},
	{8, pattern{tillMidnight, restDays}},
	{10, pattern{pastMidnight, restDays}},
	{8, pattern{overnightBar, restDays}},
}

// hours returns the rows of the store in the hours feed, in no order.
func (o Options) hours(s store) []hoursRow {
	if !s.hasHours() {
		return nil
	}
	d := o.dice(weeks, s.n)
	p := pick(d, patterns)
	shifts := p.shifts(d)
	var open [daysInWeek]bool
	for day := range open {
		open[day] = true
	}
	for _, day := range pick(d, p.closed) {
		open[day] = false
	}
	var rows []hoursRow
	for day := range open {
		if !open[day] {
			continue
		}
		for _, s := range shifts {
			on := day
			if s.spill {
				on = (day + 1) % daysInWeek
			}
			rows = append(rows, hoursRow{on, s.start, s.end})
		}
	}
	d.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// People who cannot type 24:00 write a day without end in one of these ways.
func aroundTheClock(d dice) []shift {
	end := one(d, "23:59:59", "23:59:59", "23:59:59", "23:59:00", "23:59:00", "00:00:00")
	return []shift{{start: "00:00:00", end: end}}
}

func lunchTillLate(d dice) []shift {
	return []shift{{
		start: one(d, "11:00:00", "11:00:00", "10:30:00", "10:00:00", "12:00:00"),
		end:   one(d, "20:30:00", "21:00:00", "21:30:00", "21:45:00", "22:00:00", "23:00:00"),
	}}
}

func lunchAndDinner(d dice) []shift {
	return []shift{
		{start: one(d, "11:00:00", "11:30:00", "12:00:00"), end: one(d, "14:00:00", "14:30:00", "15:00:00")},
		{start: one(d, "17:00:00", "17:00:00", "17:30:00", "18:00:00"), end: one(d, "21:30:00", "22:00:00", "23:00:00")},
	}
}

func officeHours(dice) []shift {
	return []shift{{start: "09:00:00", end: "17:00:00"}}
}

func breakfast(d dice) []shift {
	return []shift{{start: one(d, "06:00:00", "06:30:00", "07:00:00"), end: one(d, "14:00:00", "15:00:00", "19:00:00")}}
}

func tillMidnight(d dice) []shift {
	return []shift{{
		start: one(d, "06:00:00", "10:00:00", "11:00:00", "17:00:00"),
		end:   one(d, "23:59:00", "23:59:59", "00:00:00"),
	}}
}

// pastMidnight is one opening that the feed has to cut in two at midnight.
func pastMidnight(d dice) []shift {
	return []shift{
		{start: one(d, "10:00:00", "11:00:00", "17:00:00"), end: one(d, "23:59:59", "23:59:59", "23:59:00")},
		{spill: true, start: "00:00:00", end: one(d, "01:00:00", "01:30:00", "02:00:00", "03:00:00")},
	}
}

// overnightBar is the same without the cut: it ends before it starts.
func overnightBar(d dice) []shift {
	return []shift{{start: one(d, "18:00:00", "18:00:00", "20:00:00"), end: one(d, "02:00:00", "02:00:00", "04:00:00")}}
}

func one(d dice, of ...string) string { return of[d.IntN(len(of))] }
