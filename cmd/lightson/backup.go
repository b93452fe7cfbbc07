package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"lightson/models"
	"lightson/models/backup"
)

type backupCommand struct {
	File  string `arg:"" help:"File to write."`
	Force bool   `help:"Replace the file if it is there."`
}

// Run backs the SQLite database up as it is: not migrated, so that it can be done
// before an update.
func (c *backupCommand) Run(p *program) error {
	if p.settings.DatabaseURL != "" {
		return errors.New("the database is PostgreSQL, whose own program makes its backups: " +
			`pg_dump --format=custom --no-owner --file=FILE "$DATABASE_URL"`)
	}
	contents, err := backup.BackUp(p.ctx, p.settings.Data, c.File, c.Force)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %s; checked\n", c.File, inventory(contents))
	return nil
}

type restoreCommand struct {
	File string `arg:"" help:"File that lightson backup wrote."`
}

// Run makes a backup the database.
func (c *restoreCommand) Run(p *program) error {
	if p.settings.DatabaseURL != "" {
		return errors.New("the database is PostgreSQL, whose own program restores its backups: " +
			`pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$DATABASE_URL" FILE`)
	}
	restored, err := backup.Restore(p.ctx, c.File, p.settings.Data)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %s; checked\n", filepath.Join(p.settings.Data, models.SQLiteFile), inventory(restored.Contents))
	if restored.Aside != "" {
		fmt.Fprintf(p.out, "the database that was there is now %s\n", restored.Aside)
	}
	return nil
}

// inventory says what is in a database.
func inventory(c backup.Contents) string {
	return fmt.Sprintf("%d stores, %d polls, %d reports, %d bytes, data version %d", c.Stores, c.Polls, c.Reports, c.Bytes, c.Data)
}
