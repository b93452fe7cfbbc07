package export

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightson/models/entered"
	"lightson/models/uptime"
)

// What people entered has no feed. Its files are read back here, for the command that
// enters them again: columns in any order, with a byte order mark or without, separated by
// commas, semicolons or tabs. All rows must be right, or nothing of the file is used.

// A RowError says what is wrong in a row.
type RowError struct {
	Line                    int
	Column, Expected, Found string
}

func (e RowError) Error() string {
	return fmt.Sprintf("line %d: %s: expected %s, found %s", e.Line, e.Column, e.Expected, cmp.Or(e.Found, "nothing"))
}

// An Item is something that was entered, and the line of the file that has it.
type Item[T any] struct {
	Line int
	Of   T
}

// ReadCorrections reads the corrections of a file that hold, and counts those that were
// withdrawn. The columns id, at, and by whom it was withdrawn are not needed; by may be empty.
// It gives joined RowErrors where rows are wrong.
func ReadCorrections(r io.Reader) (list []Item[entered.Correction], withdrawn int, err error) {
	err = readRows(r, "corrections", []string{"scope", "name", "from", "to", "category"}, func(row fileRow) error {
		if row.cell("withdrawn_at") != "" {
			withdrawn++
			return nil
		}
		from, fromErr := row.instant("from")
		to, toErr := row.instant("to")
		if err := errors.Join(fromErr, toErr); err != nil {
			return err
		}
		list = append(list, Item[entered.Correction]{row.line, entered.Correction{
			Subject: row.subject(), From: from, To: to, Category: entered.Category(row.cell("category")), Note: row.cell("note"), By: row.cell("by"),
		}})
		return nil
	})
	return list, withdrawn, err
}

// ReadSales reads sales per open hour, such as 59.90. It gives joined RowErrors where rows
// are wrong.
func ReadSales(r io.Reader) (list []Item[entered.SalesRate], err error) {
	err = readRows(r, "sales", []string{"scope", "name", "per_hour"}, func(row fileRow) error {
		n, err := row.hundredths("per_hour", "an amount from 0 to 10000000 such as 60 or 59.90", int64(entered.MaxSalesPerHour))
		list = append(list, Item[entered.SalesRate]{row.line, entered.SalesRate{Subject: row.subject(), PerHour: entered.Money(n)}})
		return err
	})
	return list, err
}

// ReadTargets reads targets in percent, such as 99.5. It gives joined RowErrors where rows
// are wrong.
func ReadTargets(r io.Reader) (list []Item[entered.Target], err error) {
	err = readRows(r, "targets", []string{"scope", "name", "percent"}, func(row fileRow) error {
		n, err := row.hundredths("percent", "a percentage from 0 to 100 such as 99.5", entered.HighestTarget)
		list = append(list, Item[entered.Target]{row.line, entered.Target{Subject: row.subject(), Percent: int(n), By: row.cell("by")}})
		return err
	})
	return list, err
}

// A fileRow is a row of a file.
type fileRow struct {
	line  int
	at    map[string]int // places of the columns
	cells []string
}

// cell is the text of a column, or empty where the row does not have it.
func (r fileRow) cell(column string) string {
	if at, found := r.at[column]; found && at < len(r.cells) {
		return strings.TrimSpace(r.cells[at])
	}
	return ""
}

func (r fileRow) subject() entered.Subject {
	return entered.Subject{Scope: entered.Scope(strings.ToLower(r.cell("scope"))), Name: r.cell("name")}
}

func (r fileRow) wrong(column, expected string) error {
	return RowError{r.line, column, expected, r.cell(column)}
}

// instant reads an instant with its offset, as RFC 3339 has it.
func (r fileRow) instant(column string) (uptime.Instant, error) {
	at, err := time.Parse(time.RFC3339Nano, r.cell(column))
	if err != nil {
		return 0, r.wrong(column, "a time such as 2023-01-25T12:30:00Z")
	}
	return uptime.At(at), nil
}

// hundredths reads a number of at most two decimals.
func (r fileRow) hundredths(column, expected string, most int64) (int64, error) {
	whole, decimals, point := strings.Cut(strings.Replace(r.cell(column), ",", ".", 1), ".")
	digits := whole + (decimals + "00")[:2]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || whole == "" || point && decimals == "" || len(decimals) > 2 || strings.ContainsAny(digits, "+-_") || n > most {
		return 0, r.wrong(column, expected)
	}
	return n, nil
}

// readRows calls each with the rows of a file and joins its errors.
func readRows(r io.Reader, what string, needed []string, each func(fileRow) error) error {
	text := bufio.NewReader(r)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = text.Discard(len(mark)) // they are in the buffer
	}
	start, _ := text.Peek(4096)
	first, _, _ := bytes.Cut(start, []byte("\n"))
	in := csv.NewReader(text)
	in.FieldsPerRecord, in.Comma = -1, separator(first)
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the file is empty; expected %s with the columns %s", what, strings.Join(needed, ", "))
	}
	if err != nil {
		return err
	}
	at := map[string]int{}
	for n, name := range header {
		at[strings.ToLower(strings.TrimSpace(name))] = n
	}
	if n := slices.IndexFunc(needed, func(name string) bool { _, found := at[name]; return !found }); n >= 0 {
		return fmt.Errorf("there is no column %s; expected %s with the columns %s, found %s", needed[n], what, strings.Join(needed, ", "), strings.Join(header, ", "))
	}
	var wrong error
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return wrong
		}
		if err != nil {
			return errors.Join(wrong, err)
		}
		line, _ := in.FieldPos(0)
		if strings.Join(cells, "") != "" {
			wrong = errors.Join(wrong, each(fileRow{line, at, cells}))
		}
	}
}

// separator is what stands between the columns of a header.
func separator(header []byte) rune {
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(header, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}
