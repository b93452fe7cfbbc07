package schedules

import (
	"encoding/binary"
	"errors"

	"lightson/models/uptime"
)

// ErrCorrupt is returned for bytes that Pack did not write.
var ErrCorrupt = errors.New("corrupt schedules")

// Pack packs schedules: of each the date as a varint, how many rows it has as a uvarint,
// and the rows, see PackHours. The result is empty where there are none.
func Pack(schedules []uptime.Schedule) []byte {
	var packed []byte
	for _, s := range schedules {
		packed = binary.AppendVarint(packed, int64(s.From))
		packed = binary.AppendUvarint(packed, uint64(len(s.Hours)))
		packed = append(packed, PackHours(s.Hours)...)
	}
	return packed
}

// Unpack is the inverse of Pack.
func Unpack(packed []byte) (schedules []uptime.Schedule, err error) {
	for len(packed) > 0 {
		date, n := binary.Varint(packed)
		if n <= 0 {
			return nil, ErrCorrupt
		}
		packed = packed[n:]
		rows, n := binary.Uvarint(packed)
		if n <= 0 || rows == 0 || rows > uint64(len(packed)) {
			return nil, ErrCorrupt
		}
		packed = packed[n:]
		s := uptime.Schedule{From: uptime.Date(date), Hours: make([]uptime.Hours, rows)}
		for n := range s.Hours {
			if s.Hours[n], packed, err = unpackRow(packed); err != nil {
				return nil, err
			}
		}
		schedules = append(schedules, s)
	}
	return schedules, nil
}

// PackHours packs rows: of each the weekday as a byte, and the start and the end as
// uvarints, in seconds since local midnight.
func PackHours(hours []uptime.Hours) []byte {
	var packed []byte
	for _, h := range hours {
		packed = append(packed, byte(h.Day))
		packed = binary.AppendUvarint(packed, uint64(h.Start))
		packed = binary.AppendUvarint(packed, uint64(h.End))
	}
	return packed
}

// UnpackHours is the inverse of PackHours.
func UnpackHours(packed []byte) (hours []uptime.Hours, err error) {
	for len(packed) > 0 {
		var h uptime.Hours
		if h, packed, err = unpackRow(packed); err != nil {
			return nil, err
		}
		hours = append(hours, h)
	}
	return hours, nil
}

func unpackRow(packed []byte) (h uptime.Hours, rest []byte, err error) {
	if len(packed) == 0 {
		return h, nil, ErrCorrupt
	}
	h.Day, packed = int(packed[0]), packed[1:]
	for _, seconds := range []*int{&h.Start, &h.End} {
		v, n := binary.Uvarint(packed)
		if n <= 0 {
			return h, nil, ErrCorrupt
		}
		*seconds, packed = int(v), packed[n:]
	}
	return h, packed, nil
}
