package models

import (
	"encoding/binary"
	"errors"
	"fmt"

	"lightson/models/uptime"
)

// A PollDay is the polls of one store on one UTC day, packed: a version byte,
// then five bytes a poll, sorted, one per microsecond. A row per poll would cost
// 40 bytes of row header and index for the same fact.
//
// The five bytes are a mark: the microsecond of the day times two, plus one if
// the store was inactive. Marks sort by time, and where two polls share an
// instant the inactive one sorts last and wins.
type PollDay []byte

const (
	pollDayVersion = 1
	markBytes      = 5
	microsPerDay   = int64(uptime.Day)
	inactiveBit    = 1
	markBits       = 38 // 86,400,000,000 microseconds take 37
	markMask       = 1<<markBits - 1
)

// firstDay and lastDay are of the years 1 and 9999, which is all that the feeds
// can say.
const (
	firstDay = int32(uptime.Beginning / uptime.Instant(uptime.Day))
	lastDay  = int32(uptime.Forever/uptime.Instant(uptime.Day)) + 366
)

var errCorrupt = errors.New("corrupt poll day")

// splitInstant is the UTC day of an instant and the microsecond of that day.
func splitInstant(at int64) (day int32, micro int64) {
	d := at / microsPerDay
	if at%microsPerDay < 0 {
		d--
	}
	return int32(d), at - d*microsPerDay
}

// markOf packs a poll's microsecond of the day with its state.
func markOf(micro int64, active bool) uint64 {
	mark := uint64(micro) << 1
	if !active {
		mark |= inactiveBit
	}
	return mark
}

// pack appends marks, which must be sorted and one per instant, to dst.
func pack(dst []byte, marks []uint64) PollDay {
	dst = append(dst, pollDayVersion)
	for _, m := range marks {
		dst = append(dst, byte(m>>32), byte(m>>24), byte(m>>16), byte(m>>8), byte(m))
	}
	return dst
}

// Len is the number of polls.
func (p PollDay) Len() int { return max(0, (len(p)-1)/markBytes) }

// each visits the marks, up to the first bytes that pack never wrote.
func (p PollDay) each(visit func(mark uint64)) error {
	if len(p) < 1+markBytes || (len(p)-1)%markBytes != 0 {
		return fmt.Errorf("%w: %d bytes", errCorrupt, len(p))
	}
	if p[0] != pollDayVersion {
		return fmt.Errorf("%w: version %d, expected %d", errCorrupt, p[0], pollDayVersion)
	}
	previous := int64(-1)
	for b := p[1:]; len(b) > 0; b = b[markBytes:] {
		mark := uint64(b[0])<<32 | uint64(binary.BigEndian.Uint32(b[1:]))
		micro := int64(mark >> 1)
		if micro <= previous || micro >= microsPerDay {
			return fmt.Errorf("%w: microsecond %d of the day after %d", errCorrupt, micro, previous)
		}
		previous = micro
		visit(mark)
	}
	return nil
}

// appendMarks appends the marks of p to dst, or reports that p is corrupt.
func (p PollDay) appendMarks(dst []uint64) ([]uint64, error) {
	err := p.each(func(mark uint64) { dst = append(dst, mark) })
	return dst, err
}

// AppendPolls appends the polls of p, which is of the given day since
// 1970-01-01 UTC, to dst, or reports that p is corrupt.
func (p PollDay) AppendPolls(dst []uptime.Poll, day int32) ([]uptime.Poll, error) {
	midnight := uptime.Instant(int64(day) * microsPerDay)
	err := p.each(func(mark uint64) {
		dst = append(dst, uptime.Poll{At: midnight + uptime.Instant(mark>>1), Active: mark&inactiveBit == 0})
	})
	return dst, err
}
