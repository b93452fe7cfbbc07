package imports

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// A Batch holds the data of the files of one import, read and checked but not
// yet merged. Reading needs no database, so that the transaction of the merge is
// short. A batch can be merged or previewed once, and not at all after a file was
// refused. It is not safe for concurrent use. Call Close when done.
type Batch struct {
	Files []models.ImportFile // in the order they were read, without ImportID

	// HoursFrom is that of the import, see models.Import; By is who enters special days.
	HoursFrom, By string

	now time.Time
	dir string // for temporary files

	stores  batchStores
	polls   *batchSort
	reasons reasonSort // of polls that are inactive
	// By the numbers of stores:
	hours   map[uint32][]shortHours                   // rows that do not say from when on they hold
	dated   map[uint32]map[uptime.Date][]uptime.Hours // rows that do, by the date
	special map[uint32]map[uptime.Date][]specialRow   // all rows
	zones   map[uint32]*zoneRows
	names   map[uint32][]storeNames // all rows
	texts   map[string]string       // of zones, groups and cities, each once

	matchIDs bool // see MatchIDs

	// storesOf are, by file, the stores that it names, of the first filesCompared files.
	storesOf [][]uint32
	// oddIDs are, by file, all ids that it names if some of them are damaged, for
	// feed.MatchDamaged, and nil otherwise.
	oddIDs [][]string

	rejects      []*rejectLog         // by file
	previewFiles []models.PreviewFile // by file, without their ImportFile

	// onStoreDay, if set, is called before a day of a store is merged, with the marks
	// that the database has of it.
	onStoreDay func(store uint32, day int32, known []uint64)
}

// zoneRows are the rows that one store has in zones files.
type zoneRows struct {
	zones []string // distinct
	count int64    // of all rows
}

// chosen is the zone that wins where rows of a store disagree: the first in byte
// order, whatever the order of the rows.
func (z *zoneRows) chosen() string { return slices.Min(z.zones) }

// NewBatch prepares to read files. Polls beyond SpillAfter go to a temporary file
// in dir. now is the clock by which polls from the future are rejected.
func NewBatch(dir string, now time.Time) *Batch {
	return &Batch{
		now: now, dir: dir,
		stores:  newBatchStores(),
		polls:   newBatchSort(dir),
		reasons: reasonSort{dir: dir},
		hours:   map[uint32][]shortHours{},
		dated:   map[uint32]map[uptime.Date][]uptime.Hours{},
		special: map[uint32]map[uptime.Date][]specialRow{},
		zones:   map[uint32]*zoneRows{},
		names:   map[uint32][]storeNames{},
		texts:   map[string]string{},
	}
}

// SpillAfter sets how many polls the batch keeps in memory before it moves them
// to a temporary file, and their reasons in proportion. The default is about two million.
func (b *Batch) SpillAfter(polls int) {
	b.polls.maxPolls = polls
	b.reasons.maxBytes = max(1, polls*(runReasonBytes/runPolls))
}

// Close removes the temporary files.
func (b *Batch) Close() error {
	err := errors.Join(b.polls.close(), b.reasons.close())
	for _, r := range b.rejects {
		err = errors.Join(err, r.close())
	}
	return err
}

// Read reads one more file, whose name is only for messages. It returns an
// unpack.RefusedError for a file that is no feed; bad rows of a feed are counted
// and kept as rejects instead.
func (b *Batch) Read(ctx context.Context, name string, src io.Reader) error {
	log := newRejectLog(b.dir)
	b.rejects = append(b.rejects, log)
	counted := &countingReader{ctx: ctx, src: src}
	polls, known := b.startFiling(ctx), len(b.stores.codes)
	var previewed models.PreviewFile
	summary, err := feed.Read(counted, b.now, feed.Sink{
		Header: func(h feed.Header) error {
			previewed.First = [][]string{h.Columns}
			log.setHeader(h)
			return nil
		},
		First: func(fields []string) error {
			previewed.First = append(previewed.First, fields)
			return nil
		},
		Poll:    polls.add,
		Hours:   b.addHours,
		Zone:    b.addZone,
		Names:   b.addNames,
		Special: b.addSpecial,
		Reject:  log.add,
	})
	if filingErr := polls.finish(); err == nil {
		err = filingErr
	}
	if err != nil {
		return unpack.Refuse(name, err)
	}
	b.listStores()
	notes, oddIDs := b.notesOf(summary, known)
	b.oddIDs = append(b.oddIDs, oddIDs)
	b.Files = append(b.Files, models.ImportFile{
		Number: len(b.Files) + 1, Name: name, Size: counted.bytes,
		Kind: summary.Kind.String(), Columns: summary.Columns, Ignored: summary.Ignored,
		Rows: summary.Rows, Rejected: summary.Rejected, Causes: log.causes,
		Notes: notes,
	})
	previewed.Encoding, previewed.Delimiter = summary.Encoding.String(), summary.Delimiter.String()
	b.previewFiles = append(b.previewFiles, previewed)
	return log.finish()
}

// Skip keeps the place of a file that cannot be read any more.
func (b *Batch) Skip(name string) {
	b.rejects = append(b.rejects, newRejectLog(b.dir))
	b.Files = append(b.Files, models.ImportFile{Number: len(b.Files) + 1, Name: name})
	b.previewFiles = append(b.previewFiles, models.PreviewFile{})
	b.oddIDs = append(b.oddIDs, nil)
	b.storesOf = append(b.storesOf, nil)
}

func (b *Batch) addPoll(code []byte, at int64, active bool, reason []byte) error {
	n, err := b.number(code)
	if err != nil {
		return err
	}
	store := &b.stores.lines[n]
	store.polls++
	store.firstPoll = min(store.firstPoll, uptime.Instant(at))
	day, micro := polls.Split(uptime.Instant(at))
	if len(reason) > 0 {
		if err := b.reasons.add(n, day, micro, reason); err != nil {
			return err
		}
	}
	return b.polls.add(n, day, polls.MarkOf(micro, active))
}

func (b *Batch) addZone(z feed.ZoneRow) error {
	n, err := b.number(z.Store)
	if err != nil {
		return err
	}
	if b.zones[n] == nil {
		b.zones[n] = &zoneRows{}
	}
	rows := b.zones[n]
	rows.count++
	if !slices.Contains(rows.zones, z.Zone) {
		rows.zones = append(rows.zones, b.text([]byte(z.Zone)))
	}
	return nil
}

// textsKept bounds how many distinct texts are looked for.
const textsKept = 1 << 16

// text is a text that many rows have, which takes memory once.
func (b *Batch) text(of []byte) string {
	text, known := b.texts[string(of)]
	if !known {
		if text = string(of); len(b.texts) < textsKept {
			b.texts[text] = text
		}
	}
	return text
}

// countingReader counts the bytes of src, and fails once ctx ends.
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
