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
		// Dates and reasons.
		"store_id,day,start_time_local,end_time_local,Valid_From":          {Kind: feed.Hours},
		"store_id,status,timestamp_utc,REASON":                             {Kind: feed.Polls},
		"store_id,status,timestamp_utc,reason,Reason":                      {Kind: feed.Polls, Ignored: []string{"reason", "Reason"}},
		"store_id,status,timestamp_utc,valid_from":                         {Kind: feed.Polls, Ignored: []string{"valid_from"}},
		"store_id,date,start_time_local,end_time_local":                    {Kind: feed.SpecialDays},
		"NOTE,end_time_local,START_TIME_LOCAL,Date,store_id":               {Kind: feed.SpecialDays},
		"store_id,date,start_time_local,end_time_local,name,city,reason":   {Kind: feed.SpecialDays, Ignored: []string{"name", "city", "reason"}},
		"store_id,status,timestamp_utc,reason,line,column,reason":          {Kind: feed.Polls, Ignored: []string{"line", "column", "reason"}, FromRejects: true},
		"store_id,status,timestamp_utc,line,column,reason,reason":          {Kind: feed.Polls, Ignored: []string{"line", "column", "reason"}, FromRejects: true},
		"store_id,status,timestamp_utc,line,column,reason":                 {Kind: feed.Polls, Ignored: []string{"line", "column", "reason"}, FromRejects: true},
		"store_id,reason,status,timestamp_utc,line,column":                 {Kind: feed.Polls, Ignored: []string{"reason", "line", "column"}, FromRejects: true},
		"store_id,date,start_time_local,end_time_local,line,column,reason": {Kind: feed.SpecialDays, Ignored: []string{"line", "column", "reason"}, FromRejects: true},

		// What was one of another kind before there were special days still is.
		"store_id,date,day,start_time_local,end_time_local":                  {Kind: feed.Hours, Ignored: []string{"date"}},
		"store_id,dayOfWeek,start_time_local,end_time_local,date,date,note":  {Kind: feed.Hours, Ignored: []string{"date", "date", "note"}},
		"store_id,status,timestamp_utc,date,start_time_local,end_time_local": {Kind: feed.Polls, Ignored: []string{"date", "start_time_local", "end_time_local"}},
		"store_id,timezone,date,start_time_local,end_time_local":             {Kind: feed.Zones, Ignored: []string{"date", "start_time_local", "end_time_local"}},
		"store_id,name,date":                          {Kind: feed.Names, Ignored: []string{"date"}},
		"store_id,name,note,reason,valid_from,note":   {Kind: feed.Names, Ignored: []string{"note", "reason", "valid_from", "note"}},
		"store_id,timezone,note,valid_from,date,note": {Kind: feed.Zones, Ignored: []string{"note", "valid_from", "date", "note"}},

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
		feed.Polls: "polls", feed.Hours: "business hours", feed.Zones: "time zones", feed.Names: "store names", feed.SpecialDays: "special days", 0: "unknown",
	} {
		if got := kind.String(); got != want {
			t.Errorf("Kind(%d) is %q, want %q", kind, got, want)
		}
	}
}
