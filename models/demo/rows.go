package demo

import (
	"bufio"
	"fmt"
	"io"
)

// The headers of the feeds.
const (
	pollsHeader = "store_id,status,timestamp_utc\n"
	hoursHeader = "store_id,day,start_time_local,end_time_local\n"
	zonesHeader = "store_id,timezone_str\n"
	namesHeader = "store_id,name,group,city\n"

	specialDaysHeader = "store_id,date,start_time_local,end_time_local,note\n"
)

// WriteHours writes the business hours feed and returns how many rows it has.
func WriteHours(w io.Writer, o Options) (int64, error) {
	return writeByStore(w, o, hoursOrder, hoursHeader, func(b []byte, s store) ([]byte, int64) {
		rows := o.hours(s)
		for _, r := range rows {
			b = append(b, s.id...)
			b = append(b, ',', byte('0'+r.day), ',')
			b = append(b, r.start...)
			b = append(b, ',')
			b = append(b, r.end...)
			b = append(b, '\n')
		}
		return b, int64(len(rows))
	})
}

// WriteSpecialDays writes a special days feed and returns how many rows it has. It is an
// example of the columns: Write leaves no such file.
func WriteSpecialDays(w io.Writer, o Options) (int64, error) {
	const last = 2099 // whose special days any reader of the feed takes
	year := min(o.Until.UTC().Year(), last)
	return writeByStore(w, o, hoursOrder, specialDaysHeader, func(b []byte, s store) ([]byte, int64) {
		b = fmt.Appendf(b, "%s,%d-12-24,09:00,14:00,Christmas Eve\n", s.id, year)
		return fmt.Appendf(b, "%s,%d-12-25,,,Christmas Day\n", s.id, year), 2
	})
}

// WriteZones writes the time zones feed and returns how many rows it has.
func WriteZones(w io.Writer, o Options) (int64, error) {
	return writeByStore(w, o, zonesOrder, zonesHeader, func(b []byte, s store) ([]byte, int64) {
		if !s.hasZone() {
			return b, 0
		}
		b = append(b, s.id...)
		b = append(b, ',')
		b = append(b, s.zone.name...)
		return append(b, '\n'), 1
	})
}

// WriteNames writes the store names feed and returns how many rows it has.
func WriteNames(w io.Writer, o Options) (int64, error) {
	return writeByStore(w, o, namesOrder, namesHeader, func(b []byte, s store) ([]byte, int64) {
		if !s.hasName() {
			return b, 0
		}
		called := o.naming(s)
		b = append(b, s.id...)
		for _, text := range []string{called.name, called.group, called.city} {
			b = append(b, ',')
			b = appendText(b, text)
		}
		return append(b, '\n'), 1
	})
}

// writeByStore writes the header and then what add appends for each store, in
// shuffled order, and returns the rows that add has counted.
func writeByStore(w io.Writer, o Options, order stream, header string, add func([]byte, store) ([]byte, int64)) (int64, error) {
	if err := o.Validate(); err != nil {
		return 0, err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.WriteString(header) // a bufio.Writer keeps its first error for Flush
	var count int64
	for _, n := range o.dice(order, 0).Perm(o.Stores) {
		b, rows := add(out.AvailableBuffer(), o.store(n))
		if _, err := out.Write(b); err != nil {
			return count, err
		}
		count += rows
	}
	return count, out.Flush()
}
