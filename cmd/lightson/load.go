package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"lightson/jobs"
	"lightson/models"
)

type loadCommand struct {
	Files []string `arg:"" type:"existingfile" name:"file" help:"CSV files, and ZIP and gzip archives of them."`
}

// Run imports the files as one import and says what became of their rows.
func (c *loadCommand) Run(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	i, err := loadFiles(p, db, models.FromCommand, c.Files)
	if err != nil {
		return err
	}
	printImport(p, i)
	return nil
}

var errInterrupted = errors.New("interrupted; nothing was changed")

// loadFiles does an import here and now, as the worker of a server would.
func loadFiles(p *program, db *models.DB, from models.Source, paths []string) (models.Import, error) {
	if err := os.MkdirAll(p.settings.filesDir(), 0o700); err != nil {
		return models.Import{}, err
	}
	worker := jobs.NewWorker(db, p.settings.filesDir(), p.quiet())
	i := models.NewImport(from)
	defer worker.Discard(i.ID) //nolint:errcheck // a server clears up what is left
	var given []string         // by file of the import: the path that it came from
	unpack := worker.Unpacker()
	for _, path := range paths {
		err := worker.Add(p.ctx, i, path, unpack)
		if p.ctx.Err() != nil {
			return models.Import{}, errInterrupted
		}
		if err != nil {
			return models.Import{}, err
		}
		for len(given) < len(i.Files) {
			given = append(given, path)
		}
	}
	a, err := db.BeginImport(p.ctx, i)
	if err != nil {
		return models.Import{}, err
	}
	bar := newBar(p.err, "Loading", true)
	defer bar.finish()
	pathOf := func(_ models.Import, f models.ImportFile) string {
		return worker.PathOf(i.ID, f.Number, given[f.Number-1])
	}
	if err := worker.Import(p.ctx, a, pathOf, bar.show); err != nil {
		return models.Import{}, endAttempt(p, db, a, err)
	}
	return db.Import(p.ctx, i.ID)
}

// endAttempt words why a command's work failed, and cancels it if it was
// interrupted: there is no server that could go on with it.
func endAttempt(p *program, db *models.DB, a models.Attempt, err error) error {
	ctx := context.WithoutCancel(p.ctx)
	if p.ctx.Err() != nil {
		cancelled, cancelErr := db.Cancel(ctx, a.Kind, a.ID)
		if !cancelled {
			return errors.Join(errors.New("interrupted, after the data were merged"), cancelErr)
		}
		return errInterrupted
	}
	return err
}

func printImport(p *program, i models.Import) {
	for _, f := range i.Files {
		fmt.Fprintf(p.out, "%s: %s, %d rows, %d rejected\n", f.Name, f.Kind, f.Rows, f.Rejected)
		for _, cause := range f.Causes {
			for _, example := range cause.Examples {
				fmt.Fprintf(p.out, "  %s\n", example)
			}
			if more := cause.Count - int64(len(cause.Examples)); more > 0 {
				fmt.Fprintf(p.out, "  … and %d more like these\n", more)
			}
		}
	}
	fmt.Fprintf(p.out, "%d rows: %d kept, %d duplicate, %d conflicting, %d rejected; %d new stores\n",
		i.Rows, i.Kept, i.Duplicate, i.Conflicting, i.Rejected, i.NewStores)
	for _, c := range i.Conflicts {
		fmt.Fprintf(p.out, "  conflict: store %s was both active and inactive at %s; inactive wins\n",
			c.Store, c.At.Time().Format("2006-01-02 15:04:05.999999 UTC"))
	}
	if more := i.Conflicting - int64(len(i.Conflicts)); len(i.Conflicts) > 0 && more > 0 {
		fmt.Fprintf(p.out, "  … and %d more conflicts\n", more)
	}
}
