package materialized

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A state is what is known of the rows of a store. The zero value is for one without rows.
type state struct {
	version   int64
	asOf      models.OptionalInstant
	key       []byte   // stands for all that decides the figures beside recent polls
	firstDay  int32    // UTC
	sums      []uint32 // of the polls of each UTC day from the first on, until asOf
	rightFrom uptime.Date
}

// everyDate is where rows of all dates are right.
var everyDate = uptime.DateOf(1, 1, 1)

// keyLength is how much of a checksum is kept.
const keyLength = 8

// wholePast is how many days before the as-of instant at most polls are compared. Rows of
// stores that were refreshed longer ago are computed anew.
const wholePast = 18

// encode is what the column known has of a state.
func (st state) encode() []byte {
	text := binary.BigEndian.AppendUint32(append([]byte(nil), st.key...), uint32(st.firstDay))
	for _, sum := range st.sums {
		text = binary.BigEndian.AppendUint32(text, sum)
	}
	return text
}

func (st *state) decode(text []byte) error {
	if len(text) < keyLength+4 || len(text)%4 != 0 {
		return errors.New("what rows were computed from cannot be read")
	}
	st.key = bytes.Clone(text[:keyLength])
	st.firstDay = int32(binary.BigEndian.Uint32(text[keyLength:]))
	for rest := text[keyLength+4:]; len(rest) > 0; rest = rest[4:] {
		st.sums = append(st.sums, binary.BigEndian.Uint32(rest))
	}
	return nil
}

// keyOf stands for all that decides the figures of store n beside recent polls. Older ones,
// and those that retention deleted, are in the mark.
func (u *run) keyOf(n int) []byte {
	s := u.snapshot
	text := binary.AppendVarint(binary.AppendVarint(nil, s.PastMark()), int64(s.PollEvery))
	text = append(append(text, s.Stores[n].Code...), 0) // ids may be given again
	for _, e := range s.Excused(n) {
		text = binary.AppendVarint(binary.AppendVarint(text, int64(e.From)), int64(e.To))
	}
	sum := sha256.Sum256(s.AppendHours(append(text, 0), n))
	return sum[:keyLength]
}

// heard is what was read of the polls of the last days, by index of the snapshot.
type heard struct {
	firstDay int32
	sums     [][]uint32 // of each UTC day from the first on, until the as-of instant of the snapshot
	until    []uint32   // of the day of the state's as-of instant, until this
	newer    []bool     // whether a poll came after this
}

var checksumTable = crc32.MakeTable(crc32.Castagnoli)

