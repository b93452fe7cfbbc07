package feed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestTheKindIsToldFromTheHeader(t *testing.T) {
	tests := map[string]feed.Header{
		"store_id,status,timestamp_utc":                      {Kind: feed.Polls},
		"Timestamp_UTC , STORE_ID,status":                    {Kind: feed.Polls},
		"store_id,day,start_time_local,end_time_local":       {Kind: feed.Hours},
		"store_id,dayOfWeek,start_time_local,end_time_local": {Kind: feed.Hours},
		"END_TIME_LOCAL,start_time_local,DAYOFWEEK,store_id": {Kind: feed.Hours},
		`"day_of_week","store_id","start_time_local","end_time_local"`: {
			Kind: feed.Hours,
		},
		"store_id,timezone_str":                             {Kind: feed.Zones},
		"timezone,store_id":                                 {Kind: feed.Zones},
		"store_id,timezone,status":                          {Kind: feed.Zones, Ignored: []string{"status"}},
		"store_id,status,timestamp_utc,day,day":             {Kind: feed.Polls, Ignored: []string{"day", "day"}},
		"id,store_id,,Name of it,timezone":                  {Kind: feed.Zones, Ignored: []string{"id", "Name of it"}},
		"store_id,name,group,city":                          {Kind: feed.Names},
		"City,OWNER,Store_Name,store_id":                    {Kind: feed.Names},
		"store_id,name":                                     {Kind: feed.Names},
		"store_id,name,chain,manager":                       {Kind: feed.Names, Ignored: []string{"manager"}},
		"name,store_id,status,timestamp_utc,city":           {Kind: feed.Polls, Ignored: []string{"name", "city"}},
		"store_id,name,timezone,group,owner":                {Kind: feed.Zones, Ignored: []string{"name", "group", "owner"}},
		"store_id,day,start_time_local,end_time_local,name": {Kind: feed.Hours, Ignored: []string{"name"}},
		"store_id,timezone,line,column,reason": {
			Kind: feed.Zones, Ignored: []string{"line", "column", "reason"}, FromRejects: true,
		},
		"store_id,timezone,line,column": {Kind: feed.Zones, Ignored: []string{"line", "column"}},
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			got := read(line)
			if got.Err != "" {
				t.Fatal(got.Err)
			}
			got.Summary.Columns = nil // as written: the next test
			if diff := cmp.Diff(want, got.Summary.Header); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestColumnsAreReportedAsWritten(t *testing.T) {
	got := read("\ufeff \"Store_ID\" ,\tTIMEZONE, \"A \"\"note\"\", long\",\r\n").Summary.Columns
	if diff := cmp.Diff([]string{"Store_ID", "TIMEZONE", `A "note", long`, ""}, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestKindsHaveNamesForPeople(t *testing.T) {
	for kind, want := range map[feed.Kind]string{
		feed.Polls: "polls", feed.Hours: "business hours", feed.Zones: "time zones", feed.Names: "store names", 0: "unknown",
	} {
		if got := kind.String(); got != want {
			t.Errorf("Kind(%d) is %q, want %q", kind, got, want)
		}
	}
}
