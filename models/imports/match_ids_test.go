package imports_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// readMatching reads files into a batch that matches damaged ids.
func readMatching(t tb, spillAfter int, files ...string) *imports.Batch {
	t.Helper()
	batch := imports.NewBatch(os.TempDir(), modelstest.Clock)
	batch.MatchIDs()
	if spillAfter > 0 {
		batch.SpillAfter(spillAfter)
	}
	for n, text := range files {
		if err := batch.Read(ctx, fmt.Sprintf("file %d.csv", n+1), strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return batch
}

// loadMatching previews and imports files with their damaged ids matched, and checks that
// both say the same.
func loadMatching(t tb, db *models.DB, spillAfter int, files ...string) models.Import {
	t.Helper()
	previewed := readMatching(t, spillAfter, files...)
	defer previewed.Close()
	p, err := imports.Preview(ctx, db, previewed)
	if err != nil {
		t.Fatal(err)
	}
	asked := modelstest.NewImport(files...)
	asked.MatchIDs = true
	a, err := db.BeginImport(ctx, asked)
	if err != nil {
		t.Fatal(err)
	}
	batch := readMatching(t, spillAfter, files...)
	defer batch.Close()
	if err := modelstest.FinishImport(db, a, batch); err != nil {
		t.Fatal(err)
	}
	i, err := db.Import(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.CheckImport(t, i)
	if !p.MatchIDs || !i.MatchIDs || p.Counts != i.Counts {
		t.Fatalf("preview %v %+v, import %v %+v", p.MatchIDs, p.Counts, i.MatchIDs, i.Counts)
	}
	for n, f := range i.Files {
		ours := cmpopts.IgnoreFields(models.ImportFile{}, "ImportID")
		if diff := cmp.Diff(f, p.Files[n].ImportFile, ours, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("file %d: import -, preview +:\n%s", n, diff)
		}
	}
	return i
}

// notesAbout are the texts of the notes of a file that are about matching.
func notesAbout(f models.ImportFile) (texts []string) {
	for _, note := range f.Notes {
		if strings.HasSuffix(note.Kind, "_ids") {
			texts = append(texts, note.Text.String())
		}
	}
	return texts
}

const (
	long  = "1200000000000000123"
	other = "8419537941919820732"
)

// knownStores are stores without polls.
func knownStores(codes ...string) string {
	rows := make([]string, len(codes))
	for n, code := range codes {
		rows[n] = code + ",UTC"
	}
	return zonesFile(rows...)
}

func TestMatchedIDsGiveTheirRowsToTheStoresTheyStandFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, spillAfter := range []int{0, 1} {
			wipe(t, db)
			load(t, db, knownStores(long, other, "101", "102", "3400000000000000001", "3400000000000000002"))
			load(t, db, pollsFile(long+",active,2023-01-25 09:00:00"))
			before := tables(t, db)
			files := []string{
				"store_id,status,timestamp_utc,reason\n1.2E+18,inactive,2023-01-25 10:00:00,power cut\n1.2E+18,active,2023-01-25 09:00:00,\n101,active,2023-01-25 10:00:00,\n3.4E+18,active,2023-01-25 10:00:00,\n7E+18,active,2023-01-25 10:00:00,\n",
				hoursFile("8.41953794191982E+18,0,09:00,17:00", `"=""102""",1,09:00,17:00`),
				zonesFile(other+",UTC", "'101,Asia/Beirut"),
				"store_id,name\n1.2E+18,Joe's\n",
			}
			// Unasked, ids stay as they are.
			p := preview(t, db, spillAfter, files...)
			if p.NewStores != 6 || p.MatchIDs || p.Files[0].Match.Count != 1 || p.Files[0].Match.Unmatched != 2 {
				t.Errorf("unasked: %+v, %+v", p.Counts, p.Files[0].Match)
			}
			if diff := cmp.Diff([]models.IDMatchExample{{Damaged: "1.2E+18", Known: long}}, p.Files[0].Match.Examples); diff != "" {
				t.Error(diff)
			}
			i := loadMatching(t, db, spillAfter, files...)
			if i.NewStores != 2 || i.Duplicate != 2 || i.Rows != 10 || i.Conflicting != 0 {
				t.Errorf("%+v", i.Counts)
			}
			got := codes(t, db)
			if want := []string{"101", "102", long, "3.4E+18", "3400000000000000001", "3400000000000000002", "7E+18", other}; !slices.Equal(got, want) {
				t.Errorf("stores %q", got)
			}
			for n, want := range [][]string{
				{"Matched 1 of 3 damaged ids to stores: 1.2E+18 → " + long + ".", "2 damaged ids were not matched: no known store fits (1), several known stores fit (1)."},
				{"Matched 2 of 2 damaged ids to stores: 8.41953794191982E+18 → " + other + `, ="102" → 102.`},
				{"Matched 1 of 1 damaged ids to stores: '101 → 101."},
				{"Matched 1 of 1 damaged ids to stores: 1.2E+18 → " + long + "."},
			} {
				if diff := cmp.Diff(want, notesAbout(i.Files[n])); diff != "" {
					t.Errorf("file %d (-want +got):\n%s", n+1, diff)
				}
			}
			for _, note := range i.Files[0].Notes {
				if strings.Contains(note.Text.String(), "taken as they are") {
					t.Errorf("%q, though one was not", note.Text)
				}
			}
			s := snapshotAt(t, db, 0)
			for _, store := range s.Stores {
				if store.Code == long && (store.Name != "Joe's" || !store.FirstPollAt.Known) || store.Code == "101" && store.Zone != "Asia/Beirut" {
					t.Errorf("%+v", store)
				}
			}
			if again := loadMatching(t, db, spillAfter, files...); again.Kept != 0 || again.NewStores != 0 {
				t.Errorf("again: %+v", again.Counts)
			}
			undo(t, db, i)
			if after := tables(t, db); after != before {
				t.Errorf("after an undo:\n%s", cmp.Diff(before, after))
			}
		}
	})
}

