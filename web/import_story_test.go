package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hoursOf are weekly hours of stores, from 9 to an hour.
func hoursOf(until int, stores ...string) string {
	csv := "store_id,day,start_time_local,end_time_local\n"
	for _, store := range stores {
		for day := range 7 {
			csv += fmt.Sprintf("%s,%d,09:00,%02d:00\n", store, day, until)
		}
	}
	return csv
}

// The page of an import says what it changed, and where to go from there.
func TestAnImportTellsWhatItChangedAndWhatIsNext(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		story := func(id string) (changed, next []string) {
			t.Helper()
			page := s.open("/imports/" + id)
			return texts(page.Find(".story-changed li")), texts(page.Find(".story-next a"))
		}
		first := s.load(file{"zones.csv", "store_id,timezone_str\na,America/Chicago\nb,America/Denver\n"})
		changed, next := story(first.ID)
		if diff := cmp.Diff([]string{"2 new stores.", "Time zones of 2 stores added."}, changed); diff != "" {
			t.Errorf("zones (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"Upload polls", "Upload business hours"}, next); diff != "" {
			t.Errorf("zones, next (-want +got):\n%s", diff)
		}
		polls := s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-24 18:00:00\na,inactive,2023-01-25 18:00:00\nb,active,2023-01-25 17:00:00\nb,asleep,2023-01-25 17:00:00\n"})
		changed, next = story(polls.ID)
		if diff := cmp.Diff([]string{"New polls up to 25 Jan 2023."}, changed); diff != "" {
			t.Errorf("polls (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"See the overview", "Show 1 offline store", "Fix 1 rejected row", "Upload business hours"}, next); diff != "" {
			t.Errorf("polls, next (-want +got):\n%s", diff)
		}
		for _, tt := range []struct {
			of   file
			want []string
		}{
			{file{"hours.csv", hoursOf(17, "a", "c")}, []string{"1 new store.", "Business hours of 2 stores added."}},
			{file{"hours.csv", hoursOf(18, "a")}, []string{"Business hours of 1 store changed."}},
			{file{"names.csv", "store_id,name\na,Joe's\n"}, []string{"Names of 1 store added."}},
			{file{"zones.csv", "store_id,timezone_str\na,America/Denver\n"}, []string{"Time zones of 1 store changed."}},
			{file{"special.csv", "store_id,date,start_time_local,end_time_local\na,2023-01-26,,\n"}, []string{"1 special day added."}},
			{file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-20 18:00:00\na,inactive,2023-01-25 18:00:00\n"}, []string{"New polls up to 20 Jan 2023."}},
			{file{"zones.csv", "timezone_str,store_id\nAmerica/Denver,a\n"}, []string{"Nothing changed: all rows were already known."}},
		} {
			i := s.load(tt.of)
			if changed, _ := story(i.ID); !slices.Equal(changed, tt.want) {
				t.Errorf("%s: it says %q, want %q", tt.of.name, changed, tt.want)
			}
		}
		if a := s.ask(http.MethodPost, "/imports/"+polls.ID+"/undo"); a.StatusCode == http.StatusSeeOther {
			t.Fatal("an import with a later one on top was undone")
		}
	})
}

// Before files are confirmed that name hardly any known store, the preview asks to look
// again. It refuses nothing.
func TestAPreviewDoubtsFilesOfOtherStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		polls := func(stores ...string) string {
			csv := "store_id,status,timestamp_utc\n"
			for _, store := range stores {
				csv += store + ",active,2023-01-25 18:00:00\n"
			}
			return csv
		}
		many := func(prefix string, n int) (stores []string) {
			for k := range n {
				stores = append(stores, fmt.Sprintf("%s%d", prefix, k))
			}
			return stores
		}
		if page := s.open("/imports/" + s.preview(file{"first.csv", polls("x")})); page.Find("#doubts").Length() != 0 {
			t.Error("the first file of all is doubted")
		}
		s.load(file{"polls.csv", polls(many("a", 20)...)})
		for _, tt := range []struct {
			files []file
			want  []string
		}{
			{[]file{{"mine.csv", polls("a1", "b1")}}, nil},
			{[]file{{"theirs.csv", polls(many("b", 30)...)}}, []string{"None of your 20 stores is in theirs.csv. It would add 30 new stores."}},
			{[]file{{"mine.csv", polls("a1")}, {"theirs.csv", polls("b1")}}, []string{"None of your 20 stores is in theirs.csv. It would add 1 new store."}},
			{[]file{{"nearly.csv", polls(append(many("b", 18), "a1", "a2")...)}}, []string{"Only 2 of your 20 stores are in nearly.csv. It would add 18 new stores."}},
			{[]file{{"growing.csv", polls(append(many("b", 17), "a1", "a2")...)}}, nil},
		} {
			page := s.open("/imports/" + s.preview(tt.files...))
			var got []string
			if ps := texts(page.Find("#doubts p")); len(ps) > 2 {
				got = ps[1 : len(ps)-1]
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: it doubts %q, want %q", tt.files[0].name, got, tt.want)
			}
			confirm := page.Find("form[action$='/confirm'] button")
			if primary := confirm.HasClass("primary"); confirm.Length() != 1 || primary == (tt.want != nil) {
				t.Errorf("%s: the button is %q, primary: %v", tt.files[0].name, text(confirm), primary)
			}
		}
		wrong := s.preview(file{"theirs.csv", polls("b1")})
		if a := s.ask(http.MethodPost, "/imports/"+wrong+"/confirm"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("confirmed all the same: status %d", a.StatusCode)
		}
	})
}

