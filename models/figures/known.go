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

// Checksums tell what a snapshot knows from what another one does.
type Checksums struct {
	Past uint32 // of what is known of the time before a UTC day, of when stores are open and of what is excused
	Seen uint32 // of the polls from that day on
	Then uint32 // of those of them until an instant
}

// Checksums computes checksums of the time before the UTC day of an instant, and from then
// on. Where Past is that of an earlier snapshot, what came in between are polls of that day
// and later ones. Where moreover Then, until the earlier one's newest poll, is what Seen was,
// they are all later than that.
func (s *Snapshot) Checksums(ctx context.Context, recent, then uptime.Instant) (c Checksums, err error) {
	// Each part has checksums of its own, so that processors share the work.
	parts := make([]Checksums, len(s.Stores)/storesPerCall+1)
	err = s.EachStore(ctx, func(first, last int) error {
		part := &parts[first/storesPerCall]
		var past, seen, until []byte
		for n := first; n < last; n++ {
			past, seen, until = s.appendKnown(past[:0], seen[:0], until[:0], n, recent, then)
			part.Past = crc32.Update(part.Past, checksumTable, past)
			part.Seen = crc32.Update(part.Seen, checksumTable, seen)
			part.Then = crc32.Update(part.Then, checksumTable, until)
		}
		return nil
	})
	first, _ := s.period.days()
	day, _ := polls.Split(recent)
	head := binary.AppendVarint(nil, int64(first))
	for _, number := range []int64{int64(day), s.pastMark, int64(s.PollEvery), int64(len(s.Stores))} {
		head = binary.AppendVarint(head, number)
	}
	c.Past = crc32.Update(0, checksumTable, head)
	for _, part := range parts {
		c.Past = crc32.Update(c.Past, checksumTable, binary.BigEndian.AppendUint32(nil, part.Past))
		c.Seen = crc32.Update(c.Seen, checksumTable, binary.BigEndian.AppendUint32(nil, part.Seen))
		c.Then = crc32.Update(c.Then, checksumTable, binary.BigEndian.AppendUint32(nil, part.Then))
	}
	return c, err
}

// appendKnown appends what the three checksums are of to three slices.
func (s *Snapshot) appendKnown(past, seen, until []byte, n int, recent, then uptime.Instant) (_, _, _ []byte) {
	store := s.Stores[n]
	past = append(append(past, store.Code...), 0)
	past = append(append(past, store.ZoneName()...), 0)
	past = append(append(past, store.Group...), 0)
	past = appendCalendar(past, s.Calendars[n])
	for _, e := range s.excused[n] {
		past = binary.AppendVarint(binary.AppendVarint(past, int64(e.From)), int64(e.To))
	}
	firstRecent, _ := polls.Split(recent)
	lastThen, micro := polls.Split(then)
	for _, packed := range s.period.polls {
		dense, ok := packed.(*densePolls)
		if !ok {
			continue
		}
		for i, ofDay := range dense.days {
			var packed polls.Day
			if int(store.ID) < len(ofDay.stores) {
				packed = ofDay.stores[store.ID]
			}
			switch day := dense.first + int32(i); {
			case day < firstRecent:
				past = appendDay(past, packed)
			case day < lastThen:
				seen, until = appendDay(seen, packed), appendDay(until, packed)
			case day == lastThen:
				seen, until = appendDay(seen, packed), appendDay(until, packed.Until(micro))
			default:
				seen = appendDay(seen, packed)
			}
		}
	}
	return past, seen, until
}

// appendDay appends polls so that they differ from those of more and fewer days. Days after
// all polls of a store add nothing.
func appendDay(dst []byte, packed polls.Day) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(packed))), packed...)
}

var checksumTable = crc32.MakeTable(crc32.Castagnoli)
