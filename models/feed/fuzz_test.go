package feed_test

import (
	"bytes"
	"errors"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
	iana "lightson/models/zones"
)

func addFiles(f *testing.F) {
	for _, file := range []string{
		pollsHeader + "1,active,2023-01-22 12:09:39.388884 UTC\n2,inactive,2023-01-22 12:09:39 UTC\n",
		"timestamp_utc,store_id,status\r\n2023-01-22 12:09:39.3 UTC,1,active\r\n2023-01-22T12:09:39+01:00, 1,Active\r\r\n",
		pollsHeader + "\"1\",\"active\",\"2023-01-22 12:09:39\"\n\"a\"\"b\nc\",active,\"x\n1,active,2023-01-22 12:09:39 UTC\n",
		pollsHeader + "1,active,2023-02-30 12:09:39 UTC\n1,active,2033-01-22 12:09:39 UTC\n\xff,active,\x00\n,,\n,\n",
		pollsHeader + "1,active,2023-01-22 12:09:39 UTC,\n1,active,2023-01-22 12:09:39\r2\n",
		"\ufeff" + hoursHeader + "1,0,00:00:00,24:00\n1,1,9:00,23:59\n",
		"store_id,timezone,line,column,reason\n1,UTC,,,\n2,Local,,,\"\n\"\n",
		"store_id,name,chain,city\n1,Joe's Pizza,Joe's,Boise\n2,,,\n3,\"a\nb\",c,d\n",
		"name,store_id\nCafé 9,1\n",
		datedHeader + "1,0,00:00:00,24:00,2023-01-24\n1,1,closed,,\n1,1,9:00,26:00,24.01.2023\n",
		specialHeader + "1,2023-11-23,,,Thanksgiving\n1,2023-12-24 00:00:00,10:00,14:00,\n1,2100-01-02,closed,,\n1,2023-12-25,,14:00,\n",
		"DATE,store_id,end_time_local,start_time_local,line,column,reason\n2023-11-23,1,closed,closed,,,\n",
		reasonsHeader + "1,inactive,2023-01-22 12:09:39.388884 UTC,power cut\n2,inactive,2023-01-22 12:09:39 UTC,\"a\nb\"\n3,down,2023-01-22 12:09:39,é\n",
		"reason,store_id,status,timestamp_utc,line,column,reason\nx,1,inactive,2023-01-22 12:09:39,,,y\n",
		"<html>", "PK\x03\x04", "\xff\xfes\x00", "a;b", "{",
		"\xff\xfes\x00;\x00", "\xfe\xff\x00a\xd8\x3d", "store_id;timezone\nCaf\xe9;UTC\n\x81;UTC\n", "sep=;\nstore_id\ttimezone\n\"1\t2\"\tUTC\n",
	} {
		f.Add([]byte(file))
	}
}

