package main

import (
	"fmt"
	"time"

	"lightson/models/demo"
)

type demoCommand struct {
	Dir    string    `arg:"" type:"path" help:"Folder to write store_status.csv, menu_hours.csv, timezones.csv and store_names.csv into."`
	Stores int       `default:"200" help:"How many stores (default: ${default})."`
	Days   int       `default:"8" help:"How many days of polls (default: ${default})."`
	Seed   uint64    `default:"1" help:"The same seed gives the same bytes (default: ${default})."`
	Until  time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"T" help:"The newest poll is at this instant, such as 2023-01-25T18:13:22Z."`
}

// Run writes the four feeds.
func (c *demoCommand) Run(p *program) error {
	o := demo.DefaultOptions()
	o.Stores, o.Days, o.Seed = c.Stores, c.Days, c.Seed
	if !c.Until.IsZero() {
		o.Until = c.Until
	}
	bar := newBar(p.err, "Writing polls", false)
	files, err := demo.Write(c.Dir, o, bar.show)
	bar.finish()
	if err != nil {
		return err
	}
	for _, f := range files.All() {
		fmt.Fprintf(p.out, "%s: %d rows\n", f.Path, f.Rows)
	}
	return nil
}

// writeRecentDemo writes demo data whose newest poll is of this minute.
func writeRecentDemo(dir string) (paths []string, err error) {
	o := demo.DefaultOptions()
	o.Until = time.Now().UTC().Truncate(time.Minute)
	files, err := demo.Write(dir, o, nil)
	if err != nil {
		return nil, err
	}
	return []string{files.Hours.Path, files.Zones.Path, files.Names.Path, files.Polls.Path}, nil
}