// The data are those that the files without damage give, wherever the polls were sorted.
func TestMatchedFilesGiveTheDataOfWholeOnes(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		random := rand.New(rand.NewPCG(1, 2))
		var ids, whole, damaged []string
		for range 40 {
			ids = append(ids, strconv.FormatInt(1e18+random.Int64N(8e18), 10))
		}
		for n := range 400 {
			id := ids[random.IntN(len(ids))]
			row := fmt.Sprintf(",%s,2023-01-%02d %02d:00:00", []string{"active", "inactive"}[random.IntN(2)], 20+n%5, random.IntN(24))
			whole, damaged = append(whole, id+row), append(damaged, id[:15]+"0000"+row)
		}
		load(t, db, knownStores(ids...))
		more := func(id func(n int) string) []string {
			rows := [3]string{"store_id,status,timestamp_utc,reason\n", "store_id,day,start_time_local,end_time_local\n", "store_id,name\n"}
			for n := range 5 {
				rows[0] += fmt.Sprintf("%s,inactive,2023-01-24 %02d:30:00,reason %d\n", id(n), n, n)
				rows[1] += fmt.Sprintf("%s,0,09:00,17:00\n%s,1,0%d:00,17:00\n", id(n), id(n), n)
				rows[2] += fmt.Sprintf("%s,Store %d\n", id(n), n)
			}
			return rows[:]
		}
		zeroed := func(n int) string { return ids[n][:15] + "0000" }
		i := loadMatching(t, db, 7, slices.Concat([]string{pollsFile(damaged...), pollsFile(whole[:200]...)}, more(zeroed), more(func(n int) string { return ids[n+2] }))...)
		matched := tables(t, db)
		if i.NewStores != 0 {
			t.Errorf("%+v", i.Counts)
		}
		wipe(t, db)
		load(t, db, knownStores(ids...))
		both := slices.Concat(more(func(n int) string { return ids[n] }), more(func(n int) string { return ids[n+2] }))
		load(t, db, slices.Concat([]string{pollsFile(whole...)}, both)...)
		if want := tables(t, db); matched != want {
			t.Errorf("want -, got +:\n%s", cmp.Diff(want, matched))
		}
	})
}

