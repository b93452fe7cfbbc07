package main

import (
	"context"
	"io"

	"lightson/models"
	"lightson/models/export"
)

// exportCommand writes what is known: what was taken in is never locked in.
type exportCommand struct {
	Polls       exportPolls       `cmd:"" help:"Write all polls as CSV, in the form in which they can be loaded again."`
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
	exportPolls       struct{ exportTo }
	exportHours       struct{ exportTo }
	exportZones       struct{ exportTo }
	exportNames       struct{ exportTo }
	exportSpecialDays struct{ exportTo }
	exportCorrections struct{ exportTo }
	exportSales       struct{ exportTo }
	exportTargets     struct{ exportTo }
)

// Run writes every poll.
func (c *exportPolls) Run(p *program) error { return c.run(p, export.WritePolls) }

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
