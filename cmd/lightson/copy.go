package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/transfer"
)

type copyCommand struct {
	To string `required:"" placeholder:"WHERE" help:"An empty database: postgres://… for PostgreSQL (its password may be in PGPASSWORD or ~/.pgpass), or a data folder for SQLite."`
}

// Run copies the database of the settings into another one, and says what was copied.
func (c *copyCommand) Run(p *program) error {
	to, err := c.destination(p.settings)
	if err != nil {
		return err
	}
	source, err := p.openSource()
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := models.Open(p.ctx, to.url, to.dir)
	if err != nil {
		return hideTarget(err, to.url)
	}
	defer target.Close()
	return hideTarget(p.copy(source, target, to), to.url)
}

// A destination is where a database is, as models.Open wants it.
type destination struct{ url, dir string }

func (c *copyCommand) destination(s *settings) (to destination, err error) {
	if strings.Contains(c.To, "://") {
		if c.To == s.DatabaseURL {
			return to, errors.New("--to: expected another database than the one of DATABASE_URL")
		}
		return destination{url: c.To}, nil
	}
	dir := c.To
	if filepath.Base(dir) == models.SQLiteFile {
		dir = filepath.Dir(dir)
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return to, fmt.Errorf("--to: expected postgres://… or a folder for %s, found the file %s", models.SQLiteFile, dir)
	}
	if s.DatabaseURL == "" && sameFile(dir, s.Data) {
		return to, errors.New("--to: expected another folder than that of the database itself")
	}
	return destination{dir: dir}, nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	other, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

func hideTarget(err error, url string) error { return models.HidePasswordsIn(err, url) }

// openSource opens the database of the settings as it is: what is copied is not migrated.
func (p *program) openSource() (*models.DB, error) {
	if p.settings.DatabaseURL == "" {
		path := filepath.Join(p.settings.Data, models.SQLiteFile)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no database at %s, and DATABASE_URL names none", path)
		}
	}
	return models.Open(p.ctx, p.settings.DatabaseURL, p.settings.Data)
}

// copy copies source into target, and then records and says so.
func (p *program) copy(source, target *models.DB, to destination) error {
	if err := transfer.Check(p.ctx, source, target); err != nil {
		return err
	}
	if err := target.Migrate(p.ctx); err != nil {
		return err
	}
	f := figures.New(target)
	defer f.Close()
	j, err := jobs.New(target, f, jobs.Settings{Dir: filesIn(cmp.Or(to.dir, p.settings.Data))}, p.quiet())
	if err == nil {
		err = j.Migrate(p.ctx)
	}
	if err != nil {
		return err
	}
	files, err := p.copyFiles(to)
	if err != nil {
		return err
	}
	bar, began := newBar(p.err, "Copying", false), time.Now()
	copied, err := transfer.Copy(p.ctx, source, target, bar.show, j.QueueWaiting)
	bar.finish()
	if err != nil {
		if p.ctx.Err() != nil {
			err = errors.New("interrupted; the target is as empty as before")
		}
		return err
	}
	r := commandRecord(access.DatabaseCopied, "database", source.Backend(), nil)
	way := fmt.Sprintf("from %s to %s in %.1f s", source.Backend(), target.Backend(), time.Since(began).Seconds())
	recorded := p.record(target, r, nil)
	printCopied(p, copied, way)
	p.sayFiles(to, files)
	return errors.Join(recorded, p.sayInUse(source))
}

// copyFiles copies the files that wait for their import, unless the data folder stays the
// same.
func (p *program) copyFiles(to destination) (copied int, err error) {
	if to.dir == "" || sameFile(to.dir, p.settings.Data) {
		return 0, nil
	}
	if copied, err = transfer.Files(p.settings.filesDir(), filesIn(to.dir)); err != nil {
		return copied, fmt.Errorf("copy the files that wait: %w", err)
	}
	return copied, nil
}

func printCopied(p *program, list []transfer.Copied, way string) {
	rows := int64(0)
	for _, t := range list {
		rows += t.Rows
		if t.Rows > 0 {
			fmt.Fprintf(p.out, "%-18s %9d rows  checksum %s\n", t.Table, t.Rows, t.Checksum)
		}
	}
	empty := len(slices.DeleteFunc(slices.Clone(list), func(t transfer.Copied) bool { return t.Rows > 0 }))
	fmt.Fprintf(p.out, "%d rows of %d tables copied %s, read back, and found the same; %d tables have none\n", rows, len(list)-empty, way, empty)
	fmt.Fprintln(p.out, "not copied: sessions, so that people sign in again, and what is in the inbox folder")
}

// sayFiles says where the files are that the new server needs.
func (p *program) sayFiles(to destination, copied int) {
	switch from := p.settings.filesDir(); {
	case copied > 0:
		fmt.Fprintf(p.out, "%d files that wait were copied from %s to %s\n", copied, from, to.dir)
	case to.dir == "" && hasFiles(from):
		fmt.Fprintf(p.out, "files that wait for their import stay in %s: start the server with --data %s, or with a copy of that folder\n", from, p.settings.Data)
	}
}

// hasFiles reports whether there is any file in a folder, or in folders in it.
func hasFiles(dir string) (some bool) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			some = true
			return fs.SkipAll
		}
		return nil
	})
	return some
}

// sayInUse warns where somebody else has the source open, which it closes. What they write
// is not copied.
func (p *program) sayInUse(source *models.DB) error {
	used, err := source.UsedByOthers(p.ctx)
	if err = errors.Join(err, source.Close()); err != nil {
		return err
	}
	if p.settings.DatabaseURL == "" {
		lock, alone, err := models.LockFolder(p.settings.Data)
		if err != nil {
			return err
		}
		if err := lock.Close(); err != nil {
			return err
		}
		used = !alone
	}
	if used {
		fmt.Fprintln(p.out, "note: a server or another command has the source open. What it wrote since the copy began is not in the copy; to move for good, stop it and copy again")
	}
	return nil
}
