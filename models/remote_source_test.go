package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/words"
)

func TestSourcesKeepWhatIsKnownOfThem(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		set := func(ids ...string) {
			t.Helper()
			var list []models.RemoteSource
			for n, id := range ids {
				list = append(list, models.RemoteSource{ID: id, Number: n + 1, URL: "https://" + id + ".example"})
			}
			if err := db.SetSources(ctx, list); err != nil {
				t.Fatal(err)
			}
		}
		sources := func() []models.RemoteSource {
			t.Helper()
			list, err := db.Sources(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		fresh := func(id string, number int) models.RemoteSource {
			return models.RemoteSource{ID: id, Number: number, URL: "https://" + id + ".example", State: models.SourceNew, Outcome: words.Later("Not checked yet.").Stored()}
		}
		set("a", "b")
		if diff := cmp.Diff([]models.RemoteSource{fresh("a", 1), fresh("b", 2)}, sources()); diff != "" {
			t.Fatal(diff)
		}
		b := models.RemoteSource{
			ID: "b", Number: 2, URL: "https://b.example", State: models.SourceTakenIn, Outcome: "Taken in.", ETag: `"1"`, LastModified: "yesterday",
			Digest: "ff", Bytes: 7, ImportID: "i", CheckedAt: 1, ChangedAt: 2, NextAt: 3, Failures: 4,
		}
		gone := fresh("c", 9)
		for _, s := range []models.RemoteSource{b, gone} {
			if err := db.SaveSource(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		set("b", "d")
		b.Number = 1
		if diff := cmp.Diff([]models.RemoteSource{b, fresh("d", 2)}, sources()); diff != "" {
			t.Error(diff)
		}
		b.Failures, b.ETag = 0, "" // what is empty is written as well
		if err := db.SaveSource(ctx, b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, sources()[0]); diff != "" {
			t.Error(diff)
		}
		if set(); len(sources()) != 0 {
			t.Errorf("%d sources are left", len(sources()))
		}
	})
}
