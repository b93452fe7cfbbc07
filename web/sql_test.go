package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/materialized"
	"lightson/models/modelstest"
)

// queried are the rows of a query, as text.
func (s *site) queried(query string) (rows []string) {
	s.t.Helper()
	found, err := s.db.GORM(s.t.Context()).Raw(query).Rows()
	if err != nil {
		s.t.Fatalf("%v: %s", err, query)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		s.t.Fatal(err)
	}
	for found.Next() {
		cells := make([]any, len(columns))
		for n := range cells {
			cells[n] = new(any)
		}
		if err := found.Scan(cells...); err != nil {
			s.t.Fatal(err)
		}
		var row []string
		for _, cell := range cells {
			row = append(row, fmt.Sprint(*cell.(*any))) //nolint:forcetypeassert // it was made above
		}
		rows = append(rows, strings.Join(row, "|"))
	}
	if err := found.Err(); err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// withHoursAndZones are stores of which some have hours, zones and polls on two days.
func (s *site) withHoursAndZones() *site {
	s.load(
		polled("1,active,2023-01-25 10:00:00.5 UTC", "1,inactive,2023-01-25 23:59:59.999999 UTC", "2,active,2023-01-25 13:00:00 UTC", "2,inactive,2023-07-20 00:00:00.000001 UTC"),
		file{"names.csv", modelstest.NamesFile("1,One,Kettle,Boise", "2,Two,Kettle,", "3,Three,,")},
		file{"zones.csv", modelstest.ZonesFile("1,America/Denver")},
		file{"hours.csv", modelstest.Lines("store_id,day,start_time_local,end_time_local,valid_from", []string{"1,0,09:00,24:00,", "1,1,,,", "2,0,18:00:30,02:00,2023-01-24"})},
	)
	return s
}

func TestTheExamplesOfSQLAreRightOnBothDatabases(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withHoursAndZones().load(polled("3,active,2023-01-25 12:00:00 UTC", "3,inactive,2023-01-25 13:00:00.000001 UTC", "3,inactive,2023-01-25 13:30:00 UTC", "3,active,2023-01-25 14:30:00.000001 UTC"))
		if _, err := materialized.New(s.db, modelstest.Figures(t, s.db)).Refresh(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		var got [][]string
		s.open("/sql").Find("code.example").Each(func(_ int, example *goquery.Selection) { got = append(got, s.queried(example.Text())) })
		for _, rows := range got {
			for i := range rows { // instants of PostgreSQL have a zone here
				rows[i] = strings.ReplaceAll(rows[i], " +0000 UTC", "")
			}
		}
		want := [][]string{
			{"<nil>|4|2", "Kettle|3|1"}, {"2|Two", "3|Three"}, {"09:00:00|00:00:00|1"},
			{"<nil>|95.38|2023-07-20 00:00:00.000001"}, {"Three|2023-01-25 13:00:00.000001|90|back_online|<nil>"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheViewsHaveTheColumnsThatAreDescribed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		kind := "postgresql"
		types := "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '%s' ORDER BY ordinal_position"
		column := 1
		if s.db.Postgres() == nil {
			kind, types, column = "sqlite", "SELECT name FROM pragma_table_info('%s')", 2
		}
		tables := s.open("/sql").Find("table[id]")
		tables.Each(func(_ int, table *goquery.Selection) {
			var want []string
			table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
				line := row.Find("th code").Text()
				if kind == "postgresql" {
					line += "|" + row.Find("code").Eq(column).Text()
				}
				want = append(want, line)
			})
			name := table.AttrOr("id", "")
			if diff := cmp.Diff(want, s.queried(fmt.Sprintf(types, name))); diff != "" {
				t.Errorf("%s (-page +database):\n%s", name, diff)
			}
		})
		if tables.Length() != 5 {
			t.Errorf("%d views are described", tables.Length())
		}
	})
}

func TestTheViewsSayWhatWasLoaded(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withHoursAndZones()
		// As text, so that both databases say the same.
		stores := "SELECT store_id, name, group_name, city, time_zone, first_poll_at FROM lightson_stores ORDER BY store_id"
		polls := "SELECT store_id, observed_at, active, day FROM lightson_polls ORDER BY store_id, observed_at"
		active, inactive := "1", "0"
		if s.db.Postgres() != nil {
			// A zone with summer time must not move anything.
			at := "to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
			stores = strings.Replace(stores, "first_poll_at", fmt.Sprintf(at, "first_poll_at"), 1)
			polls = strings.Replace(polls, "observed_at, active, day FROM", fmt.Sprintf(at, "observed_at")+", active, day::text FROM", 1)
			active, inactive = "true", "false"
		}
		want := []string{"1|One|Kettle|Boise|America/Denver|2023-01-25 10:00:00.500000", "2|Two|Kettle|<nil>|<nil>|2023-01-25 13:00:00.000000", "3|Three|<nil>|<nil>|<nil>|<nil>"}
		if diff := cmp.Diff(want, s.queried(stores)); diff != "" {
			t.Error(diff)
		}
		want = []string{
			"1|2023-01-25 10:00:00.500000|" + active + "|2023-01-25", "1|2023-01-25 23:59:59.999999|" + inactive + "|2023-01-25",
			"2|2023-01-25 13:00:00.000000|" + active + "|2023-01-25", "2|2023-07-20 00:00:00.000001|" + inactive + "|2023-07-20",
		}
		if diff := cmp.Diff(want, s.queried(polls)); diff != "" {
			t.Error(diff)
		}
		hours := "SELECT store_id, CAST(valid_from AS text), weekday, opens, closes FROM lightson_hours ORDER BY store_id, weekday"
		want = []string{"1|<nil>|0|09:00:00|00:00:00", "1|<nil>|1|<nil>|<nil>", "2|2023-01-24|0|18:00:30|02:00:00"}
		if diff := cmp.Diff(want, s.queried(hours)); diff != "" {
			t.Error(diff)
		}
	})
}
