package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"lightson/models/access"
	"lightson/models/columnar"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// parquetOf are the rows of a file that is downloaded.
func parquetOf[Row any](s *site, target string, changes ...func(*http.Request)) []Row {
	s.t.Helper()
	a := s.call(http.MethodGet, target, changes...)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != columnar.MediaType || !strings.Contains(a.Header.Get("Content-Disposition"), ".parquet") {
		s.t.Fatalf("%s: %s %v %.300s", target, a.Status, a.Header, a.body)
	}
	rows, err := parquet.Read[Row](strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		s.t.Fatalf("%s: %v", target, err)
	}
	return rows
}

func TestFilesForDataHaveTheDatesAndStoresThatOneMayAskFor(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(polled("1,active,2023-01-20 10:00:00 UTC", "1,inactive,2023-01-24 12:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC", "2,inactive,2023-01-24 10:00:00 UTC"),
			file{"names.csv", modelstest.NamesFile("1,One,Kettle,", "2,Two,Lantern,")}, file{"zones.csv", modelstest.ZonesFile("1,UTC", "2,UTC")})
		owner, operator := s.person(access.Owner, reach.Of([]string{"Kettle"}, nil)), s.person(access.Operator, reach.All())
		for _, c := range []struct {
			of                   account
			query                string
			polls, days, outages []string
		}{
			{operator, "", []string{"1", "1", "1", "2"}, []string{"1", "1", "1", "1", "1", "1", "2", "2"}, []string{"1", "2"}},
			{operator, "?from=2023-01-24&to=2023-01-24", []string{"1", "2"}, []string{"1", "2"}, []string{"1", "2"}},
			{operator, "?to=2023-01-20", []string{"1"}, []string{"1"}, nil},
			{operator, "?from=2024-01-20&to=2024-01-21", nil, nil, nil},
			{owner, "", []string{"1", "1", "1"}, []string{"1", "1", "1", "1", "1", "1"}, []string{"1"}},
		} {
			key := withKey(s.key(c.of, access.ReadScope, c.of.Reach))
			var polls, days, outages []string
			for _, row := range parquetOf[columnar.Poll](s, "/api/v1/polls.parquet"+c.query, key) {
				polls = append(polls, row.StoreID)
			}
			for _, row := range parquetOf[columnar.Day](s, "/api/v1/days.parquet"+c.query, key) {
				days = append(days, row.StoreID)
			}
			for _, row := range parquetOf[columnar.Outage](s, "/api/v1/outages.parquet"+c.query, key) {
				outages = append(outages, row.StoreID)
			}
			for _, list := range [][]string{polls, days, outages} {
				slices.Sort(list)
			}
			if diff := cmp.Diff([][]string{c.polls, c.days, c.outages}, [][]string{polls, days, outages}); diff != "" {
				t.Errorf("%q of %s:\n%s", c.query, c.of.Name, diff)
			}
		}
	})
}

func TestFilesForDataThatCannotBeMadeSayWhy(t *testing.T) {
	s := onSQLite(t)
	for _, name := range []string{"polls", "days", "outages"} {
		target := "/api/v1/" + name + ".parquet"
		if rows := parquetOf[struct{}](s, target); len(rows) > 0 {
			t.Errorf("without data %s has %d rows", name, len(rows))
		}
		for _, query := range []string{"?from=never", "?to=2023-02-30", "?from=2023-01-02&to=2023-01-01", "?from=2022-01-01&to=2023-01-02"} {
			a := s.call(http.MethodGet, target+query)
			if a.StatusCode != http.StatusBadRequest || a.Header.Get("Content-Disposition") != "" {
				t.Errorf("%s%s: %s %v", target, query, a.Status, a.Header)
			}
		}
	}
}
