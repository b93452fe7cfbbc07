package modelstest

import (
	"strings"
	"time"

	"lightson/models/uptime"
)

// PollsFile is a polls file with these rows.
func PollsFile(rows ...string) string {
	return Lines("store_id,status,timestamp_utc", rows)
}

// HoursFile is a business hours file with these rows.
func HoursFile(rows ...string) string {
	return Lines("store_id,day,start_time_local,end_time_local", rows)
}

// ZonesFile is a time zones file with these rows.
func ZonesFile(rows ...string) string { return Lines("store_id,timezone_str", rows) }

// NamesFile is a store names file with these rows.
func NamesFile(rows ...string) string { return Lines("store_id,name,group,city", rows) }

// Lines is a file with a header and rows, each ending in LF.
func Lines(header string, rows []string) string {
	return strings.Join(append([]string{header}, rows...), "\n") + "\n"
}

// At reads "2023-01-23 16:14", with or without seconds, as UTC. Anything else
// panics.
func At(s string) uptime.Instant {
	layout := "2006-01-02 15:04"
	if strings.Count(s, ":") == 2 {
		layout = "2006-01-02 15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		panic(err)
	}
	return uptime.At(t)
}

// Stamp is an instant as polls files have it: "2023-01-22 12:09:39.388884 UTC".
func Stamp(i uptime.Instant) string { return i.Time().Format("2006-01-02 15:04:05.999999 UTC") }

// Quoted is a field of a CSV file in quotes.
func Quoted(field string) string { return `"` + strings.ReplaceAll(field, `"`, `""`) + `"` }
