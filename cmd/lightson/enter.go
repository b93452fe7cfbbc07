package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/export"
)

// enterCommand enters what people enter and no feed has.
type enterCommand struct {
	Corrections enterCorrections `cmd:"" help:"Enter corrections: scope (store, group or all), name, from, to, category, and if you like note and by."`
	Sales       enterSales       `cmd:"" help:"Enter sales per open hour: scope (store or group), name, per_hour; 0 for none."`
	Targets     enterTargets     `cmd:"" help:"Enter targets: scope (store, group or all), name, percent; 0 for none."`
}

// enterFrom is where the rows are. All of them are entered, or none.
type enterFrom struct {
	File string `arg:"" help:"CSV file, as export writes it; - for standard input."`
}

type (
	enterCorrections struct{ enterFrom }
	enterSales       struct{ enterFrom }
	enterTargets     struct{ enterFrom }
)

// Run enters corrections. Those that hold already are not entered twice.
func (c *enterCorrections) Run(p *program) error {
	var list []export.Item[entered.Correction]
	var withdrawn int
	err := c.read(func(r io.Reader) (err error) {
		list, withdrawn, err = export.ReadCorrections(r)
		return err
	})
	if err != nil {
		return err
	}
	added := 0
	err = c.enter(p, access.CorrectionMade, "correction", func(db *models.DB) (err error) {
		corrections := itemsOf(list)
		for n := range corrections {
			corrections[n].By = cmp.Or(corrections[n].By, userName())
		}
		added, err = entered.AddCorrections(p.ctx, db, corrections)
		return linesOf(list, err)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %d corrections entered, %d known already, %d withdrawn ones left out\n", c.File, added, len(list)-added, withdrawn)
	return nil
}

// Run enters sales.
func (c *enterSales) Run(p *program) error {
	return enterList(p, c.enterFrom, access.SalesEntered, "sales", export.ReadSales, func(db *models.DB, list []entered.SalesRate) error {
		return entered.SetSalesRates(p.ctx, db, list)
	})
}

// Run enters targets.
func (c *enterTargets) Run(p *program) error {
	return enterList(p, c.enterFrom, access.TargetSet, "targets", export.ReadTargets, func(db *models.DB, list []entered.Target) error {
		for n := range list {
			list[n].By, list[n].At = cmp.Or(list[n].By, userName()), models.Now()
		}
		return entered.SetTargets(p.ctx, db, list)
	})
}

// enterList reads a file and enters what it has.
func enterList[T any](p *program, from enterFrom, action access.Action, what string, read func(io.Reader) ([]export.Item[T], error), set func(*models.DB, []T) error) error {
	var list []export.Item[T]
	err := from.read(func(r io.Reader) (err error) {
		list, err = read(r)
		return err
	})
	if err != nil {
		return err
	}
	err = from.enter(p, action, what, func(db *models.DB) error { return linesOf(list, set(db, itemsOf(list))) })
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %d %s entered\n", from.File, len(list), what)
	return nil
}

// read opens the file and has it read.
func (from enterFrom) read(read func(io.Reader) error) error {
	in := io.Reader(os.Stdin)
	if from.File != jobs.StandardInput {
		f, err := os.Open(from.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return from.wrong(read(in))
}

// wrongRows is how many wrong rows are told of.
const wrongRows = 20

// wrong says that nothing was entered, and of the first wrong rows why.
func (from enterFrom) wrong(err error) error {
	if err == nil {
		return nil
	}
	lines := strings.Split(err.Error(), "\n")
	if more := len(lines) - wrongRows; more > 0 {
		lines = append(lines[:wrongRows], fmt.Sprintf("… and %d more like these", more))
	}
	return fmt.Errorf("%s: nothing was entered\n  %s", from.File, strings.Join(lines, "\n  "))
}

// enter opens the database, does the work and records it.
func (from enterFrom) enter(p *program, action access.Action, kind string, work func(*models.DB) error) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	err = work(db)
	r := commandRecord(action, kind, from.File, err)
	if errors.As(err, new(export.RowError)) {
		r.Outcome, err = access.Refused, from.wrong(err)
	}
	return p.record(db, r, err)
}

func itemsOf[T any](list []export.Item[T]) []T {
	items := make([]T, len(list))
	for n, item := range list {
		items[n] = item.Of
	}
	return items
}

// linesOf are errors of items as those of their lines.
func linesOf[T any](list []export.Item[T], err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var wrong []error
	for _, err := range joined.Unwrap() {
		var item entered.ItemError
		var problem entered.Problem
		switch {
		case !errors.As(err, &item):
			wrong = append(wrong, err)
		case errors.As(err, &problem):
			wrong = append(wrong, export.RowError{Line: list[item.Item].Line, Column: problem.Where, Expected: problem.Expected, Found: problem.Found})
		default:
			wrong = append(wrong, export.RowError{Line: list[item.Item].Line, Column: "row", Expected: "one that can be entered", Found: item.Err.Error()})
		}
	}
	return errors.Join(wrong...)
}
