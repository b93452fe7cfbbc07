package main

import (
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/materialized"
)

type refreshCommand struct{}

// Run brings the tables up to date that people read with SQL.
func (c *refreshCommand) Run(p *program) error {
	db, f, closeBoth, err := p.openFigures()
	if err != nil {
		return err
	}
	defer closeBoth()
	bar := newBar(p.err, "Refreshing", false)
	done, err := materialized.New(db, f).Refresh(p.ctx, bar.show)
	bar.finish()
	if errors.Is(err, models.ErrDataMoved) {
		return fmt.Errorf("the data changed again and again meanwhile; what is done stays, so begin again: %w", err)
	}
	if err != nil {
		return err
	}
	if !done.AsOf.Known {
		fmt.Fprintln(p.out, "nothing to compute: no store was ever polled")
		return nil
	}
	fmt.Fprintf(p.out, "%d stores as of %s: %d days and %d outages written\n", done.Stores, done.AsOf.At.Time().Format("2006-01-02 15:04:05.999999 MST"), done.Days, done.Outages)
	return nil
}
