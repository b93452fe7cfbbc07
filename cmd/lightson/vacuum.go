package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"lightson/models"
	"lightson/models/backup"
)

type vacuumCommand struct {
	Full bool `help:"PostgreSQL: write every table anew, which gives its room back to the disk. Nobody can read a table meanwhile."`
}

// Run gives back the room of what was deleted.
func (c *vacuumCommand) Run(p *program) error {
	if p.settings.DatabaseURL != "" {
		return c.postgres(p)
	}
	if c.Full {
		return notUnderstood{errors.New("--full is for PostgreSQL; SQLite always gives the room back")}
	}
	v, err := backup.Vacuum(p.ctx, p.settings.Data)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %d bytes before, %d after, %d given back; checked\n", filepath.Join(p.settings.Data, models.SQLiteFile), v.Before, v.After, v.GivenBack())
	return nil
}

func (c *vacuumCommand) postgres(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	bar := newBar(p.err, "Vacuuming", false)
	v, err := backup.VacuumPostgres(p.ctx, db, c.Full, bar.show)
	bar.finish()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d tables: %d bytes before, %d after, %d given back\n", v.Tables, v.Before, v.After, v.GivenBack())
	if !c.Full {
		fmt.Fprintln(p.out, "what is free in them is for new rows; PostgreSQL does the same by itself (autovacuum). To give it back to the disk, while nobody reads: --full")
	}
	return nil
}
