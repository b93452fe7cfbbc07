package demo

import (
	"fmt"
	"time"
)

const (
	maxStores = 1_000_000
	maxDays   = 366
	// About 160 million polls, 10 GB. Shuffling takes one more pass over all
	// stores for every few million polls, so beyond this it would take hours.
	maxStoreDays = 10_000_000
)

// The years whose polls any reader of the feeds takes.
var (
	earliest = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// Options say which demo data to make. Equal options make equal bytes.
type Options struct {
	Stores int
	Days   int       // how far the polls reach back from Until, in days of 24 hours
	Seed   uint64    // another seed is another set of stores
	Until  time.Time // the newest poll, cut to the microsecond
}

// DefaultOptions is a set that is quick to import and has every kind of store in it.
func DefaultOptions() Options {
	return Options{
		Stores: 200,
		Days:   8,
		Seed:   1,
		Until:  time.Date(2023, time.January, 25, 18, 13, 22, 479_220_000, time.UTC),
	}
}

// Validate says in a sentence what is wrong with the options, or returns nil.
func (o Options) Validate() error {
	switch {
	case o.Stores < 1 || o.Stores > maxStores:
		return fmt.Errorf("demo data can be made for 1 to 1,000,000 stores, not for %d", o.Stores)
	case o.Days < 1 || o.Days > maxDays:
		return fmt.Errorf("demo data can be made for 1 to %d days, not for %d", maxDays, o.Days)
	case o.Stores*o.Days > maxStoreDays:
		return fmt.Errorf("demo data of %d stores for %d days is too much: stores times days can be at most 10,000,000", o.Stores, o.Days)
	case o.Until.Before(earliest) || !o.Until.Before(latest):
		return fmt.Errorf("demo data can end in the years 2000 to 2199, not at %s", o.Until.UTC().Format(time.RFC3339))
	}
	return nil
}
