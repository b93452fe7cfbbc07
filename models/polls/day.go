package polls

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sort"

	"lightson/models/uptime"
)

// A Day is the polls of one store on one UTC day, packed in the format that the package
// describes. Its methods that read it check it as well.
type Day []byte

const (
	// MarkBytes is the length of a mark in a Day.
	MarkBytes = 5
	// MarkBits is how many bits of an integer a mark takes: 37 for the 86,400,000,000
	// microseconds of a day, and one for the state.
	MarkBits = 38
	// MarkMask selects the mark in an integer that holds something else in its upper bits.
	MarkMask = 1<<MarkBits - 1

	dayVersion   = 1
	microsPerDay = int64(uptime.Day)
	inactiveBit  = 1
)

// FirstDay and LastDay enclose every day of the years 1 to 9999, counted since
// 1970-01-01 UTC. Feeds have no polls before or after them.
const (
	FirstDay = int32(uptime.Beginning / uptime.Instant(uptime.Day))
	LastDay  = int32(uptime.Forever/uptime.Instant(uptime.Day)) + 366
)

// ErrCorrupt says that bytes are none that Pack writes.
var ErrCorrupt = errors.New("corrupt poll day")

// Split is the UTC day of an instant, counted since 1970-01-01, and the microsecond of
// that day.
func Split(at uptime.Instant) (day int32, micro int64) {
	d := int64(at) / microsPerDay
	if int64(at)%microsPerDay < 0 {
		d--
	}
	return int32(d), int64(at) - d*microsPerDay
}

// InstantOf is the instant of a mark of a UTC day, which is counted since 1970-01-01.
func InstantOf(day int32, mark uint64) uptime.Instant {
	return uptime.Instant(int64(day)*microsPerDay + int64(mark>>1))
}

// MarkOf is the mark of a poll at a microsecond of its UTC day.
func MarkOf(micro int64, active bool) uint64 {
	mark := uint64(micro) << 1
	if !active {
		mark |= inactiveBit
	}
	return mark
}

// IsActive reports whether the poll of a mark is active.
func IsActive(mark uint64) bool { return mark&inactiveBit == 0 }

// Pack appends marks to dst as a Day. There must be at least one; they must be sorted,
// and at most one per instant.
func Pack(dst []byte, marks []uint64) Day {
	dst = append(dst, dayVersion)
	for _, m := range marks {
		dst = append(dst, byte(m>>32), byte(m>>24), byte(m>>16), byte(m>>8), byte(m))
	}
	return dst
}

// Len is the number of polls. It does not check the day.
func (p Day) Len() int { return max(0, (len(p)-1)/MarkBytes) }

// Until are the polls of p until a microsecond of the day. It does not check the day.
func (p Day) Until(micro int64) Day {
	n := sort.Search(p.Len(), func(n int) bool { return int64(p.mark(n)>>1) > micro })
	if n == 0 {
		return nil
	}
	return p[:1+n*MarkBytes]
}

// Common are the polls with which both days begin. It does not check the days.
func (p Day) Common(other Day) Day {
	if bytes.Equal(p, other) {
		return p
	}
	count := min(p.Len(), other.Len())
	for n := range count {
		if p.mark(n) != other.mark(n) {
			count = n
			break
		}
	}
	if count == 0 {
		return nil
	}
	return p[:1+count*MarkBytes]
}

// Backward visits the marks from the last to the first. It does not check the day.
func (p Day) Backward() iter.Seq[uint64] {
	return func(yield func(mark uint64) bool) {
		for n := p.Len() - 1; n >= 0; n-- {
			if !yield(p.mark(n)) {
				return
			}
		}
	}
}

// Last is the last mark, if there is one. It does not check the day.
func (p Day) Last() (mark uint64, some bool) {
	n := p.Len()
	if n == 0 {
		return 0, false
	}
	return p.mark(n - 1), true
}

// mark is the mark of poll n.
func (p Day) mark(n int) uint64 {
	b := p[1+n*MarkBytes:]
	return uint64(b[0])<<32 | uint64(binary.BigEndian.Uint32(b[1:]))
}

// Each visits the marks in order. It gives ErrCorrupt at the first bytes that Pack would
// not write, after it has visited the marks before them.
func (p Day) Each(visit func(mark uint64)) error {
	if err := p.checkForm(); err != nil {
		return err
	}
	previous := int64(-1)
	for b := p[1:]; len(b) >= MarkBytes; b = b[MarkBytes:] {
		mark := uint64(b[0])<<32 | uint64(binary.BigEndian.Uint32(b[1:]))
		micro := int64(mark >> 1)
		if micro <= previous || micro >= microsPerDay {
			return corruptMark(micro, previous)
		}
		previous = micro
		visit(mark)
	}
	return nil
}

// checkForm checks what can be told without a look at the marks.
func (p Day) checkForm() error {
	if len(p) < 1+MarkBytes || (len(p)-1)%MarkBytes != 0 {
		return fmt.Errorf("%w: %d bytes", ErrCorrupt, len(p))
	}
	if p[0] != dayVersion {
		return fmt.Errorf("%w: version %d, expected %d", ErrCorrupt, p[0], dayVersion)
	}
	return nil
}

func corruptMark(micro, previous int64) error {
	return fmt.Errorf("%w: microsecond %d of the day after %d", ErrCorrupt, micro, previous)
}

// AppendMarks appends the marks of p to dst, or gives ErrCorrupt.
func (p Day) AppendMarks(dst []uint64) ([]uint64, error) {
	err := p.Each(func(mark uint64) { dst = append(dst, mark) })
	return dst, err
}

// AppendPolls appends the polls of p to dst, or gives ErrCorrupt. day is the UTC day of
// p, counted since 1970-01-01. It checks what Each checks, and calls nothing for each poll: a
// week of a large chain has two million.
func (p Day) AppendPolls(dst []uptime.Poll, day int32) ([]uptime.Poll, error) {
	if err := p.checkForm(); err != nil {
		return dst, err
	}
	dst = slices.Grow(dst, p.Len())
	midnight, previous := uptime.Instant(int64(day)*microsPerDay), int64(-1)
	for b := p[1:]; len(b) >= MarkBytes; b = b[MarkBytes:] {
		mark := uint64(b[0])<<32 | uint64(binary.BigEndian.Uint32(b[1:]))
		micro := int64(mark >> 1)
		if micro <= previous || micro >= microsPerDay {
			return dst, corruptMark(micro, previous)
		}
		previous = micro
		dst = append(dst, uptime.Poll{At: midnight + uptime.Instant(micro), Active: IsActive(mark)})
	}
	return dst, nil
}

// Ends are the first and the last mark of p, or ErrCorrupt.
func (p Day) Ends() (first, last uint64, err error) {
	found := false
	err = p.Each(func(mark uint64) {
		if !found {
			first, found = mark, true
		}
		last = mark
	})
	return first, last, err
}
