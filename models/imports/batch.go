package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// A Batch is what the files of one import say, read and checked but not yet
// merged. Reading needs no database, so that the merge, which does, is short. It
// can be merged once, and not at all after a file was refused.
type Batch struct {
	now    time.Time
	dir    string
	Files  []models.ImportFile // in the order they were read, without ImportID
	codes  map[string]uint32
	stores []string // by number within the batch
	spans  []pollSpan
	polls  *batchSort
	hours  map[uint32][]uptime.Hours
	zones  map[uint32]*zoneRows
	names  map[uint32][]naming // every row

	rejects []*rejectLog         // by file
	looks   []models.PreviewFile // what only a preview shows of a file, by file

	// known, if any, is told while merging what was known of a store's day.
	known func(store uint32, day int32, marks []uint64)
}

// pollSpan is a store's oldest poll and whether there is one.
type pollSpan struct {
	first uptime.Instant
	some  bool
}

// zoneRows are the rows that one store has in zones files.
type zoneRows struct {
	names []string // distinct
	rows  int64
}

// chosen is the zone that is taken where rows name several for one store: the
// first by name, a rule that does not depend on the order of rows.
func (z *zoneRows) chosen() string { return slices.Min(z.names) }

// NewBatch prepares to read files; those too large for memory are sorted with
// the help of temporary files in dir. now is the clock that tells polls from
// the future.
func NewBatch(dir string, now time.Time) *Batch {
	return &Batch{
		now: now, dir: dir,
		codes: map[string]uint32{},
		polls: newBatchSort(dir),
		hours: map[uint32][]uptime.Hours{},
		zones: map[uint32]*zoneRows{},
		names: map[uint32][]naming{},
	}
}

// SpillAfter bounds how many polls the batch keeps in memory before it moves
// them to a temporary file. The default is about two million.
func (b *Batch) SpillAfter(polls int) { b.polls.most = polls }

// Close removes the temporary files.
func (b *Batch) Close() error {
	err := b.polls.close()
	for _, r := range b.rejects {
		err = errors.Join(err, r.close())
	}
	return err
}

// Read reads one more file. A file that is no feed gives a RefusedError.
func (b *Batch) Read(ctx context.Context, name string, src io.Reader) error {
	log := newRejectLog(b.dir)
	b.rejects = append(b.rejects, log)
	counted := &countingReader{ctx: ctx, src: src}
	polls := b.startPolls(ctx)
	var look models.PreviewFile
	summary, err := feed.Read(counted, b.now, feed.Sink{
		Header: func(h feed.Header) error {
			look.First = [][]string{h.Columns}
			log.header(h)
			return nil
		},
		First:  func(fields []string) error { look.First = append(look.First, fields); return nil },
		Poll:   polls.add,
		Hours:  b.addHours,
		Zone:   b.addZone,
		Names:  b.addNames,
		Reject: log.add,
	})
	if stopErr := polls.stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return unpack.Refuse(name, err)
	}
	b.Files = append(b.Files, models.ImportFile{
		Number: len(b.Files) + 1, Name: name, Size: counted.bytes,
		Kind: summary.Kind.String(), Columns: summary.Columns, Ignored: summary.Ignored,
		Rows: summary.Rows, Rejected: summary.Rejected, Causes: log.causes,
	})
	look.Encoding, look.Delimiter = summary.Encoding.String(), summary.Delimiter.String()
	b.looks = append(b.looks, look)
	return log.finish()
}

// store is the number of a store within the batch.
func (b *Batch) store(code []byte) (uint32, error) {
	if n, known := b.codes[string(code)]; known {
		return n, nil
	}
	n := uint32(len(b.stores))
	if n == maxBatchStores {
		return 0, fmt.Errorf("more than %d stores in one import", maxBatchStores)
	}
	b.stores = append(b.stores, string(code))
	b.spans = append(b.spans, pollSpan{})
	b.codes[b.stores[n]] = n
	return n, nil
}

func (b *Batch) addPoll(code []byte, at int64, active bool) error {
	n, err := b.store(code)
	if err != nil {
		return err
	}
	if s := &b.spans[n]; !s.some || uptime.Instant(at) < s.first {
		*s = pollSpan{first: uptime.Instant(at), some: true}
	}
	day, micro := polls.Split(uptime.Instant(at))
	return b.polls.add(n, day, polls.MarkOf(micro, active))
}

func (b *Batch) addHours(h feed.HoursRow) error {
	n, err := b.store(h.Store)
	if err != nil {
		return err
	}
	b.hours[n] = append(b.hours[n], uptime.Hours{Day: h.Day, Start: h.Start, End: h.End})
	return nil
}

func (b *Batch) addZone(z feed.ZoneRow) error {
	n, err := b.store(z.Store)
	if err != nil {
		return err
	}
	if b.zones[n] == nil {
		b.zones[n] = &zoneRows{}
	}
	rows := b.zones[n]
	rows.rows++
	if !slices.Contains(rows.names, z.Zone) {
		rows.names = append(rows.names, z.Zone)
	}
	return nil
}

// countingReader counts bytes and stops when ctx ends.
type countingReader struct {
	ctx   context.Context
	src   io.Reader
	bytes int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.src.Read(p)
	r.bytes += int64(n)
	return n, err
}