// listen reads what is to be compared of the polls and reasons of the last days.
func (u *run) listen(ctx context.Context) error {
	s := u.snapshot
	last, _ := polls.Split(s.AsOf)
	first, _ := polls.Split(s.AsOf.Add(-models.RecentPolls))
	for _, st := range u.states {
		if st.asOf.Known && st.firstDay >= last-wholePast {
			first = min(first, st.firstDay)
		}
	}
	u.heard = heard{first, make([][]uint32, len(s.Stores)), make([]uint32, len(s.Stores)), make([]bool, len(s.Stores))}
	index := make(map[int32]int, len(s.Stores))
	for n, store := range s.Stores {
		u.heard.sums[n] = make([]uint32, last-first+1)
		index[store.ID] = n
	}
	return u.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		err := tx.PollTable().ReadDays(ctx, first, last, func(day, store int32, packed polls.Day) error {
			if n, some := index[store]; some {
				u.hear(n, day, packed)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return tx.ReasonTable().ReadDays(ctx, first, last, func(day, store int32, packed polls.Reasons) error {
			if n, some := index[store]; some {
				return u.hearReasons(n, day, packed)
			}
			return nil
		})
	})
}

func (u *run) hear(n int, day int32, packed polls.Day) {
	asOf, micro := polls.Split(u.snapshot.AsOf)
	if day == asOf {
		packed = packed.Until(micro)
	}
	if len(packed) == 0 {
		return
	}
	u.heard.sums[n][day-u.heard.firstDay] += crc32.Checksum(packed, checksumTable)
	if !u.states[n].asOf.Known {
		return
	}
	switch was, micro := polls.Split(u.states[n].asOf.At); {
	case day > was:
		u.heard.newer[n] = true
	case day == was:
		until := packed.Until(micro)
		if len(until) > 0 {
			u.heard.until[n] += crc32.Checksum(until, checksumTable)
		}
		u.heard.newer[n] = u.heard.newer[n] || len(until) < len(packed)
	}
}

func (u *run) hearReasons(n int, day int32, packed polls.Reasons) error {
	reasons, err := packed.AppendReasons(nil)
	if err != nil {
		return err
	}
	was, micro := int32(math.MinInt32), int64(0)
	if u.states[n].asOf.Known {
		was, micro = polls.Split(u.states[n].asOf.At)
	}
	asOf, last := polls.Split(u.snapshot.AsOf)
	for _, reason := range reasons {
		sum := crc32.Update(uint32(reason.Micro), checksumTable, []byte(reason.Text))
		if day < asOf || reason.Micro <= last {
			u.heard.sums[n][day-u.heard.firstDay] += sum
		}
		if day == was && reason.Micro <= micro {
			u.heard.until[n] += sum
		}
	}
	return nil
}

// stateOf is the state of store n after its rows were written.
func (u *run) stateOf(n int, rightFrom uptime.Date) state {
	first, _ := polls.Split(u.snapshot.AsOf.Add(-models.RecentPolls))
	return state{
		version: u.snapshot.Version, asOf: u.snapshot.KnownAsOf(), key: u.keyOf(n),
		firstDay: first, sums: u.heard.sums[n][first-u.heard.firstDay:], rightFrom: rightFrom,
	}
}

// changedFrom is the instant from which on rows of store n may be others than those of its
// state. It reports false where those of its whole past may be.
func (u *run) changedFrom(n int) (from uptime.Instant, ok bool) {
	st, s := u.states[n], u.snapshot
	if !st.asOf.Known || !s.AsOfKnown || !bytes.Equal(st.key, u.keyOf(n)) || st.firstDay < u.heard.firstDay {
		return 0, false
	}
	from = min(st.asOf.At, s.AsOf)
	changed, some := u.firstChange(n)
	if !some {
		return from, true
	}
	// A poll speaks for a day before it. In an opening that began earlier, it also says how
	// certain the time since the poll before it is.
	from = min(from, changed.Add(-uptime.Reach))
	if from < s.Heard().From {
		return 0, false
	}
	for _, opening := range s.Openings(n) {
		if opening.From < from && opening.To > changed {
			return from, u.polledIn(n, uptime.Span{From: from, To: changed})
		}
	}
	return from, true
}

// firstChange is from when on polls of store n are others than its state knows, if any are.
func (u *run) firstChange(n int) (from uptime.Instant, some bool) {
	st, heard := u.states[n], u.heard
	was, _ := polls.Split(st.asOf.At)
	for day := st.firstDay; day < was; day++ {
		if i := day - heard.firstDay; int(i) >= len(heard.sums[n]) || heard.sums[n][i] != st.sums[day-st.firstDay] {
			return polls.InstantOf(day, 0), true
		}
	}
	if heard.until[n] != st.sums[was-st.firstDay] {
		return polls.InstantOf(was, 0), true
	}
	return st.asOf.At + 1, heard.newer[n]
}

// polledIn reports whether store n was polled in a time that the snapshot has.
func (u *run) polledIn(n int, within uptime.Span) bool {
	recent, err := u.snapshot.RecentPolls(nil, n, within.From)
	if err != nil {
		return false
	}
	for _, p := range recent {
		if within.Contains(p.At) {
			return true
		}
	}
	return false
}
