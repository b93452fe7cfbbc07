package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/reach"
	"lightson/models/reports"
)

type reportCommand struct {
	AsOf      string `name:"as-of" placeholder:"T" help:"Instant in UTC, such as '2023-01-25 18:00' or 2023-01-25T18:00:00Z (default: the newest poll)."`
	Group     string `placeholder:"NAME" help:"Only the stores of this group."`
	From      string `placeholder:"T" help:"Measure a range beside the windows, from this instant in UTC; it is in the details and in a file of its own."`
	To        string `placeholder:"T" help:"The end of the range."`
	Details   bool   `help:"Write the details behind the figures instead."`
	Corrected bool   `help:"Write corrected figures: time inside corrections is neither up nor down."`
	Range     bool   `help:"Write the range for people instead: a CSV with names that spreadsheets read as it is."`
	Output    string `short:"o" placeholder:"FILE" help:"Where to write (default: standard output)."`
}

// Run makes a report and writes it.
func (c *reportCommand) Run(p *program) error {
	if err := c.checkFile(); err != nil {
		return err
	}
	shards, err := p.settings.shards()
	if err != nil {
		return err
	}
	db, f, closeBoth, err := p.openFigures()
	if err != nil {
		return err
	}
	defer closeBoth()
	about, err := c.scope(p, db)
	if err != nil {
		return err
	}
	about.Corrected = c.Corrected
	r := models.NewReport(models.FromCommand, about, "")
	a, err := db.BeginReport(p.ctx, r)
	if err != nil {
		return err
	}
	bar := newBar(p.err, "Measuring", false)
	defer bar.finish()
	worker := jobs.NewWorker(db, f, p.settings.filesDir(), p.quiet())
	worker.SetShardStores(shards)
	if err := worker.Report(p.ctx, a, bar.show); err != nil {
		return endAttempt(p, db, a, err)
	}
	done, err := db.Report(p.ctx, r.ID)
	if err != nil {
		return err
	}
	return c.write(p, db, done)
}

// scope is what the report is to be about.
func (c *reportCommand) scope(p *program, db *models.DB) (models.ReportScope, error) {
	about, err := reports.ParseScope(p.ctx, access.NewGroupsWithin(db, reach.All()), reports.ScopeText{AsOf: c.AsOf, Group: c.Group, From: c.From, To: c.To}, time.Now())
	var wrong reports.ScopeError
	if !errors.As(err, &wrong) {
		return about, err
	}
	unreadable := wrong.Unreadable
	wrong.Field = "--" + strings.ReplaceAll(wrong.Field, "_", "-")
	if unreadable {
		return about, notUnderstood{wrong}
	}
	return about, wrong
}

// checkFile refuses a file that there cannot be.
func (c *reportCommand) checkFile() error {
	switch {
	case c.Range && c.Details:
		return notUnderstood{errors.New("--details and --range: expected one of them, found both")}
	case c.Range && c.From == "" && c.To == "":
		return notUnderstood{errors.New("--range: expected --from and --to with it, found neither")}
	default:
		return nil
	}
}

// write writes the file that was asked for. A report without stores says so, but
// not in the file.
func (c *reportCommand) write(p *program, db *models.DB, r models.Report) error {
	if r.Stores == 0 {
		fmt.Fprintln(p.err, "lightson: there are no stores yet, so the report has no rows; load files first")
	}
	rows := reports.Rows(p.ctx, db, r.ID)
	return p.write(c.Output, func(w io.Writer) error {
		switch {
		case c.Details:
			return reports.WriteDetailsCSV(w, r.Ranged(), rows)
		case c.Range:
			if _, err := io.WriteString(w, feed.ByteOrderMark); err != nil {
				return err
			}
			return reports.WriteRangeCSV(w, rows)
		default:
			return reports.WriteCSV(w, c.Corrected, rows)
		}
	})
}
