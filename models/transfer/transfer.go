package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lightson/models"
)

// Copied is what became of one table.
type Copied struct {
	Table    string
	Rows     int64
	Checksum Checksum
}

// Progress is told how many rows are done, of how many. Every row counts twice: once when
// it is copied, and once when it is read back.
type Progress func(done, total int64)

// Check gives an error unless from can be copied into to: from must have the tables of this
// version, and those of to must be empty. A target without any tables is fine, and so is an
// empty one of an earlier version, as a killed migration leaves it; the caller migrates it.
// Nothing is changed.
func Check(ctx context.Context, from, to *models.DB) error {
	found, known, err := from.Versions(ctx)
	switch {
	case err != nil:
		return err
	case found == 0:
		return errors.New("the source has no tables, so there is nothing to copy")
	case found > known:
		return fmt.Errorf("the source: %w", models.NewerError{Found: found, Known: known})
	case found < known:
		return fmt.Errorf("the tables of the source are at version %d, and those of this program at %d; please run lightson migrate on it first", found, known)
	}
	if found, known, err = to.Versions(ctx); err != nil || found == 0 {
		return err
	}
	if found > known {
		return fmt.Errorf("the target: %w", models.NewerError{Found: found, Known: known})
	}
	return to.View(ctx, func(tx *models.Tx) error { return requireEmpty(ctx, sideOf(tx)) })
}

// A NotEmptyError says what a target has that must be empty.
type NotEmptyError struct{ Found []Copied }

func (e NotEmptyError) Error() string {
	var list []string
	for _, t := range e.Found {
		list = append(list, fmt.Sprintf("%s (%d)", t.Table, t.Rows))
	}
	return "the target is not empty, and nothing was changed: it has rows in " + strings.Join(list, ", ") + ". Please name a new database"
}

// requireEmpty gives a NotEmptyError where tables have rows. Those of sessions do not
// count, nor do those that are made by themselves. Tables that are not there have none.
func requireEmpty(ctx context.Context, s side) error {
	var found []Copied
	for _, t := range tables {
		columns, err := s.columns(ctx, t.name)
		if err != nil {
			return err
		}
		if len(columns) == 0 || t.made {
			continue
		}
		rows, err := s.number(ctx, countRows(t.name))
		if err != nil {
			return err
		}
		if rows > 0 {
			found = append(found, Copied{Table: t.name, Rows: rows})
		}
	}
	if len(found) > 0 {
		return NotEmptyError{found}
	}
	return nil
}

func countRows(table string) string { return "SELECT count(*) FROM " + quote(table) }

// Copy copies every table of from into to, which has the same tables without rows. See
// the documentation of the package for what it guarantees. In the end finish runs in the
// transaction of the target.
func Copy(ctx context.Context, from, to *models.DB, progress Progress, finish func(context.Context, *models.Tx) error) (list []Copied, err error) {
	err = from.View(ctx, func(fromTx *models.Tx) error {
		return to.Update(ctx, func(toTx *models.Tx) error {
			c := copying{from: sideOf(fromTx), to: sideOf(toTx), progress: progress}
			if err := c.run(ctx); err != nil {
				return err
			}
			list = c.done
			return finish(ctx, toTx)
		})
	})
	if err != nil && ctx.Err() != nil { // PostgreSQL says no more than that its connection is closed
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	return list, nil
}

// copying is one copy on its way.
type copying struct {
	from, to     side
	progress     Progress
	steps, total int64
	done         []Copied
}

func (c *copying) run(ctx context.Context) error {
	var names []string
	for _, t := range tables {
		names = append(names, t.name)
		rows, err := c.from.number(ctx, countRows(t.name))
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		c.total += 2 * rows
	}
	if err := c.to.lock(ctx, names); err != nil {
		return fmt.Errorf("lock the target: %w", err)
	}
	if err := requireEmpty(ctx, c.to); err != nil {
		return err
	}
	for _, t := range tables {
		if err := c.table(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	for _, t := range c.done {
		if err := c.check(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Table, err)
		}
	}
	return nil
}

// table copies one table.
func (c *copying) table(ctx context.Context, t table) error {
	from, to, err := matched(ctx, c.from, c.to, t.name)
	if err != nil {
		return err
	}
	if t.made {
		if err := c.to.do(ctx, "DELETE FROM "+quote(t.name)); err != nil {
			return err
		}
	}
	var sum tally
	if err := c.stream(ctx, t.name, from, to, &sum); err != nil {
		return err
	}
	c.done = append(c.done, Copied{t.name, sum.rows, sum.sum})
	return c.to.continueIDs(ctx, t.name, to)
}

// rowsAhead is how many rows may be read before they are written.
const rowsAhead = 64

// stream reads the rows of a table while it writes them. Each side has a connection of its
// own, so that both work at once.
func (c *copying) stream(ctx context.Context, name string, from, to []column, sum *tally) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	rows, read := make(chan []any, rowsAhead), make(chan error, 1)
	go func() {
		defer close(rows)
		read <- c.from.rows(reading, name, from, func(row []any) error {
			sum.add(row)
			select {
			case rows <- append([]any{}, row...):
				return nil
			case <-reading.Done():
				return reading.Err()
			}
		})
	}()
	err := c.to.insert(ctx, name, to, func() ([]any, error) {
		row, more := <-rows
		if !more {
			err := <-read
			read <- nil
			return nil, err
		}
		c.step()
		return row, nil
	})
	stop()
	for range rows { // so that the reader can end before its transaction goes on
	}
	if readErr := <-read; err == nil {
		err = readErr
	}
	return err
}

func (c *copying) step() {
	c.steps++
	if c.progress != nil {
		c.progress(c.steps, c.total)
	}
}

// check reads a table back from the target.
func (c *copying) check(ctx context.Context, want Copied) error {
	columns, err := c.to.columns(ctx, want.Table)
	if err != nil {
		return err
	}
	var sum tally
	err = c.to.rows(ctx, want.Table, columns, func(row []any) error {
		sum.add(row)
		c.step()
		return nil
	})
	if err != nil {
		return err
	}
	if found := (Copied{want.Table, sum.rows, sum.sum}); found != want {
		return fmt.Errorf("read back %d rows with the checksum %s, expected %d with %s", found.Rows, found.Checksum, want.Rows, want.Checksum)
	}
	return nil
}
