package imports

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/feed"
	"lightson/models/uptime"
)

// readBatch reads files into a batch.
func readBatch(t testing.TB, spillAfter int, files ...string) *Batch {
	t.Helper()
	b := NewBatch(t.TempDir(), time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC))
	b.SpillAfter(spillAfter)
	t.Cleanup(func() { _ = b.Close() })
	for n, file := range files {
		if err := b.Read(context.Background(), fmt.Sprintf("%d.csv", n), strings.NewReader(file)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestABatchKeepsHoursByTheDateFromWhichTheyHold(t *testing.T) {
	b := readBatch(t, 10,
		"store_id,day,start_time_local,end_time_local\na,0,09:00,17:00\nb,1,,\n",
		"store_id,day,start_time_local,end_time_local,valid_from\na,0,10:00,18:00,2023-01-24\na,1,10:00,18:00,\nc,2,closed,,2023-01-24\na,1,11:00,12:00,2023-01-24\na,0,11:00,24:00,0001-01-01\n")
	const hour = 3600
	from := uptime.DateOf(2023, 1, 24)
	hours := map[uint32][]uptime.Hours{0: {{Day: 0, Start: 9 * hour, End: 17 * hour}, {Day: 1, Start: 10 * hour, End: 18 * hour}}, 1: {uptime.ClosedDay(1)}}
	dated := map[uint32]map[uptime.Date][]uptime.Hours{
		0: {from: {{Day: 0, Start: 10 * hour, End: 18 * hour}, {Day: 1, Start: 11 * hour, End: 12 * hour}}, uptime.DateOf(1, 1, 1): {{Day: 0, Start: 11 * hour}}},
		2: {from: {uptime.ClosedDay(2)}},
	}
	undated := map[uint32][]uptime.Hours{}
	for n := range b.hours {
		undated[n] = b.undated(n)
	}
	if diff := cmp.Diff(hours, undated) + cmp.Diff(dated, b.dated) + cmp.Diff([]string{"a", "b", "c"}, b.stores.codes); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestABatchKeepsSpecialDaysByStoreAndDate(t *testing.T) {
	b := readBatch(t, 10,
		"store_id,date,start_time_local,end_time_local,note\na,2023-11-23,,,Thanksgiving\na,2023-12-24,09:00,12:00,\n",
		"store_id,date,start_time_local,end_time_local\na,2023-12-24,13:00,24:00\nb,2023-11-23,closed,closed\n")
	const hour = 3600
	thanksgiving, eve := uptime.DateOf(2023, 11, 23), uptime.DateOf(2023, 12, 24)
	want := map[uint32]map[uptime.Date][]specialRow{
		0: {thanksgiving: {{uptime.ClosedDay(0), "Thanksgiving"}}, eve: {{uptime.Hours{Start: 9 * hour, End: 12 * hour}, ""}, {uptime.Hours{Start: 13 * hour}, ""}}},
		1: {thanksgiving: {{uptime.ClosedDay(0), ""}}},
	}
	if diff := cmp.Diff(want, b.special, cmp.AllowUnexported(specialRow{})); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if file := b.Files[0]; file.Kind != "special days" || file.Rows != 2 || file.Rejected != 0 {
		t.Errorf("%+v", file)
	}
}

// A reasonKey is what has at most one reason.
type reasonKey struct {
	store uint32
	day   int32
	micro int64
}

// allReasons are the reasons of a sort, which must come in order.
func allReasons(t interface{ Fatalf(string, ...any) }, s *reasonSort) map[reasonKey]string {
	all := map[reasonKey]string{}
	for _, day := range s.allDays() {
		var last pollReason
		for r, err := range s.day(day) {
			if err != nil {
				t.Fatalf("%v", err)
			}
			if last.text != "" && compareReasons(last, r) >= 0 {
				t.Fatalf("%+v after %+v", r, last)
			}
			last, all[reasonKey{r.store, day, r.micro}] = r, r.text
		}
	}
	return all
}

func TestReasonsComeBackByDayHoweverManyAreOnDisk(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := reasonSort{dir: dir, maxBytes: rapid.SampledFrom([]int{1, 150, 1000, 1 << 20}).Draw(t, "most")}
		want := map[reasonKey]string{}
		for range rapid.IntRange(0, 50).Draw(t, "reasons") {
			key := reasonKey{rapid.Uint32Range(0, 2).Draw(t, "store"), rapid.Int32Range(-2, 2).Draw(t, "day"), rapid.SampledFrom([]int64{0, 1, int64(uptime.Day) - 1}).Draw(t, "micro")}
			text := rapid.SampledFrom([]string{"", "a", "b", "Ä", "power cut", strings.Repeat("x", 200)}).Draw(t, "text")
			if err := s.add(key.store, key.day, key.micro, []byte(text)); err != nil {
				t.Fatal(err)
			}
			if known, is := want[key]; text != "" && (!is || text < known) {
				want[key] = text
			}
		}
		if diff := cmp.Diff(want, allReasons(t, &s)); diff != "" {
			t.Fatalf("want -, got +:\n%s", diff)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	})
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestTheReasonOfAPollDoesNotDependOnTheOrderOfRows(t *testing.T) {
	rows := []string{
		"a,inactive,2023-01-24 10:00:00,power cut", "a,inactive,2023-01-24 10:00:00,no internet", "a,down,2023-01-24 10:00:00,", "a,active,2023-01-24 10:00:00,all well",
		"a,inactive,2023-01-24 10:00:00.000001,Küche", "b,inactive,2023-01-24 10:00:00,lunch", "b,inactive,2023-01-25 00:00:00,lunch", "b,active,2023-01-25 01:00:00,lunch", "c,inactive,2023-01-24 10:00:00,",
	}
	want := map[string]string{"a 10:00:00": "no internet", "a 10:00:00.000001": "Küche", "b 10:00:00": "lunch", "b 00:00:00": "lunch"}
	rapid.Check(t, func(r *rapid.T) {
		shuffled := rapid.Permutation(rows).Draw(r, "rows")
		cut := rapid.IntRange(0, len(rows)).Draw(r, "cut")
		var files []string
		for _, part := range [][]string{shuffled[:cut], shuffled[cut:]} {
			files = append(files, "store_id,status,timestamp_utc,reason\n"+strings.Join(part, "\n")+"\n")
		}
		b := readBatch(t, rapid.SampledFrom([]int{1, 5, 1000}).Draw(r, "spill after"), files...)
		got := map[string]string{}
		for key, text := range allReasons(r, &b.reasons) {
			at := time.Unix(0, 0).UTC().Add(time.Duration(key.micro) * time.Microsecond).Format("15:04:05.999999")
			got[b.stores.codes[key.store]+" "+at] = text
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("want -, got +:\n%s", diff)
		}
	})
}

func TestPollsWithoutReasonsTakeNoRoomForThem(t *testing.T) {
	b := readBatch(t, 2, "store_id,status,timestamp_utc,reason\na,inactive,2023-01-24 10:00:00,\na,active,2023-01-24 11:00:00,x\na,inactive,2023-01-24 12:00:00,\u200b\n")
	if s := b.reasons; s.days != nil || s.texts != nil || s.spill != nil || len(s.allDays()) > 0 {
		t.Errorf("%+v", s)
	}
}

func TestAPushKeepsTheReasonsOfItsPolls(t *testing.T) {
	p := NewPush(time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC))
	defer func() { _ = p.Close() }()
	for _, row := range [][4]string{{"a", "inactive", "2023-01-24 10:00:00", " power\ncut "}, {"a", "active", "2023-01-24 11:00:00", "x"}, {"a", "asleep", "2023-01-24 12:00:00", "x"}} {
		if err := p.Add(row[0], row[1], row[2], row[3]); err != nil {
			t.Fatal(err)
		}
	}
	got := slices.Collect(maps.Values(allReasons(t, &p.batch.reasons)))
	if !slices.Equal(got, []string{"power cut"}) || p.rows[0].reason != "power cut" || p.rows[1].reason != "" {
		t.Errorf("%q, rows %+v", got, p.rows)
	}
}

func TestIDsThatEndInZerosAreNotedByTheirShareOfAFile(t *testing.T) {
	const whole = "store_id,timezone_str\n8419537941919820732,UTC\n257000000000000123,UTC\n381000000000000456,UTC\n1000000000000000000,UTC\n"
	const zeros = "store_id,name\n8419537941919820000,A\n257000000000000000,B\n381000000000000000,C\n101,D\n"
	b := readBatch(t, 10, whole, zeros, zeros, "store_id,name\n'8,E\n")
	if len(b.Files[0].Notes) > 0 || len(b.Files[2].Notes) > 0 {
		t.Errorf("whole ids: %+v, the same again: %+v", b.Files[0].Notes, b.Files[2].Notes)
	}
	want := "Check these store ids: zeros at the end: a spreadsheet replaced all digits after the 15th; several stores may have become one: 8419537941919820000, 257000000000000000, 381000000000000000. They were imported unchanged."
	if notes := b.Files[1].Notes; len(notes) != 1 || notes[0].Kind != string(feed.IDZeros) || notes[0].Count != 3 || notes[0].Text.String() != want {
		t.Errorf("%+v", notes)
	}
	// What is named by a file with damage is kept for an offer.
	damaged := []string{"8419537941919820000", "257000000000000000", "381000000000000000", "101"}
	if diff := cmp.Diff([][]string{nil, damaged, damaged, {"'8"}}, b.oddIDs); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	var matches []string
	for _, m := range feed.MatchDamaged(b.oddIDs[1], b.stores.codes[:4]) {
		matches = append(matches, m.Known)
	}
	if !slices.Equal(matches, []string{"8419537941919820732", "257000000000000123", "381000000000000456"}) {
		t.Errorf("%v", matches)
	}
}
