package web_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// An estate is the stores of one owner, whose every text is that owner's alone: an answer
// that has one of its tokens tells of these stores.
type estate struct {
	tag    string // part of every text
	group  string
	stores []string // ids, sorted
	zone   string   // of all of them but one
	rate   entered.Money
	files  []file
}

// estateAsOf is the newest poll of every estate, so that what is computed as of it does
// not depend on who else is there.
var estateAsOf = modelstest.At("2023-01-25 18:13:22")

// newEstate draws an estate from a seed. Its stores have every peculiarity that a page or
// a check tells of: no hours, no zone, a zone that is unknown, odd hours, an odd id, no
// polls, long silence, polls outside the hours, and downtime now.
func newEstate(tag, zone string, stores int, rate entered.Money) estate {
	e := estate{tag: tag, group: "Family " + tag, zone: zone, rate: rate}
	dice := rand.New(rand.NewPCG(uint64(stores), uint64(len(tag))+uint64(rate)))
	var polls, hours, zones, named []string
	for n := range stores {
		id := fmt.Sprintf("%s%02d", tag, n)
		e.stores = append(e.stores, id)
		if n != 1 {
			zones = append(zones, id+","+zone)
		}
		if n != 2 {
			hours = append(hours, e.hours(id, n)...)
		}
		if n != 3 {
			polls = append(polls, e.polls(dice, id, n)...)
		}
		named = append(named, fmt.Sprintf("%s,Kitchen %s %d,%s,Town %s %d", id, tag, n, e.group, tag, n%3))
	}
	e.stores = append(e.stores, tag+`"`) // as a spreadsheet leaves an id
	named = append(named, modelstest.Quoted(tag+`"`)+",Odd "+tag+","+e.group+",")
	slices.Sort(e.stores)
	e.files = []file{
		{"polls-" + tag + ".csv", modelstest.PollsFile(polls...)},
		{"hours-" + tag + ".csv", modelstest.HoursFile(hours...)},
		{"zones-" + tag + ".csv", modelstest.ZonesFile(zones...)},
		{"names-" + tag + ".csv", modelstest.NamesFile(named...)},
	}
	return e
}

func (e estate) hours(id string, n int) (rows []string) {
	if n == 4 { // odd: opens for a minute
		rows = append(rows, id+",0,03:00:00,03:01:00")
	}
	for day := range 7 {
		rows = append(rows, fmt.Sprintf("%s,%d,%02d:00:00,%02d:30:00", id, day, 6+n%4, 19+n%4))
	}
	return rows
}

func (e estate) polls(dice *rand.Rand, id string, n int) (rows []string) {
	end := estateAsOf
	if n == 5 {
		end = end.Add(-60 * uptime.Hour) // silent since
	}
	for at := end.Add(-20 * 24 * uptime.Hour); at <= end; at = at.Add(uptime.Hour) {
		status := "active"
		if dice.IntN(6) == 0 || n == 6 && at > end.Add(-5*uptime.Hour) {
			status = "inactive"
		}
		stamp := at
		if at < end {
			stamp = at.Add(uptime.Micros(dice.IntN(50*60)) * 1_000_000)
		}
		rows = append(rows, id+","+status+","+modelstest.Stamp(min(stamp, end)))
	}
	return rows
}

// more is another file of polls. Each changes the figures of some store, and none the
// newest poll.
func (e estate) more(n int) file {
	at := estateAsOf.Add(-uptime.Micros(1+n) * 7 * 60 * 1_000_000)
	return file{fmt.Sprintf("more-%s-%d.csv", e.tag, n), modelstest.PollsFile(e.stores[1+n%3] + ",inactive," + modelstest.Stamp(at))}
}

// bad is a file of which every row is rejected, so that its import tells of the estate.
func (e estate) bad() file {
	return file{"bad-" + e.tag + ".csv", modelstest.ZonesFile(e.stores[1] + ",Nowhere/" + e.tag)}
}

// reach is that of the owner.
func (e estate) reach() reach.Reach { return reach.Of([]string{e.group}, nil) }

// tokens are texts of which each gives the estate away, in lower case and each one word.
func (e estate) tokens() []string {
	_, city, _ := strings.Cut(e.zone, "/")
	return []string{e.tag, strings.ToLower(city), fmt.Sprintf("%d.%02d", e.rate/100, e.rate%100), fmt.Sprintf("%d,%03d.%02d", e.rate/100_000, e.rate/100%1000, e.rate%100)}
}

// estateClock is when visitors look at estates: minutes after the newest poll.
var estateClock = estateAsOf.Time().Add(22 * time.Minute)
