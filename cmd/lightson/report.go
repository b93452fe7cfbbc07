package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

type reportCommand struct {
	AsOf    string `name:"as-of" placeholder:"T" help:"Instant in UTC, such as 2023-01-25T18:00:00Z (default: the newest poll)."`
	Group   string `placeholder:"NAME" help:"Only the stores of this group."`
	From    string `placeholder:"T" help:"Measure a range beside the windows, from this instant in UTC; it is in the details."`
	To      string `placeholder:"T" help:"The end of the range."`
	Details bool   `help:"Write the details behind the figures instead."`
	Output  string `short:"o" placeholder:"FILE" help:"Where to write (default: standard output)."`
}

// Run makes a report and writes it.
func (c *reportCommand) Run(p *program) error {
	about, err := c.scope()
	if err != nil {
		return err
	}
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	r := models.NewReport(models.FromCommand, about, "")
	a, err := db.BeginReport(p.ctx, r)
	if err != nil {
		return err
	}
	bar := newBar(p.err, "Measuring", false)
	defer bar.finish()
	f := figures.NewForReports(db)
	defer f.Close()
	worker := jobs.NewWorker(db, f, p.settings.filesDir(), p.quiet())
	if err := worker.Report(p.ctx, a, bar.show); err != nil {
		return endAttempt(p, db, a, err)
	}
	return c.write(p, r, reports.Rows(p.ctx, db, r.ID))
}

// scope is what the report is to be about.
func (c *reportCommand) scope() (about models.ReportScope, err error) {
	about.Group = c.Group
	for _, flag := range []struct {
		name, text string
		into       *uptime.Instant
	}{{"--as-of", c.AsOf, &about.AsOf.At}, {"--from", c.From, &about.Range.From}, {"--to", c.To, &about.Range.To}} {
		if flag.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, flag.text)
		if err != nil {
			return about, fmt.Errorf("%s: expected an instant such as 2023-01-25T18:00:00Z, found %s", flag.name, flag.text)
		}
		*flag.into = uptime.At(t)
	}
	about.AsOf.Known = c.AsOf != ""
	switch {
	case (c.From == "") != (c.To == ""):
		return about, errors.New("--from and --to: expected both or neither, found one")
	case c.From != "" && about.Range.Empty():
		return about, fmt.Errorf("--to: expected an instant after %s, found %s", c.From, c.To)
	case about.Range.Length() > models.LongestRange:
		return about, fmt.Errorf("--to: expected at most 366 days after %s, found %s", c.From, c.To)
	}
	return about, nil
}

func (c *reportCommand) write(p *program, r *models.Report, rows iter.Seq2[reports.Row, error]) error {
	writeCSV := reports.WriteCSV
	if c.Details {
		writeCSV = func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			return reports.WriteDetailsCSV(w, r.Ranged(), rows)
		}
	}
	return p.write(c.Output, func(w io.Writer) error { return writeCSV(w, rows) })
}
