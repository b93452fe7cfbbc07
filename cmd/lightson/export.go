package main

import (
	"context"
	"io"

	"lightson/models"
	"lightson/models/columnar"
	"lightson/models/export"
	"lightson/models/figures"
	"lightson/models/polls"
	"lightson/models/reach"
)

// exportCommand writes what is known: what was taken in is never locked in.
type exportCommand struct {
	Polls       exportPolls       `cmd:"" help:"Write all polls, as CSV in the form in which they can be loaded again, or as a Parquet file."`
	Days        exportDays        `cmd:"" help:"Write the figures of every store on each of its local dates as a Parquet file."`
	Outages     exportOutages     `cmd:"" help:"Write all outages as a Parquet file."`
	Hours       exportHours       `cmd:"" help:"Write all business hours, with the dates from which they hold, in the form in which they can be loaded again."`
	Zones       exportZones       `cmd:"" help:"Write all time zones in the form in which they can be loaded again."`
	Names       exportNames       `cmd:"" help:"Write all names, groups and cities in the form in which they can be loaded again."`
	SpecialDays exportSpecialDays `cmd:"" help:"Write the special days of every store, those of its group and of all stores too, in the form in which they can be loaded again."`
	Corrections exportCorrections `cmd:"" help:"Write all corrections, also withdrawn ones, as CSV; lightson enter corrections reads it."`
	Sales       exportSales       `cmd:"" help:"Write the sales per open hour of stores and groups as CSV; lightson enter sales reads it."`
	Targets     exportTargets     `cmd:"" help:"Write all targets as CSV; lightson enter targets reads it."`
}

// exportTo is where an export goes.
type exportTo struct {
	Output string `short:"o" placeholder:"FILE" help:"Where to write (default: standard output)."`
}

func (to exportTo) run(p *program, write func(context.Context, *models.DB, io.Writer) error) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	return p.write(to.Output, func(w io.Writer) error { return write(p.ctx, db, w) })
}

type (
	exportPolls struct {
		Format string `enum:"csv,parquet" default:"csv" help:"csv or parquet (default: csv)."`
		exportTo
	}
	exportDays struct {
		Format string `enum:"parquet" default:"parquet" help:"parquet, which is the only one."`
		exportTo
	}
	exportOutages     exportDays
	exportHours       struct{ exportTo }
	exportZones       struct{ exportTo }
	exportNames       struct{ exportTo }
	exportSpecialDays struct{ exportTo }
	exportCorrections struct{ exportTo }
	exportSales       struct{ exportTo }
	exportTargets     struct{ exportTo }
)

// Run writes every poll.
func (c *exportPolls) Run(p *program) error {
	if c.Format == "csv" {
		return c.run(p, export.WritePolls)
	}
	return c.run(p, func(ctx context.Context, db *models.DB, w io.Writer) error {
		return columnar.WritePolls(ctx, db, reach.All(), polls.FirstDay, polls.LastDay, w)
	})
}

// Run writes the days.
func (c *exportDays) Run(p *program) error {
	return c.runFigures(p, func(ctx context.Context, f *figures.Figures, s *figures.Snapshot, w io.Writer) error {
		first, last, _ := columnar.Dates(s)
		return columnar.WriteDays(ctx, f, s, first, last, w)
	})
}

// Run writes the outages.
func (c *exportOutages) Run(p *program) error {
	return c.runFigures(p, func(ctx context.Context, f *figures.Figures, s *figures.Snapshot, w io.Writer) error {
		return columnar.WriteOutages(ctx, f, s, columnar.Known(s), w)
	})
}

// runFigures writes figures that are computed for it.
func (to exportTo) runFigures(p *program, write func(context.Context, *figures.Figures, *figures.Snapshot, io.Writer) error) error {
	options, err := p.settings.figuresOptions(figures.ForReports())
	if err != nil {
		return err
	}
	return to.run(p, func(ctx context.Context, db *models.DB, w io.Writer) error {
		f := figures.New(db, options...)
		defer f.Close()
		s, err := f.Snapshot(ctx)
		if err != nil {
			return err
		}
		return write(ctx, f, s, w)
	})
}

// Run writes the hours.
func (c *exportHours) Run(p *program) error { return c.run(p, export.WriteHours) }

// Run writes the zones.
func (c *exportZones) Run(p *program) error { return c.run(p, export.WriteZones) }

// Run writes the names.
func (c *exportNames) Run(p *program) error { return c.run(p, export.WriteNames) }

// Run writes the special days.
func (c *exportSpecialDays) Run(p *program) error { return c.run(p, export.WriteSpecialDays) }

// Run writes the corrections.
func (c *exportCorrections) Run(p *program) error { return c.run(p, export.WriteCorrections) }

// Run writes the sales rates.
func (c *exportSales) Run(p *program) error { return c.run(p, export.WriteSales) }

// Run writes the targets.
func (c *exportTargets) Run(p *program) error { return c.run(p, export.WriteTargets) }
