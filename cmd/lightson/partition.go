package main

import (
	"fmt"

	"lightson/models/months"
)

type partitionCommand struct{}

// Run gives the polls of a PostgreSQL of an earlier version a partition for each month.
func (c *partitionCommand) Run(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	pool := db.Postgres()
	if pool == nil {
		fmt.Fprintln(p.out, "nothing to do: SQLite has no partitions")
		return nil
	}
	bar := newBar(p.err, "Copying days", false)
	did, err := months.Convert(p.ctx, pool, bar.show)
	bar.finish()
	switch {
	case err != nil:
		return err
	case did.WereDone:
		fmt.Fprintf(p.out, "nothing to do: polls have %d partitions\n", did.Months)
	default:
		fmt.Fprintf(p.out, "%d days copied into %d partitions\n", did.Days, did.Months)
	}
	return nil
}