func TestAMatchThatCouldBeWrongIsNone(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	busy := func(id string, polls int) (rows []string) {
		for n := range polls {
			rows = append(rows, fmt.Sprintf("%s,active,2023-01-25 %02d:%02d:00", id, n/60, n%60))
		}
		return rows
	}
	many := make([]string, 100)
	for n := range many {
		many[n] = strconv.FormatInt(1e18+int64(n)*8e16+987_654_321_012_345, 10)
	}
	many = append(many, "9512345678901234567")
	zeros := []string{"257000000000000000,active,2023-01-25 10:00:00", "381000000000000000,active,2023-01-25 10:00:00"}
	for name, test := range map[string]struct {
		known  []string
		files  []string
		reason string // empty where it is matched
	}{
		"one fits":                     {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00")}, ""},
		"with a comma":                 {[]string{long}, []string{pollsFile(`"1,2e18",active,2023-01-25 10:00:00`)}, ""},
		"with blanks around it":        {[]string{long}, []string{pollsFile("  1.2E+18\t ,active,2023-01-25 10:00:00")}, ""},
		"two texts in one file":        {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00", "1.20E+18,active,2023-01-25 10:00:00")}, "the file also has the matching store under another id (2)"},
		"two texts in two files":       {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00"), pollsFile("1.20E+18,active,2023-01-25 10:00:00")}, ""},
		"the store itself":             {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00", long+",active,2023-01-25 10:00:00")}, "the file also has the matching store under another id (1)"},
		"a new store fits too":         {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00"), zonesFile("1200000000000000999,UTC")}, "several known stores fit (1)"},
		"refused by another file":      {[]string{long}, []string{pollsFile("1.2E+18,active,2023-01-25 10:00:00"), zonesFile("1.2E+18,UTC", long+",UTC")}, "the file also has the matching store under another id (1)"},
		"far more polls than others":   {[]string{long, "2", "3"}, []string{pollsFile(slices.Concat(busy("2", 30), busy("3", 30), busy("1.2E+18", 50))...)}, "the rows look like several stores (1)"},
		"about as many polls":          {[]string{long, "2", "3"}, []string{pollsFile(slices.Concat(busy("2", 30), busy("3", 30), busy("1.2E+18", 40))...)}, ""},
		"two zones":                    {[]string{long}, []string{zonesFile("1.2E+18,UTC", "1.2E+18,Asia/Beirut")}, "the rows look like several stores (1)"},
		"two names":                    {[]string{long}, []string{"store_id,name\n1.2E+18,A\n1.2E+18,B\n"}, "the rows look like several stores (1)"},
		"few digits, many stores":      {many, []string{pollsFile("9.5E+18,active,2023-01-25 10:00:00")}, "too few digits are left to tell stores apart (1)"},
		"zeros that are a store":       {[]string{"8419537941919820000", other}, []string{pollsFile(append(zeros, "8419537941919820000,active,2023-01-25 10:00:00")...)}, "no known store fits (2), several known stores fit (1)"},
		"a store named in zeros":       {[]string{other}, []string{pollsFile(append(zeros, "8419537941919820000,active,2023-01-25 10:00:00")...), zonesFile("8419537941919820000,UTC")}, "no known store fits (2), several known stores fit (1)"},
		"beyond every number":          {[]string{long}, []string{pollsFile("1.2E+400,active,2023-01-25 10:00:00")}, "no known store fits (1)"},
		"as long as an id can be":      {[]string{long}, []string{pollsFile(strings.Repeat("9", 124) + "E+18,active,2023-01-25 10:00:00")}, "no known store fits (1)"},
		"a decimal":                    {[]string{"257000000000000"}, []string{pollsFile("257000000000000.0,active,2023-01-25 10:00:00")}, ""},
		"a formula":                    {[]string{"257000000000000"}, []string{pollsFile(`"=""257000000000000""",active,2023-01-25 10:00:00`)}, ""},
		"an error of a spreadsheet":    {[]string{"101"}, []string{pollsFile("#REF!,active,2023-01-25 10:00:00")}, "no known store fits (1)"},
		"a negative number":            {[]string{long}, []string{pollsFile("-1.2E+18,active,2023-01-25 10:00:00")}, "no known store fits (1)"},
		"a store known by damage only": {[]string{`'257`}, []string{pollsFile("257.0,active,2023-01-25 10:00:00")}, "no known store fits (1)"},
	} {
		wipe(t, db)
		load(t, db, knownStores(test.known...))
		i := loadMatching(t, db, 0, test.files...)
		notes := strings.Join(notesAbout(i.Files[0]), " ")
		if test.reason != "" && (!strings.HasSuffix(notes, " not matched: "+test.reason+".") || strings.Contains(notes, "Matched")) || test.reason == "" && (!strings.HasPrefix(notes, "Matched 1 of 1 ") || i.NewStores > 0) {
			t.Errorf("%s: %q, %+v", name, notes, i.Counts)
		}
	}
}

// Digits of other scripts and numbers with blanks inside are ids like any other.
func TestIDsThatOnlyLookLikeNumbersAreNotMatched(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	load(t, db, knownStores(long, "257"))
	i := loadMatching(t, db, 0, pollsFile("１.２E+18,active,2023-01-25 10:00:00", "1.2 E+18,active,2023-01-25 10:00:00", "２５７,active,2023-01-25 10:00:00", "1.2E18x,active,2023-01-25 10:00:00", "2.57E+1.5,active,2023-01-25 10:00:00"))
	if i.NewStores != 5 || len(notesAbout(i.Files[0])) > 0 {
		t.Errorf("%+v, notes %+v", i.Counts, i.Files[0].Notes)
	}
}

// Hourly files of a damaged source are matched although the first one was not.
func TestIDsAreMatchedThoughTheyWereTakenAsTheyWereBefore(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		ids := []string{other, "2570000000000001234", "3810000000000005678", "1270000000000009999"}
		var rows []string
		for _, id := range ids {
			rows = append(rows, id[:15]+"0000,active,2023-01-25 10:00:00")
		}
		load(t, db, knownStores(ids...))
		load(t, db, pollsFile(rows...)) // unasked
		if i := loadMatching(t, db, 0, pollsFile(rows...)); i.Kept != 4 || i.NewStores != 0 || !strings.HasPrefix(notesAbout(i.Files[0])[0], "Matched 4 of 4 ") {
			t.Errorf("%+v, %q", i.Counts, notesAbout(i.Files[0]))
		}
	})
}

// The bytes of a file do not say what its ids match.
func TestFilesWhoseIDsWereMatchedAreReadAgain(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	load(t, db, knownStores(long))
	file := models.ImportFile{SHA256: strings.Repeat("ab", 32), Size: 60}
	text := pollsFile("1.2E+18,active,2023-01-25 10:00:00")
	for _, matched := range []bool{true, false} {
		i := load(t, db, text)
		if matched {
			undo(t, db, i)
			i = loadMatching(t, db, 0, text)
		}
		err := db.Update(ctx, func(tx *models.Tx) error {
			return tx.GORM(ctx).Model(&models.ImportFile{}).Where("import_id = ?", i.ID).Updates(map[string]any{"sha256": file.SHA256, "size": file.Size}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, same, err := imports.SameAs(ctx, db, "", []models.ImportFile{file}); err != nil || same == matched {
			t.Errorf("matched %v: same %v, %v", matched, same, err)
		}
	}
}

// A whole file of damaged ids is matched within a moment.
func TestAllStoresOfAChainAreMatched(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	random := rand.New(rand.NewPCG(1, 2))
	var ids, rows []string
	for range 14_000 {
		id := strconv.FormatInt(1e18+random.Int64N(8e18), 10)
		ids = append(ids, id)
		rows = append(rows, fmt.Sprintf("%s.%sE+18,active,2023-01-25 10:00:00", id[:1], id[1:15]))
	}
	load(t, db, knownStores(ids...))
	i := loadMatching(t, db, 0, pollsFile(rows...))
	if i.NewStores != 0 || !strings.HasPrefix(notesAbout(i.Files[0])[0], "Matched 14,000 of 14,000 damaged ids") {
		t.Errorf("%+v, %q", i.Counts, notesAbout(i.Files[0]))
	}
}

func BenchmarkMatchIDs(b *testing.B) {
	db := modelstest.Open(b, modelstest.SQLite)
	random := rand.New(rand.NewPCG(1, 2))
	var ids, rows []string
	for range 14_000 {
		id := strconv.FormatInt(1e18+random.Int64N(8e18), 10)
		ids, rows = append(ids, id), append(rows, id[:15]+"0000,UTC")
	}
	load(b, db, knownStores(ids...))
	text := zonesFile(rows...)
	for b.Loop() {
		batch := readMatching(b, 0, text)
		if _, err := imports.Preview(ctx, db, batch); err != nil {
			b.Fatal(err)
		}
		_ = batch.Close()
	}
}
