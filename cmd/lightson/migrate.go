package main

import (
	"fmt"

	"lightson/jobs"
	"lightson/models/figures"
)

type migrateCommand struct{}

// Run migrates our tables and the queue's, as serve does at its start.
func (c *migrateCommand) Run(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	f := figures.New(db)
	defer f.Close()
	j, err := jobs.New(db, f, jobs.Settings{Dir: p.settings.filesDir()}, p.quiet())
	if err != nil {
		return err
	}
	if err := j.Migrate(p.ctx); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s is up to date\n", db.Backend())
	return nil
}
