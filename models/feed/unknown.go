package feed

import (
	"bytes"
	"fmt"
	"strings"
)

// explainUnknown says what a first row is that is no header of ours.
func explainUnknown(r *row) (found, expected string) {
	if kind, ok := looksLikeData(r.fields); ok {
		return fmt.Sprintf("a row of data (%s)", shorten(r.text)), "the header line " + kind.header() + " before it"
	}
	names := make([]string, len(r.fields))
	for i, field := range r.fields {
		names[i] = string(bytes.TrimSpace(field))
	}
	if len(names) == 1 {
		return "the column " + listed(names), expectedHeaders
	}
	return "the columns " + listed(names), expectedHeaders
}

// listed is names as part of a sentence.
func listed(names []string) string { return shorten([]byte(strings.Join(names, ", "))) }

// looksLikeData tells of which kind a file without a header seems to be.
func looksLikeData(fields [][]byte) (Kind, bool) {
	const enough = 16 // a row may have thousands of fields
	for _, field := range fields[:min(len(fields), enough)] {
		text := bytes.TrimSpace(field)
		if isUsualStatus(text) {
			return Polls, true
		}
		if _, expected := parseTimestamp(text); expected == "" {
			return Polls, true
		}
		if _, ok := parseDate(text); ok {
			return SpecialDays, true
		}
		if _, expected := parseClock(text); expected == "" {
			return Hours, true
		}
		if _, expected := parseZone(text); expected == "" {
			return Zones, true
		}
	}
	return 0, false
}
