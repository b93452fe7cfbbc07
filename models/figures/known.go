package figures

import (
	"context"
	"encoding/binary"
	"hash/crc32"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// EachStore calls work for the stores first to last-1, some at a time, on all processors.
// Each store must write to a place of its own.
func (s *Snapshot) EachStore(ctx context.Context, work func(first, last int) error) error {
	return parallel(ctx, len(s.Stores), work)
}

// Known tells what a snapshot knows from what another one does, by checksums. Snapshots that
// know the same have the same.
type Known struct {
	Stores uint32         // of when stores are open, of what is excused, and of polls from before First
	First  int32          // UTC, in days since 1970-01-01
	Days   []uint32       // of the polls of each UTC day from First on
	AsOf   uptime.Instant // of the snapshot
	Last   uint32         // of the polls on the day of AsOf until then
}

// on is the checksum of a day, and 0 where there are no polls.
func (k Known) on(day int32) uint32 {
	if day < k.First || day-k.First >= int32(len(k.Days)) {
		return 0
	}
	return k.Days[day-k.First]
}

// Known computes checksums of what the snapshot knows.
func (s *Snapshot) Known(ctx context.Context) (Known, error) {
	// Each part has a checksum of its own, so that processors share the work.
	parts := make([]uint32, len(s.Stores)/storesPerCall+1)
	err := s.EachStore(ctx, func(first, last int) error {
		var text []byte
		for n := first; n < last; n++ {
			text = s.appendStore(text, n)
		}
		parts[first/storesPerCall] = crc32.Checksum(text, checksumTable)
		return nil
	})
	head := binary.AppendVarint(binary.AppendVarint(nil, s.pastMark), int64(s.PollEvery))
	for _, part := range parts {
		head = binary.BigEndian.AppendUint32(head, part)
	}
	first, last := s.period.days()
	k := Known{Stores: crc32.Checksum(head, checksumTable), First: first, Days: make([]uint32, last-first+1), AsOf: s.AsOf}
	for n := range k.Days {
		k.Days[n] = s.checksumOf(first+int32(n), uptime.Instant(uptime.Forever))
	}
	asOf, _ := polls.Split(s.AsOf)
	k.Last = s.checksumOf(asOf, s.AsOf)
	return k, err
}

// FirstChange compares what the snapshot knows with what an earlier one did. Some other than
// new polls after the earlier one's AsOf may have changed from an instant on, the beginning of
// a UTC day. Days that are known no longer do not matter.
func (s *Snapshot) FirstChange(was, is Known) (from uptime.Instant, some bool) {
	if was.Stores != is.Stores {
		return uptime.Beginning, true
	}
	last, _ := polls.Split(was.AsOf)
	for day := max(was.First, is.First); day < last; day++ {
		if was.on(day) != is.on(day) {
			return polls.InstantOf(day, 0), true
		}
	}
	return polls.InstantOf(last, 0), was.Last != s.checksumOf(last, was.AsOf)
}

// checksumOf is the checksum of the polls of a day until an instant.
func (s *Snapshot) checksumOf(day int32, until uptime.Instant) (sum uint32) {
	lastDay, micro := polls.Split(until)
	for id, packed := range s.packed().on(day) {
		if day == lastDay {
			packed = packed.Until(micro)
		}
		if len(packed) > 0 { // else it is as if the store were not there
			sum += crc32.Update(uint32(id), checksumTable, packed)
		}
	}
	return sum
}

// appendStore appends all that is known of store n beside its polls.
func (s *Snapshot) appendStore(dst []byte, n int) []byte {
	store := s.Stores[n]
	dst = binary.AppendVarint(dst, int64(store.ID))
	dst = append(append(dst, store.Code...), 0)
	dst = append(append(dst, store.ZoneName()...), 0)
	dst = append(append(dst, store.Group...), 0)
	dst = appendCalendar(dst, s.Calendars[n])
	for _, e := range s.excused[n] {
		dst = binary.AppendVarint(binary.AppendVarint(dst, int64(e.From)), int64(e.To))
	}
	return dst
}

var checksumTable = crc32.MakeTable(crc32.Castagnoli)
