package feed_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestReadTakesTheFourFeeds(t *testing.T) {
	tests := map[string]struct {
		file string
		want reading
	}{
		"polls": {
			pollsHeader +
				"8419537941919820732,active,2023-01-22 12:09:39.388884 UTC\n" +
				"b5d0a65d-6d54-47aa-95e9-9312f0353326,inactive,2023-01-24 09:06:42 UTC\n",
			reading{
				Summary: feed.Summary{Rows: 2, Accepted: 2, Header: feed.Header{
					Kind: feed.Polls, Columns: []string{"store_id", "status", "timestamp_utc"}}},
				Polls: []poll{
					{"8419537941919820732", "2023-01-22T12:09:39.388884Z", true, ""},
					{"b5d0a65d-6d54-47aa-95e9-9312f0353326", "2023-01-24T09:06:42Z", false, ""},
				},
			},
		},
		"business hours": {
			hoursHeader + "1,0,00:00:00,00:10:00\n1,6,9:00,23:59\n",
			reading{
				Summary: feed.Summary{Rows: 2, Accepted: 2, Header: feed.Header{
					Kind: feed.Hours, Columns: []string{"store_id", "day", "start_time_local", "end_time_local"}}},
				Hours: []hours{{Store: "1", End: 600}, {Store: "1", Day: 6, Start: 9 * 3600, End: 24*3600 - 60}},
			},
		},
		"time zones": {
			zonesHeader + "1,Asia/Beirut\n2, America/Argentina/Buenos_Aires \n3,UTC\n",
			reading{
				Summary: feed.Summary{Rows: 3, Accepted: 3, Header: feed.Header{
					Kind: feed.Zones, Columns: []string{"store_id", "timezone_str"}}},
				Zones: []zone{{"1", "Asia/Beirut"}, {"2", "America/Argentina/Buenos_Aires"}, {"3", "UTC"}},
			},
		},
		"store names": {
			namesHeader + "1,Joe's Pizza,Joe's, Boise \n2,\"Salt, Smoke & Sons\",,\n3,,,\n",
			reading{
				Summary: feed.Summary{Rows: 3, Accepted: 3, Header: feed.Header{
					Kind: feed.Names, Columns: []string{"store_id", "name", "group", "city"}}},
				Names: []names{
					{"1", "Joe's Pizza", "Joe's", "Boise", true, true},
					{"2", "Salt, Smoke & Sons", "", "", true, true},
					{"3", "", "", "", true, true},
				},
			},
		},
		"a header and no rows": {
			"store_id,timezone_str",
			reading{Summary: feed.Summary{Header: feed.Header{
				Kind: feed.Zones, Columns: []string{"store_id", "timezone_str"}}}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.want.Headers = []feed.Header{test.want.Summary.Header}
			if diff := cmp.Diff(test.want, read(test.file)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestOneFileMayBeWrittenInManyWays(t *testing.T) {
	want := []poll{
		{"1", "2023-01-22T12:09:39.388Z", true, ""},
		{"2", "2023-01-22T12:09:40Z", false, ""},
	}
	ways := map[string]string{
		"as pollers write it": "store_id,status,timestamp_utc\n1,active,2023-01-22 12:09:39.388 UTC\n2,inactive,2023-01-22 12:09:40 UTC\n",
		"without the last line end": "store_id,status,timestamp_utc\n1,active,2023-01-22 12:09:39.388 UTC\n" +
			"2,inactive,2023-01-22 12:09:40 UTC",
		"CRLF":                 "store_id,status,timestamp_utc\r\n1,active,2023-01-22 12:09:39.388 UTC\r\n2,inactive,2023-01-22 12:09:40 UTC\r\n",
		"cut inside a CRLF":    "store_id,status,timestamp_utc\r\n1,active,2023-01-22 12:09:39.388 UTC\r\n2,inactive,2023-01-22 12:09:40 UTC\r",
		"CRLF made CRCRLF":     "store_id,status,timestamp_utc\r\r\n1,active,2023-01-22 12:09:39.388 UTC\r\r\n2,inactive,2023-01-22 12:09:40 UTC\r\r\n",
		"byte order mark":      "\ufeffstore_id,status,timestamp_utc\n1,active,2023-01-22 12:09:39.388 UTC\n2,inactive,2023-01-22 12:09:40 UTC\n",
		"mark, quotes, CRLF":   "\ufeff\"store_id\",\"status\",\"timestamp_utc\"\r\n\"1\",\"active\",\"2023-01-22 12:09:39.388 UTC\"\r\n\"2\",\"inactive\",\"2023-01-22 12:09:40 UTC\"\r\n",
		"some fields quoted":   "store_id,\"status\",timestamp_utc\n\"1\",active,2023-01-22 12:09:39.388 UTC\n2,\"inactive\",2023-01-22 12:09:40 UTC\n",
		"blanks around":        " store_id ,\tstatus , timestamp_utc \n 1 , active ,\t2023-01-22 12:09:39.388 UTC \n2, inactive,2023-01-22 12:09:40 UTC\n",
		"blanks around quotes": "\"store_id\", \"status\" , \"timestamp_utc\" \n\"1\" ,  \"active\",\"2023-01-22 12:09:39.388 UTC\" \n2, \"inactive\",2023-01-22 12:09:40 UTC\n",
		"blanks inside quotes": "\" store_id\",status,timestamp_utc\n\" 1 \",\" active \",2023-01-22 12:09:39.388 UTC\n2,inactive,2023-01-22 12:09:40 UTC\n",
		"another order":        "timestamp_utc,store_id,status\n2023-01-22 12:09:39.388 UTC,1,active\n2023-01-22 12:09:40 UTC,2,inactive\n",
		"names in capitals":    "STORE_ID,Status,Timestamp_UTC\n1,ACTIVE,2023-01-22 12:09:39.388 UTC\n2,Inactive,2023-01-22 12:09:40 UTC\n",
		"other columns too":    "id,store_id,status,note,timestamp_utc\n7,1,active,\"a,\n\"\"b\"\"\",2023-01-22 12:09:39.388 UTC\n8,2,inactive,,2023-01-22 12:09:40 UTC\n",
		"unnamed columns":      "store_id,status,timestamp_utc,,\n1,active,2023-01-22 12:09:39.388 UTC,,\n2,inactive,2023-01-22 12:09:40 UTC,,\n",
		"blank lines":          "\n \r\nstore_id,status,timestamp_utc\n\n\r\n1,active,2023-01-22 12:09:39.388 UTC\n \t \n2,inactive,2023-01-22 12:09:40 UTC\n\n\n",
		"RFC 3339":             "store_id,status,timestamp_utc\n1,active,2023-01-22T12:09:39.388Z\n2,inactive,2023-01-22T06:09:40-06:00\n",
		"a mended rejects file": "store_id,status,timestamp_utc,line,column,reason\n" +
			"1,active,2023-01-22 12:09:39.388 UTC,17,status,\"Line 17, status: expected active or inactive, found \"\"up\"\"\"\n" +
			"2,inactive,2023-01-22 12:09:40 UTC,19,,\"Line 19: expected 3 fields, found 2 fields\"\n",
		"a rejects file mended twice": "store_id,status,timestamp_utc,line,column,reason,line,column,reason\n" +
			"1,active,2023-01-22 12:09:39.388 UTC,17,status,x,2,status,y\n2,inactive,2023-01-22 12:09:40 UTC,19,,x,3,,z\n",
	}
	for name, file := range ways {
		t.Run(name, func(t *testing.T) {
			got := read(file)
			if got.Err != "" || len(got.Rejects) > 0 {
				t.Errorf("error %q, rejects %q", got.Err, got.sentences())
			}
			if diff := cmp.Diff(want, got.Polls); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			if s := got.Summary; s.Rows != 2 || s.Accepted != 2 {
				t.Errorf("%d rows, %d accepted; want 2 of each", s.Rows, s.Accepted)
			}
		})
	}
}

func TestAStoreIDIsKeptExactly(t *testing.T) {
	for _, id := range []string{
		"0", "007", "8419537941919820732", "b5d0a65d-6d54-47aa-95e9-9312f0353326", "Café 9", "=1+1", "a'b", "店", `a""b`,
		strings.Repeat("x", 128), strings.Repeat("é", 64),
	} {
		want := strings.ReplaceAll(id, `""`, `"`)
		for _, field := range []string{id, ` ` + id + "\t", `"` + id + `"`} {
			if strings.Contains(id, `"`) && !strings.HasPrefix(field, `"`) {
				continue // a quote must be inside quotes
			}
			got := read(pollsHeader + field + ",active,2023-01-22 12:09:39 UTC\n")
			if len(got.Polls) != 1 || got.Polls[0].Store != want {
				t.Errorf("%q became %+v, rejects %q", field, got.Polls, got.sentences())
			}
		}
	}
}

func TestAnErrorOfTheSinkEndsTheReading(t *testing.T) {
	full := errors.New("disk full")
	tests := map[string]struct {
		file, want string
		sink       feed.Sink
	}{
		"header":     {pollsHeader, "hand on line 1: disk full", feed.Sink{Header: func(feed.Header) error { return full }}},
		"plain poll": {"\n" + pollsHeader + "1,active,2023-01-22 12:09:39\n", "hand on line 3: disk full", feed.Sink{Poll: func(feed.Poll) error { return full }}},
		"poll":       {pollsHeader + "1,Active,2023-01-22 12:09:39\n", "hand on line 2: disk full", feed.Sink{Poll: func(feed.Poll) error { return full }}},
		"hours":      {hoursHeader + "1,1,09:00,17:00", "hand on line 2: disk full", feed.Sink{Hours: func(feed.HoursRow) error { return full }}},
		"zone":       {zonesHeader + "1,UTC", "hand on line 2: disk full", feed.Sink{Zone: func(feed.ZoneRow) error { return full }}},
		"names":      {namesHeader + "1,Joe's Pizza,,", "hand on line 2: disk full", feed.Sink{Names: func(feed.NamesRow) error { return full }}},
		"reject":     {zonesHeader + "\n\n1", "hand on line 4: disk full", feed.Sink{Reject: func(feed.Reject) error { return full }}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := feed.Read(strings.NewReader(test.file), now, test.sink)
			if !errors.Is(err, full) || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestNilFunctionsOfTheSinkDiscard(t *testing.T) {
	for _, file := range []string{
		pollsHeader + "1,active,2023-01-22 12:09:39\n2\n",
		hoursHeader + "1,1,09:00,17:00\n2\n",
		zonesHeader + "1,UTC\n2\n",
		namesHeader + "1,Joe's Pizza,,\n2\n",
	} {
		got, err := feed.Read(strings.NewReader(file), now, feed.Sink{})
		if err != nil || got.Rows != 2 || got.Accepted != 1 || got.Rejected != 1 {
			t.Errorf("%q: %+v, %v", file, got, err)
		}
	}
}
