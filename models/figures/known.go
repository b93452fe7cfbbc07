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
	Days   []uint32       // of the polls of each UTC day from First on, until AsOf
	AsOf   uptime.Instant // of the snapshot
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
	k := Known{Stores: crc32.Checksum(head, checksumTable), First: s.packed().first, AsOf: s.AsOf}
	asOf, _ := polls.Split(s.AsOf)
	for n, day := range s.packed().days {
		if k.First+int32(n) < asOf {
			k.Days = append(k.Days, day.sum)
		}
	}
	k.Days = append(k.Days, s.packed().sumUntil(s.AsOf))
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
	return polls.InstantOf(last, 0), was.on(last) != s.packed().sumUntil(was.AsOf)
}

// sumUntil is the checksum of a day's polls until an instant of it.
func (d *densePolls) sumUntil(at uptime.Instant) (sum uint32) {
	day, micro := polls.Split(at)
	for id, packed := range d.on(day).all() {
		sum += checksum(id, packed.Until(micro))
	}
	return sum
}

// PastMark is that of the data, see [models.DataVersion].
func (s *Snapshot) PastMark() int64 { return s.pastMark }

// AppendHours appends what tells the zone and the calendar of store n from every other.
func (s *Snapshot) AppendHours(dst []byte, n int) []byte { return s.period.appendHours(dst, n) }

// checksum is of the polls of a store on a day. Those of several stores are added up, so that
// their order does not matter. No polls are as if the store were not there.
func checksum(store int32, packed polls.Day) uint32 {
	if len(packed) == 0 {
		return 0
	}
	return crc32.Update(uint32(store), checksumTable, packed)
}

// appendStore appends all that is known of store n beside its polls.
func (s *Snapshot) appendStore(dst []byte, n int) []byte {
	store := s.Stores[n]
	dst = binary.AppendVarint(dst, int64(store.ID))
	dst = append(append(dst, store.Code...), 0)
	dst = append(append(dst, store.Group...), 0)
	dst = s.AppendHours(dst, n)
	for _, e := range s.excused[n] {
		dst = binary.AppendVarint(binary.AppendVarint(dst, int64(e.From)), int64(e.To))
	}
	return dst
}

var checksumTable = crc32.MakeTable(crc32.Castagnoli)
