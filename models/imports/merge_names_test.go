package imports_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
)

// called are the names of the stores, as name|group|city by code.
func called(t tb, db *models.DB) map[string]string {
	t.Helper()
	names := map[string]string{}
	for _, s := range snapshotAt(t, db, 0).Stores {
		names[s.Code] = s.Name + "|" + s.Group + "|" + s.City
	}
	return names
}

func TestANamesFileSaysWhatStoresAreCalled(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"))
		i := load(t, db, namesFile("1,Joe's Pizza,Joe's,Boise", `3,"Salt, Smoke & ""Sons""",Café Lumière,東京`, "1,a\x1bb,,"))
		if want := (models.Counts{Rows: 3, Kept: 2, Rejected: 1, NewStores: 1}); i.Counts != want {
			t.Errorf("%+v, want %+v", i.Counts, want)
		}
		if i.Files[0].Kind != "store names" {
			t.Errorf("kind %q", i.Files[0].Kind)
		}
		want := map[string]string{"1": "Joe's Pizza|Joe's|Boise", "2": "||", "3": `Salt, Smoke & "Sons"|Café Lumière|東京`}
		if diff := cmp.Diff(want, called(t, db)); diff != "" {
			t.Error(diff)
		}
		s := snapshotAt(t, db, 0)
		if one, two := s.Stores[0].Label(), s.Stores[1].Label(); one != "Joe's Pizza" || two != "2" {
			t.Errorf("labels %q and %q", one, two)
		}
	})
}

func TestTheSameNamesAgainChangeNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		file := namesFile("1,Joe's Pizza,Joe's,Boise", "2,,,", "1,Joe's Pizza,Joe's,Boise")
		first := load(t, db, file)
		if want := (models.Counts{Rows: 3, Kept: 2, Duplicate: 1, NewStores: 2}); first.Counts != want {
			t.Errorf("%+v, want %+v", first.Counts, want)
		}
		version := dataVersion(t, db)
		again := load(t, db, file)
		if want := (models.Counts{Rows: 3, Duplicate: 3}); again.Counts != want {
			t.Errorf("%+v, want %+v", again.Counts, want)
		}
		if got := dataVersion(t, db); got != version {
			t.Errorf("version %d, want %d as before", got, version)
		}
		renamed := load(t, db, namesFile("2,Now named,,", "1,Joe's Pizza,Joe's,Boise"))
		if want := (models.Counts{Rows: 2, Kept: 1, Duplicate: 1}); renamed.Counts != want {
			t.Errorf("%+v, want %+v", renamed.Counts, want)
		}
		if dataVersion(t, db) == version {
			t.Error("the version stayed, although a name changed")
		}
	})
}

func TestAColumnThatIsNotThereKeepsWhatWasKnownAndAnEmptyValueClearsIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, namesFile("1,Joe's,Joe,Boise", "2,Ann's,Ann,Denver"))
		for _, step := range []struct{ file, one, two string }{
			{"store_id,name\n1,Joe's Pizza\n", "Joe's Pizza|Joe|Boise", "Ann's|Ann|Denver"},
			{"store_id,name,owner\n1,Joe's Pizza,\n", "Joe's Pizza||Boise", "Ann's|Ann|Denver"},
			{"store_id,city,name\n2,Reno,Ann's\n", "Joe's Pizza||Boise", "Ann's|Ann|Reno"},
			{"store_id,name\n2,\n", "Joe's Pizza||Boise", "|Ann|Reno"},
			{namesFile("1,,,", "2,,,"), "||", "||"},
		} {
			load(t, db, step.file)
			if diff := cmp.Diff(map[string]string{"1": step.one, "2": step.two}, called(t, db)); diff != "" {
				t.Errorf("after %q:\n%s", step.file, diff)
			}
		}
	})
}