func FuzzRead(f *testing.F) {
	addFiles(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		var polls, hours, zones, names, specials, rejects int64
		line := 0
		summary, err := feed.Read(bytes.NewReader(file), now, feed.Sink{
			Poll: func(p feed.Poll) error {
				polls++
				checkStore(t, p.Store)
				if p.At > now.Add(24*time.Hour).UnixMicro() {
					t.Errorf("a poll at %v", time.UnixMicro(p.At))
				}
				if len(p.Reason) > 200 || p.Active && len(p.Reason) > 0 {
					t.Errorf("a poll that is active %t, of the reason %q", p.Active, p.Reason)
				}
				checkText(t, p.Reason)
				return nil
			},
			Hours: func(h feed.HoursRow) error {
				hours++
				checkStore(t, h.Store)
				if h.Day < 0 || h.Day > 6 || min(h.Start, h.End) < 0 || max(h.Start, h.End) >= 24*3600 {
					t.Errorf("hours %+v", h)
				}
				if !h.Dated && h.From != 0 || h.From > 47482 {
					t.Errorf("hours from %d, said %t", h.From, h.Dated)
				}
				return nil
			},
			Special: func(s feed.SpecialRow) error {
				specials++
				checkStore(t, s.Store)
				if s.Date < 10957 || s.Date > 47482 || min(s.Start, s.End) < 0 || max(s.Start, s.End) >= 24*3600 || s.Closed && s.Start+s.End > 0 {
					t.Errorf("special day %+v", s)
				}
				if utf8.RuneCount(s.Note) > 500 {
					t.Errorf("a note of %d characters", utf8.RuneCount(s.Note))
				}
				checkText(t, s.Note)
				return nil
			},
			Zone: func(z feed.ZoneRow) error {
				zones++
				checkStore(t, z.Store)
				if _, err := iana.Location(z.Zone); err != nil {
					t.Errorf("zone %q: %v", z.Zone, err)
				}
				return nil
			},
			Names: func(n feed.NamesRow) error {
				names++
				checkStore(t, n.Store)
				for _, text := range [][]byte{n.Name, n.Group, n.City} {
					if len(text) > 200 || !utf8.Valid(text) || bytes.ContainsFunc(text, unicode.IsControl) || len(bytes.TrimSpace(text)) != len(text) {
						t.Errorf("names %q", text)
					}
				}
				if !n.HasGroup && len(n.Group) > 0 || !n.HasCity && len(n.City) > 0 {
					t.Errorf("%q and %q of columns that are not there", n.Group, n.City)
				}
				return nil
			},
			Reject: func(r feed.Reject) error {
				rejects++
				if r.Line <= line {
					t.Errorf("line %d after line %d", r.Line, line)
				}
				line = r.Line
				if utf8.RuneCountInString(r.Found) > 80 || !utf8.ValidString(r.Found) || r.Expected == "" || !utf8.ValidString(r.String()) {
					t.Errorf("reject %q", r.String())
				}
				size := len(r.Fields) - 1
				for _, field := range r.Fields {
					size += len(field)
				}
				if size > 3*feed.MaxRowSize || // a byte of Windows-1252 may be three of UTF-8
					len(r.Fields) == 0 {
					t.Errorf("a row of %d bytes, %d fields", size, len(r.Fields))
				}
				return nil
			},
		})
		if summary.Accepted != polls+hours+zones+names+specials || summary.Rejected != rejects || summary.Rows != summary.Accepted+summary.Rejected {
			t.Errorf("%+v, but %d polls, %d hours, %d zones, %d names, %d special days, %d rejects", summary, polls, hours, zones, names, specials, rejects)
		}
		var refused *feed.RefusedError
		if err != nil && !errors.As(err, &refused) {
			t.Errorf("error %v", err)
		}
		if refused != nil && (refused.Found.Empty() || refused.Expected.Empty() || !utf8.ValidString(refused.Error())) {
			t.Errorf("refused with %q", refused.Error())
		}
	})
}

// checkText checks free text.
func checkText(t *testing.T, text []byte) {
	if !utf8.Valid(text) || bytes.ContainsFunc(text, unicode.IsControl) || len(bytes.TrimSpace(text)) != len(text) {
		t.Errorf("text %q", text)
	}
}

func checkStore(t *testing.T, store []byte) {
	if len(store) == 0 || len(store) > 128 || !utf8.Valid(store) || bytes.IndexByte(store, 0) >= 0 || len(bytes.TrimSpace(store)) != len(store) {
		t.Errorf("store %q", store)
	}
}

// FuzzFastEqualsStrict gives the same rows to both ways of reading polls. The
// header is given, so that the fuzzer can keep to the rows.
func FuzzFastEqualsStrict(f *testing.F) {
	addFiles(f)
	headers := []string{"", pollsHeader, "timestamp_utc,status,store_id\r\n", "status,store_id,timestamp_utc\n", "store_id,timestamp_utc,status,note\n",
		reasonsHeader, "reason,store_id,timestamp_utc,status\n", "timestamp_utc;reason;status;store_id\r\n"}
	for _, rows := range []string{
		"1,active,2023-01-22 12:09:39.388884 UTC\n1,active,2023-01-22 12:09:39.388884 UTC\r\n",
		"2023-01-22T12:09:39Z,inactive,1\n2023-01-22 12:09:39.1234567,active,1,\n",
		"1,inactive,2023-01-22 12:09:39.388884 UTC,no power\n1,inactive,2023-01-22 12:09:39.388884 UTC, a\r\n1,active,2023-01-22 12:09:39 UTC,b\"c\n",
		"x y,1,2023-01-22 12:09:39,inactive\n,1,2023-01-22 12:09:39,inactive\né,1,2023-01-22 12:09:39,inactive\n\"a, b\",1,2023-01-22 12:09:39,inactive\n",
		"active,1,2023-01-22 12:09:39.38 UTC\nactive,\"1\",2023-01-22 12:09:39.38 UTC\nACTIVE,\t1,2029-01-22 12:09:39\n",
	} {
		f.Add([]byte(rows))
	}
	f.Fuzz(func(t *testing.T, rows []byte) {
		for _, header := range headers {
			file := append([]byte(header), rows...)
			strict := readBy(feed.ReadPlainly, bytes.NewReader(file))
			fast := readBy(feed.Read, bytes.NewReader(file))
			if diff := cmp.Diff(strict, fast); diff != "" {
				t.Errorf("%q: strict -, fast +:\n%s", header, diff)
			}
		}
	})
}
