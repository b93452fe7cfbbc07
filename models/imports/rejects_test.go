package imports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

func TestRejectsCanBeMendedAndImportedAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, "Status,note,timestamp_utc,STORE_ID\n"+
			"asleep,=1+1,2023-01-25 18:00:00 UTC,1\n"+
			"active,fine,2023-01-25 18:00:00 UTC,2\n"+
			"active,\"a, \"\"b\"\"\",yesterday,3\n"+
			"active,-5,2023-01-25 18:00:00 UTC\n")
		rejects := rejectsOf(t, db, i.Files[0])
		want := "Status,note,timestamp_utc,STORE_ID,line,column,reason\n" +
			"asleep,'=1+1,2023-01-25 18:00:00 UTC,1,2,Status,\"Line 2, Status: expected active or inactive, found asleep\"\n" +
			"active,\"a, \"\"b\"\"\",yesterday,3,4,timestamp_utc,\"Line 4, timestamp_utc: expected 2023-01-22 12:09:39 UTC, found yesterday\"\n" +
			"active,-5,2023-01-25 18:00:00 UTC,,5,,\"Line 5: expected 4 fields, found 3 fields\"\n"
		if diff := cmp.Diff(want, rejects); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"note"}, i.Files[0].Ignored); diff != "" {
			t.Error(diff)
		}

		mended := strings.NewReplacer("asleep,'", "inactive,", "yesterday", "2023-01-25 17:00:00 UTC",
			"2023-01-25 18:00:00 UTC,,5", "2023-01-25 18:00:00 UTC,4,5").Replace(rejects)
		again := load(t, db, mended)
		if again.Kept != 3 || again.Rejected != 0 {
			t.Errorf("%+v, want three kept", again.Counts)
		}
		if diff := cmp.Diff([]string{"note", "line", "column", "reason"}, again.Files[0].Ignored); diff != "" {
			t.Error(diff)
		}
	})
}

// Hostile store ids and surplus fields come back as they were.
func TestRejectsLoseNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		ids := []string{"=x", "'=x", "''+1+1", "-1", "@a,b", "'", "q\"q", "it's"}
		var rows []string
		for n, id := range ids {
			rows = append(rows, quoted(id)+",asleep,2023-01-25 18:00:0"+fmt.Sprint(n))
		}
		rows = append(rows, "8,active,2023-01-25 18:00:00,=too,many")
		i := load(t, db, pollsFile(rows...))
		rejects := rejectsOf(t, db, i.Files[0])
		if !strings.HasSuffix(rejects, "8,active,2023-01-25 18:00:00,10,,\"Line 10: expected 3 fields, found 5 fields\",'=too,many\n") {
			t.Errorf("the fields too many are not there:\n%s", rejects)
		}
		again := load(t, db, rejects)
		if again.Rejected != int64(len(rows)) || again.NewStores != 0 {
			t.Errorf("not mended: %+v", again.Counts)
		}
		twice := strings.ReplaceAll(rejectsOf(t, db, again.Files[0]), "found 8 fields", "found 5 fields")
		if header, _, _ := strings.Cut(twice, "\n"); header != "store_id,status,timestamp_utc,line,column,reason" {
			t.Errorf("rejects of rejects have the columns %s", header)
		}
		if !strings.Contains(twice, ",'=too,many\n") {
			t.Errorf("rejects of rejects lost the fields too many:\n%s", twice)
		}
		mended := strings.NewReplacer("asleep", "active", ",'=too,many", "").Replace(rejects)
		if i = load(t, db, mended); i.Kept != int64(len(rows)) {
			t.Errorf("mended: %+v", i.Counts)
		}
		var got []string
		for _, s := range snapshotAt(t, db, 0).Stores {
			got = append(got, s.Code)
		}
		want := append(slices.Clone(ids), "8")
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

// rejectsOf is the rejects.csv of a file of an import.
func rejectsOf(t tb, db *models.DB, file models.ImportFile) string {
	t.Helper()
	var rejects strings.Builder
	if err := imports.WriteRejects(ctx, db, &rejects, file); err != nil {
		t.Fatal(err)
	}
	return rejects.String()
}

func TestManyRejectsAreKeptInPieces(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		long := strings.Repeat("x", 100)
		var rows []string
		for n := range 4000 { // some 800 KB
			rows = append(rows, fmt.Sprintf("%d%s,asleep,2023-01-25 18:00:00 UTC", n, long))
		}
		i := load(t, db, pollsFile(rows...), pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		found := strings.Split(strings.TrimSpace(rejectsOf(t, db, i.Files[0])), "\n")
		if len(found) != 1+4000 {
			t.Fatalf("%d lines, want 4001", len(found))
		}
		for n, line := range found[1:] {
			if !strings.HasPrefix(line, rows[n]) {
				t.Fatalf("row %d is %s, want %s…", n, line, rows[n])
			}
		}
		if got := rejectsOf(t, db, i.Files[1]); got != "store_id,status,timestamp_utc,line,column,reason\n" {
			t.Errorf("rejects of a good file: %q", got)
		}
		if n := len(i.Files[0].Causes); n != 1 || len(i.Files[0].Causes[0].Examples) != 5 {
			t.Errorf("causes %+v, want one with five examples", i.Files[0].Causes)
		}
	})
}
