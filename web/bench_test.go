package web_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/demo"
	"lightson/models/modelstest"
	"lightson/web"
)

// benchSite fills a database with the demo data of 1,000 stores; it is the site
// over it, with the id of a report.
func benchSite(b *testing.B, db *models.DB) (site http.Handler, report string) {
	b.Helper()
	o := demo.DefaultOptions()
	o.Stores = 1000
	files, err := demo.Write(filepath.Join(b.TempDir(), "demo"), o, nil)
	must(b, err)
	ctx, log := b.Context(), slog.New(slog.DiscardHandler)
	f := modelstest.Figures(b, db)
	worker := jobs.NewWorker(db, f, b.TempDir(), log)
	i := models.NewImport(models.FromCommand)
	var paths []string
	for _, file := range []demo.File{files.Polls, files.Hours, files.Zones} {
		info, err := os.Stat(file.Path)
		must(b, err)
		i.Add(info.Name(), info.Size())
		paths = append(paths, file.Path)
	}
	a, err := db.BeginImport(ctx, i)
	must(b, err)
	must(b, worker.Import(ctx, a, func(_ models.Import, f models.ImportFile) string { return paths[f.Number-1] }, nil))
	r := models.NewReport(models.FromCommand, models.ReportScope{}, "")
	a, err = db.BeginReport(ctx, r)
	must(b, err)
	must(b, worker.Report(ctx, a, nil))
	return web.New(db, f, nil, nil, nil, nil, web.Settings{}, log).Handler(), r.ID
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// benchPages are what is asked for; n counts the requests.
func benchPages(stores []models.Store, report string) map[string]func(n int) string {
	always := func(path string) func(int) string { return func(int) string { return path } }
	return map[string]func(n int) string{
		"the cheapest answer":      always("/healthz"),
		"overview":                 always("/"),
		"stores":                   always("/stores"),
		"stores, page after page":  func(n int) string { return fmt.Sprintf("/stores?page=%d", n%(len(stores)/50)+1) },
		"stores, always a search":  func(n int) string { return fmt.Sprintf("/stores?q=%d", n%100_000) },
		"one store after another":  func(n int) string { return "/stores/" + stores[n%len(stores)].Code },
		"report":                   always("/reports/" + report),
		"report, always a search":  func(n int) string { return fmt.Sprintf("/reports/%s?q=%d", report, n%100_000) },
		"report by column, a page": func(n int) string { return fmt.Sprintf("/reports/%s?sort=down_week&page=%d", report, n%20+1) },
	}
}

// BenchmarkPages asks for pages as a single visitor does, without a network.
func BenchmarkPages(b *testing.B) {
	for _, kind := range modelstest.Kinds {
		b.Run(string(kind), func(b *testing.B) {
			db := modelstest.Open(b, kind)
			site, report := benchSite(b, db)
			s, err := modelstest.Figures(b, db).Snapshot(b.Context())
			must(b, err)
			pages := benchPages(s.Stores, report)
			for _, name := range slices.Sorted(maps.Keys(pages)) {
				b.Run(name, func(b *testing.B) { benchPage(b, site, pages[name]) })
			}
		})
	}
}

func benchPage(b *testing.B, site http.Handler, page func(n int) string) {
	asked, bytes := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, page(asked), nil))
		if w.Code != http.StatusOK {
			b.Fatalf("GET %s: status %d", page(asked), w.Code)
		}
		asked++
		bytes += w.Body.Len()
	}
	b.ReportMetric(float64(bytes)/float64(asked), "bytes/page")
}
