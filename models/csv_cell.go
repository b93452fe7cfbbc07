package models

import "lightson/models/feed"

// safeCell guards a text from being run as a formula by the spreadsheet that
// opens the CSV: a leading apostrophe makes it text. Plain numbers, also
// negative ones, run nothing and are left alone.
func safeCell(text string) string {
	if feed.Formula(text) {
		return "'" + text
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
