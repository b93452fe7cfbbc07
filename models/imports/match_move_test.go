package imports

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lightson/models/uptime"
)

func TestRowsMoveToTheStoreThatIsMeant(t *testing.T) {
	files := []string{
		"store_id,status,timestamp_utc,reason\n9,active,2023-01-24 09:00:00,\nODD,inactive,2023-01-24 10:00:00,power cut\n7,inactive,2023-01-24 10:00:00,no internet\n8,inactive,2023-01-24 11:00:00,lunch\n",
		"store_id,day,start_time_local,end_time_local,valid_from\n7,0,09:00,17:00,2023-01-24\nODD,0,18:00,20:00,2023-01-24\nODD,1,10:00,18:00,\nODD,1,10:00,18:00,2023-02-01\n",
		"store_id,date,start_time_local,end_time_local,note\nODD,2023-11-23,,,Thanksgiving\n7,2023-12-24,09:00,12:00,\n7,2023-11-23,10:00,12:00,\n",
		"store_id,timezone_str\nODD,UTC\nODD,UTC\n7,UTC\n7,Asia/Beirut\n",
		"store_id,name\nODD,Joe's\n",
	}
	for _, spillAfter := range []int{1, 1000} {
		b := readBatch(t, spillAfter, files...)
		if err := b.moveStores(map[uint32]string{numberOf(b, "ODD"): "7"}); err != nil {
			t.Fatal(err)
		}
		var whole []string
		for _, file := range files {
			whole = append(whole, strings.ReplaceAll(file, "ODD", "7"))
		}
		want := readBatch(t, 1000, whole...)
		for _, x := range []*Batch{b, want} {
			for n := range x.hours {
				sortTwo(x.hours[n], func(a, b shortHours) bool { return a.day > b.day || a.start > b.start })
			}
			for _, dates := range x.dated {
				for _, rows := range dates {
					sortTwo(rows, func(a, b uptime.Hours) bool { return a.Day > b.Day || a.Start > b.Start })
				}
			}
			for _, dates := range x.special {
				for _, rows := range dates {
					if len(rows) == 2 && rows[0].note == "" {
						rows[0], rows[1] = rows[1], rows[0]
					}
				}
			}
		}
		unexported := cmp.Options{cmp.AllowUnexported(specialRow{}, zoneRows{}, storeNames{}, batchStore{}, shortHours{}), cmpopts.IgnoreFields(batchStore{}, "named")}
		for name, diff := range map[string]string{
			"codes": cmp.Diff(want.stores.codes, b.stores.codes), "stores": cmp.Diff(want.stores.lines, b.stores.lines, unexported),
			"hours": cmp.Diff(want.hours, b.hours, unexported), "dated": cmp.Diff(want.dated, b.dated), "special": cmp.Diff(want.special, b.special, unexported),
			"zones": cmp.Diff(want.zones, b.zones, unexported), "names": cmp.Diff(want.names, b.names, unexported),
			"reasons": cmp.Diff(allReasons(t, &want.reasons), allReasons(t, &b.reasons)),
		} {
			if diff != "" {
				t.Errorf("%s: want -, got +:\n%s", name, diff)
			}
		}
		for _, day := range want.polls.allDays() {
			for range 2 { // reading a day changes nothing
				if diff := cmp.Diff(keysOf(t, want.polls, day), keysOf(t, b.polls, day)); diff != "" {
					t.Errorf("polls: %s", diff)
				}
			}
		}
	}
}

func numberOf(b *Batch, code string) uint32 {
	n, _ := b.stores.find([]byte(code))
	return n
}

func sortTwo[T any](rows []T, later func(a, b T) bool) {
	if len(rows) == 2 && later(rows[0], rows[1]) {
		rows[0], rows[1] = rows[1], rows[0]
	}
}

// What a batch keeps by the number of a store must be known to moveStores.
func TestAllThatABatchKeepsByStoreMoves(t *testing.T) {
	moves := []string{"hours", "dated", "special", "zones", "names"}
	var maps []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Batch]()) {
		if field.Type.Kind() == reflect.Map && field.Type.Key().Kind() == reflect.Uint32 {
			maps = append(maps, field.Name)
		}
	}
	if diff := cmp.Diff(moves, maps); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}
