package feed

import (
	"bytes"
	"strings"

	"lightson/models/words"
)

// explainUnknown says what a first row is that is no header of ours.
func explainUnknown(r *row) (found, expected words.Message) {
	if kind, ok := looksLikeData(r.fields); ok {
		return words.Later("a row of data ({row})", "row", shorten(r.text)), words.Later("the header line {header} before it", "header", kind.header())
	}
	names := make([]string, len(r.fields))
	for i, field := range r.fields {
		names[i] = string(bytes.TrimSpace(field))
	}
	if len(names) == 1 {
		return words.Later("the column {column}", "column", listed(names)), expectedHeaders
	}
	return words.Later("the columns {columns}", "columns", listed(names)), expectedHeaders
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
