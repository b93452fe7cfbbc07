package reports_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	iana "lightson/models/zones"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readFile(t, path), got); diff != "" {
		t.Errorf("%s (go test ./models/reports -update writes it anew):\n%s", path, diff)
	}
}

func TestTheReportAsAFile(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		ids := []string{"10", "9", "=x", "+1", "-5", "@a", "-a", "a,b", `q"q`, "two\nlines", "Z", "a", "É", "8419537941919820732"}
		var polls, hours, zones []string
		for n, id := range ids {
			for h := range 30 {
				status := "active"
				if (h+n)%5 == 0 {
					status = "inactive"
				}
				polls = append(polls, fmt.Sprintf("%s,%s,2023-01-%02d %02d:%02d:07.5 UTC", quoted(id), status, 24+h/24, h%24, 4*n))
			}
			if n%2 == 0 {
				hours = append(hours, quoted(id)+",1,09:00,17:00", quoted(id)+",2,18:00,02:00")
			}
			if n%3 == 0 {
				zones = append(zones, quoted(id)+",Asia/Kathmandu")
			}
		}
		zones = append(zones, "silent,UTC")
		names := []string{`10,"Salt, Smoke & Sons",Salt,Boise`, `9,=1+1,@Joe,`, `Z,,,東京`}
		load(t, db, pollsFile(polls...), hoursFile(hours...), zonesFile(zones...), namesFile(names...))
		r := makeReport(t, db)
		report, details := writtenReport(t, db, r.ID)
		compareGolden(t, "report.golden", report)
		compareGolden(t, "details.golden", details)
		if strings.Contains(report+details, "\r") {
			t.Error("lines do not end in LF alone")
		}
		if r.CSVBytes != int64(len(report)) || r.DetailsBytes != int64(len(details)) {
			t.Errorf("%d and %d bytes, want %d and %d", r.CSVBytes, r.DetailsBytes, len(report), len(details))
		}
		if r.Stores != 15 || r.NoData != 1 || r.Polls != 14*30 || r.AsOf != models.InstantAt(at("2023-01-25 05:52:07.5")) || r.Done != 15 || r.Total != 15 || r.ZoneData != iana.Version() {
			t.Errorf("%+v", r)
		}
	})
}

func TestACompleteReportNeverChanges(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 2500 { // of three parts
			rows = append(rows, fmt.Sprintf("%04d,active,2023-01-25 18:00:00 UTC", n))
		}
		load(t, db, pollsFile(rows...))
		r := makeReport(t, db)
		report, details := writtenReport(t, db, r.ID)
		if n := strings.Count(report, "\n"); n != 2501 {
			t.Fatalf("%d lines, want 2501", n)
		}
		wantReport, wantDetails := csvs(t, snapshotAt(t, db, 0))
		if report != wantReport || details != wantDetails {
			t.Error("a report reads otherwise than the snapshot that it is of")
		}

		load(t, db, pollsFile("0000,inactive,2023-01-25 18:00:00 UTC", "new,active,2023-01-26 18:00:00 UTC"), zonesFile("0001,UTC"))
		makeReport(t, db)
		again, againDetails := writtenReport(t, db, r.ID)
		if again != report || againDetails != details {
			t.Error("the report changed with the data")
		}
		if diff := cmp.Diff(r, reportOf(t, db, r.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestListsAreNewestFirst(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var want []string
		for range 5 {
			want = append([]string{makeReport(t, db).ID}, want...)
		}
		for _, r := range want {
			// Of one moment, the order is that of the ids; make them differ.
			if err := modelstest.Exec(db, "UPDATE reports SET created_at = created_at - ? WHERE id = ?", indexOf(want, r), r); err != nil {
				t.Fatal(err)
			}
		}
		for offset := range want {
			reports, err := db.Reports(ctx, offset, 2)
			if err != nil {
				t.Fatal(err)
			}
			for n, r := range reports {
				if r.ID != want[offset+n] {
					t.Errorf("report %d from %d on is %s, want %s", n, offset, r.ID, want[offset+n])
				}
			}
			if wantLen := min(2, len(want)-offset); len(reports) != wantLen {
				t.Errorf("%d reports from %d on, want %d", len(reports), offset, wantLen)
			}
		}
		first := load(t, db, zonesFile("1,UTC"), zonesFile("2,UTC"))
		imports, err := db.Imports(ctx, 0, 10)
		if err != nil || len(imports) != 1 {
			t.Fatal(len(imports), err)
		}
		if diff := cmp.Diff(first, imports[0]); diff != "" {
			t.Error(diff)
		}
	})
}

func indexOf(list []string, item string) int {
	for n, s := range list {
		if s == item {
			return n
		}
	}
	return -1
}