// One download has the rejects of all files, and can be sent again as it is.
func TestAllRejectsComeInOneDownload(t *testing.T) {
	s := onSQLite(t)
	one := s.load(file{"bad.csv", badPolls})
	if link := s.open("/imports/" + one.ID).Find("#all-rejects-download-0"); link.AttrOr("href", "") != "/imports/"+one.ID+"/files/1/rejects.csv" || text(link) != "Download all 4 rejected rows" {
		t.Errorf("of one file: %q leads to %q", text(link), link.AttrOr("href", ""))
	}
	i := s.load(file{"north.csv", badPolls}, file{"zones.csv", goodZones}, file{"south.csv", "store_id,timezone_str\na,Mars/Crater\n"})
	link := s.open("/imports/" + i.ID).Find("#all-rejects-download-0")
	if text(link) != "Download all 5 rejected rows" {
		t.Errorf("of several files: %q", text(link))
	}
	a := s.ask(http.MethodGet, link.AttrOr("href", ""))
	archive, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil || a.Header.Get("Content-Disposition") != `attachment; filename="rejects.zip"` {
		t.Fatalf("%v, %v", err, a.Header)
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"1 north.rejects.csv", "3 south.rejects.csv"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f, err := archive.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if want := "\ufeffstore_id,timezone_str,line,column,reason\na,Mars/Crater,2,timezone_str,"; err != nil || !strings.HasPrefix(string(content), want) {
		t.Errorf("%q, %v", content, err)
	}
	sent := s.ask(http.MethodPost, "/imports", filesWith("", file{"rejects.zip", a.body}))
	if again := s.workOffImport(strings.TrimPrefix(sent.Header.Get("Location"), "/imports/")); again.Rows != 5 || again.Rejected != 5 || len(again.Files) != 2 {
		t.Errorf("sent again as it is: %+v of %d files", again.Counts, len(again.Files))
	}
	if status, _ := s.get("/imports/" + s.load(file{"zones.csv", "store_id,timezone_str\nz,America/Chicago\n"}).ID + "/rejects.zip"); status != http.StatusNotFound {
		t.Errorf("of nothing: status %d", status)
	}
}