func TestTheSmallestOfContraryRowsIsTaken(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db,
			namesFile("1,B,a,a", "1,A,z,z", "1,A,y,z", "1,B,a,a", "1,A,y,z", "2,X,G,C"),
			"store_id,name\n1,A\n2,X\n2,Y\n3,N\n", "store_id,name,city\n3,O,Boise\n")
		// Of store 1: kept A,y,z; contrary B,a,a and A,z,z. Of store 2: contrary Y. Of store 3: contrary O.
		if want := (models.Counts{Rows: 11, Kept: 3, Duplicate: 4, Conflicting: 4, NewStores: 3}); i.Counts != want {
			t.Errorf("%+v, want %+v", i.Counts, want)
		}
		// What the smallest row has no column for is taken from the next that has.
		want := map[string]string{"1": "A|y|z", "2": "X|G|C", "3": "N||Boise"}
		if diff := cmp.Diff(want, called(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNamesDoNotDependOnTheOrderOfRows(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			// Every row is a file of its own, so that they differ in columns as well.
			text := rapid.SampledFrom([]string{"", "a", "b", "c"})
			file := rapid.Custom(func(t *rapid.T) string {
				header, row := "store_id,name", fmt.Sprintf("%d,%s", rapid.IntRange(1, 2).Draw(t, "store"), text.Draw(t, "name"))
				for _, column := range []string{"group", "city"} {
					if rapid.Bool().Draw(t, column+" there") {
						header, row = header+","+column, row+","+text.Draw(t, column)
					}
				}
				return header + "\n" + row + "\n"
			})
			files := rapid.SliceOfN(file, 1, 8).Draw(t, "files")
			before := namesFile("1,n,g,c")

			wipe(t, db)
			load(t, db, before)
			one := load(t, db, files...)
			want := called(t, db)
			wipe(t, db)
			load(t, db, before)
			other := load(t, db, rapid.Permutation(files).Draw(t, "in another order")...)
			if diff := cmp.Diff(want, called(t, db)); diff != "" || one.Counts != other.Counts {
				t.Fatalf("%+v and %+v\n%s", one.Counts, other.Counts, diff)
			}
			if again := load(t, db, files...); again.Kept != 0 {
				t.Fatalf("the same again: %+v", again.Counts)
			}
		})
	})
}

func TestManyStoresAreNamedInAMoment(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const stores = 14_000
		file := func(what string) string {
			rows := make([]string, stores)
			for n := range rows {
				rows[n] = fmt.Sprintf("%d,%s %d,Group %d,City", n, what, n, n%50)
			}
			return namesFile(rows...)
		}
		load(t, db, file("Old"))
		began := time.Now()
		i := load(t, db, file("New"))
		if took := time.Since(began); took > 5*time.Second { // row by row over a wire would be
			t.Errorf("took %v", took)
		}
		if i.Kept != stores || called(t, db)["13999"] != "New 13999|Group 49|City" {
			t.Errorf("%+v", i.Counts)
		}
	})
}

func TestGroupsListTheirStores(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, namesFile("1,x,Zed,", "2,y,,", "3,z,Ann,", "4,w,Zed,", "5,v,ann,"))
		s := snapshotAt(t, db, 0)
		want := []figures.Group{{Name: "Ann", Stores: []int{2}}, {Name: "ann", Stores: []int{4}}, {Name: "Zed", Stores: []int{0, 3}}}
		var askers sync.WaitGroup
		for range 8 {
			askers.Go(func() {
				if diff := cmp.Diff(want, s.Groups()); diff != "" {
					t.Error(diff)
				}
			})
		}
		askers.Wait()
	})
}

func TestAReportRemembersTheNamesOfItsDay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"))
		plain, _ := csvs(t, snapshotAt(t, db, 0))
		load(t, db, namesFile(`1,"=Joe's, Pizza",@Joe,Boise`))
		r := makeReport(t, db)
		report, details := writtenReport(t, db, r.ID)
		if report != plain {
			t.Errorf("names changed the report:\n%s\nwant\n%s", report, plain)
		}
		lines := strings.Split(details, "\n")
		for n, names := range []string{",longest_outage_last_week,name,group,city,", `,"'=Joe's, Pizza",'@Joe,Boise,`, ",,,,"} {
			if !strings.Contains(lines[n], names) {
				t.Errorf("line %d of the details is %s, want %s in it", n+1, lines[n], names)
			}
		}
		load(t, db, namesFile("1,Renamed,,"))
		if _, after := writtenReport(t, db, r.ID); after != details {
			t.Error("the report changed with the names")
		}
	})
}
