package imports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// preview is the preview of files.
func preview(t tb, db *models.DB, spillAfter int, files ...string) *models.Preview {
	t.Helper()
	batch, err := read(spillAfter, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	p, err := imports.Preview(ctx, db, batch)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestThePreviewTellsTheTruth(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			for range rapid.IntRange(0, 3).Draw(t, "imports before") {
				load(t, db, drawFiles(t)...)
			}
			files := drawFiles(t)
			before, version := tables(t, db), dataVersion(t, db)
			known := codes(t, db)
			p := preview(t, db, rapid.SampledFrom([]int{0, 1, 5}).Draw(t, "spill"), files...)
			if after := tables(t, db); after != before || dataVersion(t, db) != version || p.Version != version {
				t.Fatalf("the preview of version %d changed something: %s", p.Version, cmp.Diff(before, after))
			}
			i := load(t, db, files...)
			if p.Counts != i.Counts {
				t.Fatalf("preview %+v, import %+v", p.Counts, i.Counts)
			}
			if diff := cmp.Diff(i.Conflicts, p.Conflicts); diff != "" {
				t.Fatalf("conflicts: want -, got +:\n%s", diff)
			}
			for n, f := range i.Files {
				ours := cmpopts.IgnoreFields(models.ImportFile{}, "ImportID")
				if diff := cmp.Diff(f, p.Files[n].ImportFile, ours, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("file %d: want -, got +:\n%s", n, diff)
				}
			}
			var brought []string
			for _, code := range codes(t, db) {
				if !slices.Contains(known, code) {
					brought = append(brought, code)
				}
			}
			slices.Sort(p.NewCodes)
			if diff := cmp.Diff(brought, p.NewCodes, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("new stores: want -, got +:\n%s", diff)
			}
		})
	})
}

// codes are the codes of all stores, sorted.
func codes(t tb, db *models.DB) (list []string) {
	t.Helper()
	for _, s := range snapshotAt(t, db, 0).Stores {
		list = append(list, s.Code)
	}
	return list
}

func TestThePreviewSaysWhatWouldChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00", "1,1,09:00,17:00", "1,5,10:00,14:00", "1,5,18:00,23:59:59", "2,0,09:00,17:00"), zonesFile("1,Asia/Beirut", "2,UTC"))
		p := preview(t, db, 0,
			pollsFile("1,active,2023-01-25 18:00:00 UTC", "9,active,2023-01-22 18:00:00.5 UTC"),
			hoursFile("1,2,09:00,17:00", "2,0,09:00,17:00", "9,0,09:00,17:00"), zonesFile("1,UTC", "2,UTC", "1,Nowhere"))
		want := []models.Change{
			{Store: "1", Kind: "business hours", Before: "Mon–Tue 09:00–17:00, Sat 10:00–14:00 and 18:00–23:59:59", After: "Wed 09:00–17:00"},
			{Store: "1", Kind: "time zones", Before: "Asia/Beirut", After: "UTC"},
		}
		if diff := cmp.Diff(want, p.Changes); diff != "" || p.Changed != 2 {
			t.Errorf("%d changes, want -, got +:\n%s", p.Changed, diff)
		}
		if p.Stores != 3 || p.From != models.InstantAt(at("2023-01-22 18:00:00.5")) || p.To != models.InstantAt(at("2023-01-25 18:00")) || !slices.Equal(p.NewCodes, []string{"9"}) {
			t.Errorf("%d stores from %s to %s, new %q", p.Stores, stamp(p.From.At), stamp(p.To.At), p.NewCodes)
		}
		if diff := cmp.Diff([][]string{{"store_id", "timezone_str"}, {"1", "UTC"}, {"2", "UTC"}, {"1", "Nowhere"}}, p.Files[2].First); diff != "" {
			t.Errorf("first rows: want -, got +:\n%s", diff)
		}
	})
}

func TestThePreviewShowsTheFirstFiveRows(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	var rows []string
	for n := range 9 {
		rows = append(rows, fmt.Sprintf("%d,active,2023-01-25 18:00:00 UTC", n))
	}
	rows[1] = "1,asleep\x07,"
	p := preview(t, db, 0, pollsFile(rows...), pollsFile())
	var got []string
	for _, row := range p.Files[0].First {
		got = append(got, strings.Join(row, "|"))
	}
	want := []string{
		"store_id|status|timestamp_utc", "0|active|2023-01-25 18:00:00 UTC", `1|asleep\a|`, "2|active|2023-01-25 18:00:00 UTC",
		"3|active|2023-01-25 18:00:00 UTC", "4|active|2023-01-25 18:00:00 UTC",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(p.Files[1].First) != 1 || p.Rows != 9 {
		t.Errorf("%d rows, want -, got +:\n%s", p.Rows, diff)
	}
}

// A preview does not wait for a merge that is not committed, and does not see it.
func TestAPreviewWaitsForNobody(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		err := db.Update(ctx, func(tx *models.Tx) error {
			batch, err := read(0, zonesFile("1,UTC"))
			if err != nil {
				return err
			}
			defer batch.Close()
			if err := imports.MergeBatch(tx, batch); err != nil {
				return err
			}
			if p := preview(t, db, 0, zonesFile("1,UTC")); p.NewStores != 1 {
				return fmt.Errorf("%+v, want what is not committed unseen", p.Counts)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
