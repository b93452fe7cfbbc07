package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/schedules"
)

type loadCommand struct {
	Files  []string `arg:"" type:"existingfile" name:"file" help:"CSV files, and ZIP and gzip archives of them; - for standard input."`
	DryRun bool     `help:"Only tell what an import of the files would do."`
	Force  bool     `help:"Read the files even if their very bytes were imported before."`

	HoursFrom string `placeholder:"WHEN" help:"From when business hours hold that do not say so: always, or a date such as 2023-01-24. Otherwise: from the day of the newest poll where they differ from the known ones."`
	MatchIDs  bool   `name:"match-ids" help:"Give the rows of ids that a spreadsheet damaged to the known stores that these match. An import says how many there are."`
}

// Run imports the files as one import and says what became of their rows.
func (c *loadCommand) Run(p *program) error {
	if first := slices.Index(c.Files, jobs.StandardInput); first >= 0 && slices.Contains(c.Files[first+1:], jobs.StandardInput) {
		return notUnderstood{errors.New("expected - once, since standard input can be read once only, found it twice")}
	}
	hoursFrom, err := schedules.ParseChoice(c.HoursFrom)
	if err != nil {
		return notUnderstood{fmt.Errorf("--hours-from: %w", err)}
	}
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	f := figures.New(db)
	defer f.Close()
	i := models.NewImport(models.FromCommand)
	i.By, i.Forced, i.MatchIDs, i.HoursFrom = userName(), c.Force, c.MatchIDs, hoursFrom.String()
	if c.DryRun {
		preview, err := previewFiles(p, db, f, i, c.Files)
		if err != nil {
			return err
		}
		printPreview(p, preview)
		return refuseAllRejected(preview.Counts)
	}
	done, err := loadFiles(p, db, f, i, c.Files)
	if err := p.record(db, commandRecord(access.ImportMade, "import", i.ID, err), err); err != nil {
		return err
	}
	printImport(p, done)
	return refuseAllRejected(done.Counts)
}

// refuseAllRejected is an error where there were rows, and none was accepted.
func refuseAllRejected(c models.Counts) error {
	if c.Rows > 0 && c.Rejected == c.Rows {
		return errors.New("every row was rejected; nothing was imported")
	}
	return nil
}

// userName is who runs the program.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

var errInterrupted = errors.New("interrupted; nothing was changed")

// A localImport is an import that this process does itself, without a queue.
type localImport struct {
	*jobs.Worker
	of    *models.Import
	given []string // by file of the import: the path that it came from
}

// newLocalImport adds files, and the files in archives, to an import. The caller
// discards it in the end.
func newLocalImport(p *program, db *models.DB, f *figures.Figures, i *models.Import, paths []string) (*localImport, error) {
	if err := os.MkdirAll(p.settings.filesDir(), 0o700); err != nil {
		return nil, err
	}
	l := &localImport{Worker: jobs.NewWorker(db, f, p.settings.filesDir(), p.quiet()), of: i}
	unpack := l.Unpacker()
	for _, path := range paths {
		err := l.Add(p.ctx, i, path, unpack)
		if p.ctx.Err() != nil {
			err = errInterrupted
		}
		if err != nil {
			return nil, errors.Join(err, l.discard())
		}
		for len(l.given) < len(i.Files) {
			l.given = append(l.given, path)
		}
	}
	return l, nil
}

func (l *localImport) pathOf(_ models.Import, f models.ImportFile) string {
	return l.PathOf(l.of.ID, f.Number, l.given[f.Number-1])
}

// discard removes what was unpacked; a server clears up what is left.
func (l *localImport) discard() error { return l.Discard(l.of.ID) }

// loadFiles does an import here and now, as the worker of a server would.
func loadFiles(p *program, db *models.DB, f *figures.Figures, i *models.Import, paths []string) (models.Import, error) {
	l, err := newLocalImport(p, db, f, i, paths)
	if err != nil {
		return models.Import{}, err
	}
	defer l.discard() //nolint:errcheck // a server clears up what is left
	a, err := db.BeginImport(p.ctx, i)
	if err != nil {
		return models.Import{}, err
	}
	bar := newBar(p.err, "Loading", true)
	defer bar.finish()
	if err := l.Import(p.ctx, a, l.pathOf, bar.show); err != nil {
		return models.Import{}, endAttempt(p, db, a, err)
	}
	return db.Import(p.ctx, i.ID)
}

// endAttempt words why the work of a command failed. It cancels work that was
// interrupted, since no server can go on with it.
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
	if i.SameAs != "" {
		fmt.Fprintf(p.out, "Already imported before (import %s); nothing was read. To read it all the same: --force\n", i.SameAs)
	}
	for _, f := range i.Files {
		printFile(p, f)
	}
	printCounts(p, i.Counts, i.Conflicts)
	fmt.Fprintf(p.out, "import %s\n", i.ID)
}

func printFile(p *program, f models.ImportFile) {
	fmt.Fprintf(p.out, "%s: %s, %d rows, %d rejected\n", feed.FileName(f.Name), f.Kind, f.Rows, f.Rejected)
	for _, cause := range f.Causes {
		for _, example := range cause.Examples {
			fmt.Fprintf(p.out, "  %s\n", example)
		}
		if more := cause.Count - int64(len(cause.Examples)); more > 0 {
			fmt.Fprintf(p.out, "  … and %d more like these\n", more)
		}
	}
	for _, note := range f.Notes {
		fmt.Fprintf(p.out, "  %s\n", note.Text)
		if note.Kind == imports.NoteMatchable {
			fmt.Fprintln(p.out, "  To match them: --match-ids")
		}
	}
}

func printCounts(p *program, c models.Counts, conflicts []models.Conflict) {
	fmt.Fprintf(p.out, "%d rows: %d kept, %d duplicate, %d conflicting, %d rejected; %d new stores\n",
		c.Rows, c.Kept, c.Duplicate, c.Conflicting, c.Rejected, c.NewStores)
	for _, c := range conflicts {
		fmt.Fprintf(p.out, "  conflict: store %s was both active and inactive at %s; inactive wins\n",
			c.Store, c.At.Time().Format("2006-01-02 15:04:05.999999 UTC"))
	}
	if more := c.Conflicting - int64(len(conflicts)); len(conflicts) > 0 && more > 0 {
		fmt.Fprintf(p.out, "  … and %d more conflicts\n", more)
	}
}
