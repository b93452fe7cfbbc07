package main

import (
	"io"

	"lightson/models/imports"
)

type exportCommand struct {
	Polls exportPollsCommand `cmd:"" help:"Write all polls as CSV, in the form in which they can be loaded again."`
}

type exportPollsCommand struct {
	Output string `short:"o" placeholder:"FILE" help:"Where to write (default: standard output)."`
}

// Run writes every poll: what was taken in is never locked in.
func (c *exportPollsCommand) Run(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	return p.write(c.Output, func(w io.Writer) error { return imports.WritePollsCSV(p.ctx, db, w) })
}
