package main

import (
	"cmp"
	"fmt"

	"lightson/models"
	"lightson/models/figures"
)

// previewFiles tells what an import of files would do, and changes nothing.
func previewFiles(p *program, db *models.DB, f *figures.Figures, i *models.Import, paths []string) (*models.Preview, error) {
	l, err := newLocalImport(p, db, f, i, paths)
	if err != nil {
		return nil, err
	}
	defer l.discard() //nolint:errcheck // a server clears up what is left
	bar := newBar(p.err, "Reading", true)
	defer bar.finish()
	return l.Preview(p.ctx, *i, l.pathOf, bar.show)
}

func printPreview(p *program, v *models.Preview) {
	const instant = "2006-01-02 15:04:05.999999 UTC"
	fmt.Fprintln(p.out, "Nothing was imported. An import would do this:")
	if v.SameAs != "" {
		fmt.Fprintf(p.out, "Already imported on %s (import %s); nothing would be read.\n", v.SameAsAt.Time().Format(instant), v.SameAs)
	}
	for _, f := range v.Files {
		printFile(p, f.ImportFile)
		if len(f.Ignored) > 0 {
			fmt.Fprintf(p.out, "  columns not used: %q\n", f.Ignored)
		}
	}
	printCounts(p, v.Counts, v.Conflicts)
	if v.From.Known {
		fmt.Fprintf(p.out, "%d stores, polls from %s to %s\n", v.Stores, v.From.At.Time().Format(instant), v.To.At.Time().Format(instant))
	}
	for _, code := range v.NewCodes {
		fmt.Fprintf(p.out, "  new store: %s\n", code)
	}
	if more := v.NewStores - int64(len(v.NewCodes)); more > 0 {
		fmt.Fprintf(p.out, "  … and %d more new stores\n", more)
	}
	for _, c := range v.Changes {
		from := ""
		if c.From != "" {
			from = ", from " + c.From
		}
		fmt.Fprintf(p.out, "  store %s, %s: %s → %s%s\n", c.Store, c.Kind, cmp.Or(c.Before, "none"), cmp.Or(c.After, "none"), from)
	}
	if more := v.Changed - int64(len(v.Changes)); more > 0 {
		fmt.Fprintf(p.out, "  … and %d more changes\n", more)
	}
	printPastDays(p, v)
}

// printPastDays says on how many days changes of hours and zones show.
func printPastDays(p *program, v *models.Preview) {
	if h := v.Hours; h.PastStores > 0 {
		fmt.Fprintf(p.out, "If also applied to the past (--hours-from always), the hours of %d stores would change %d of their days\n", h.PastStores, h.PastStoreDays)
	}
	if z := v.Zones; z.Stores > 0 {
		fmt.Fprintf(p.out, "The zones of %d stores change the opening hours of %d of their days so far\n", z.Stores, z.StoreDays)
	}
}
