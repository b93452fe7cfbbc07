package models

import "regexp"

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?$`)

// safeCell guards a text from being run as a formula by the spreadsheet that
// opens the CSV: a leading apostrophe makes it text. Plain numbers, also
// negative ones, run nothing and are left alone.
// See OWASP, "CSV Injection".
func safeCell(text string) string {
	if text == "" {
		return text
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r':
		if !plainNumber.MatchString(text) {
			return "'" + text
		}
	}
	return text
}

func safeCells(texts []string) []string {
	cells := make([]string, len(texts))
	for n, text := range texts {
		cells[n] = safeCell(text)
	}
	return cells
}
