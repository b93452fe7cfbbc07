package main

import (
	"fmt"
	"io"
	"iter"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/uptime"
)

type reportCommand struct {
	AsOf    string `name:"as-of" placeholder:"T" help:"Instant in UTC, such as 2023-01-25T18:00:00Z (default: the newest poll)."`
	Details bool   `help:"Write the details behind the figures instead."`
	Output  string `short:"o" placeholder:"FILE" help:"Where to write (default: standard output)."`
}

// Run makes a report and writes it.
func (c *reportCommand) Run(p *program) error {
	asOf, err := parseAsOf(c.AsOf)
	if err != nil {
		return err
	}
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	r := models.NewReport(models.FromCommand, asOf, "")
	a, err := db.BeginReport(p.ctx, r)
	if err != nil {
		return err
	}
	bar := newBar(p.err, "Measuring", false)
	defer bar.finish()
	worker := jobs.NewWorker(db, p.settings.filesDir(), p.quiet())
	if err := worker.Report(p.ctx, a, bar.show); err != nil {
		return endAttempt(p, db, a, err)
	}
	return c.write(p, db.ReportRows(p.ctx, r.ID))
}

func parseAsOf(text string) (uptime.Instant, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, fmt.Errorf("--as-of: expected an instant such as 2023-01-25T18:00:00Z, found %s", text)
	}
	return uptime.At(t), nil
}

func (c *reportCommand) write(p *program, rows iter.Seq2[models.ReportRow, error]) error {
	writeCSV := models.WriteReportCSV
	if c.Details {
		writeCSV = models.WriteDetailsCSV
	}
	return p.write(c.Output, func(w io.Writer) error { return writeCSV(w, rows) })
}
