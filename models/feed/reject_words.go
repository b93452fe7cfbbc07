package feed

import (
	"strconv"
	"strings"

	"lightson/models/words"
)

// noneThere is what is expected of the fields behind the columns of a file of rejects.
const noneThere words.Text = "none there"

// A reject says what was expected and found in English, which is kept with the import. Making
// more of it would cost files of nothing but rejects too much. These say it again to people.

// ExpectedWords are what was expected of a row.
func ExpectedWords(expected string) words.Message {
	if m, is := fieldsWords(expected); is {
		return m
	}
	if m, is := words.AgainBy(aheadExpected, expected); is {
		return m
	}
	return words.Again(expected)
}

// FoundWords are what was found where that was expected. It may be text of the file, which is
// said as it is.
func FoundWords(expected, found string) words.Message {
	_, ahead := words.AgainBy(aheadExpected, expected)
	_, counted := fieldsWords(expected)
	switch {
	case found == "" || found == nothing:
		return words.Later("nothing|was found")
	case counted:
		if m, is := fieldsWords(found); is {
			return m
		}
	case expected == string(noneThere):
		if m, is := words.AgainBy("fields beyond the column {column}", found); is {
			return m
		}
	case ahead:
		if at := strings.LastIndex(found, aheadFound); at >= 0 {
			return words.Later("{time}, which is {length} ahead", "time", found[:at], "length", lengthWords(strings.TrimSuffix(found[at+len(aheadFound):], " ahead")))
		}
	case expected == string(nextDayExpected):
		if at := strings.LastIndex(found, writeFound); at >= 0 {
			return words.Later("{time}: write {instead}", "time", found[:at], "instead", found[at+len(writeFound):])
		}
	}
	return words.Said(found)
}

// What stands behind the text of a file in what was found.
const (
	nothing    = "nothing"
	aheadFound = ", which is "
	writeFound = ": write "
)

// fieldsWords are a number of fields.
func fieldsWords(text string) (m words.Message, is bool) {
	number, _, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	if err != nil || text != fieldCount(n) {
		return m, false
	}
	return words.CountLater(int64(n), words.Plural{One: "{n} field|of a row", Other: "{n} fields|of a row"}), true
}

// lengthWords are what aheadText says.
func lengthWords(text string) words.Message {
	number, _, _ := strings.Cut(text, " days")
	if days, err := strconv.ParseInt(number, 10, 64); err == nil && strings.HasSuffix(text, " days") {
		return words.CountLater(days, words.Plural{One: "{n} day", Other: "{n} days"})
	}
	return words.Said(text)
}
