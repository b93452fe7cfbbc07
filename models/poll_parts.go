package models

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"lightson/models/polls"
)

// A pollPart is a row of poll_parts: the polls of the stores with ids in a range on one of the
// latest days, packed. As a row of store_parts it says nothing new, is deleted by triggers whoever
// changes a row that it is made from, and where it is missing or too long the plain rows are read.
//
// A day is packed as it is loaded, and the hours that are added to it delete its parts again. It
// gets those that are missing when it is two days old, and they go when no trend reads it any
// more. So an hour packs nothing, but the first one of a day.
type pollPart struct {
	Day   int32 `gorm:"primaryKey;autoIncrement:false"`
	Part  int32 `gorm:"primaryKey;autoIncrement:false"`
	Polls polls.Part
}

// TableName implements GORM's Tabler.
func (pollPart) TableName() string { return "poll_parts" }

const (
	// daysPacked is how many days before that of the newest poll are packed: all that snapshots and
	// the first trend of a server read.
	daysPacked = 18
	// daysPlain is how many days are not packed again, because hours are still added to them.
	daysPlain = 2
	// longestPart is how many bytes a part may have. Of stores that are polled every few minutes the
	// rows are long, and finding them is the least of reading them.
	longestPart = 1 << 20
	// packedAtOnce is how many bytes of parts are in memory until they are written.
	packedAtOnce = 16 << 20
)

// leftPlain is in the place of a part that would be too long. Like one of a later release it is not
// read, but the plain rows are.
var leftPlain = polls.Part{0}

// partedPolls is a poll table whose readers of many stores take packed rows where there are some.
type partedPolls struct {
	PollTable // the plain rows
	tx        *Tx
	from      int32 // days that Insert packs
	known     bool  // which days may be packed
	packed    dayRange
}

func newPartedPolls(tx *Tx, plain PollTable) *partedPolls {
	return &partedPolls{PollTable: plain, tx: tx, from: math.MaxInt32}
}

// PackPolls has the days packed that PollTable inserts from now on, as far as they are of use
// where the newest poll is on a day.
// For packages of models only.
func (tx *Tx) PackPolls(ctx context.Context, newest int32) error {
	p, is := tx.bulk.polls.(*partedPolls)
	if !is {
		return nil
	}
	alone, err := tx.keepUnchanged(ctx, "poll_days")
	if err != nil {
		return fmt.Errorf("pack polls: %w", err)
	}
	if alone {
		p.from = newest - daysPacked
	}
	return nil
}

// ForgetPolls deletes what is packed of the days from first to last, and runs work, which changes
// rows of poll_days of these days by statements of its own. On PostgreSQL no trigger has to do it
// for each of the rows then.
// For packages of models only.
func (tx *Tx) ForgetPolls(ctx context.Context, first, last int32, work func() error) error {
	if err := tx.GORM(ctx).Delete(&pollPart{}, "day BETWEEN ? AND ?", first, last).Error; err != nil {
		return fmt.Errorf("forget packed polls: %w", err)
	}
	if tx.pgx == nil {
		return work()
	}
	return whileForgotten(ctx, tx.pgx, work)
}

// ReadDays implements PollTable.
func (p *partedPolls) ReadDays(ctx context.Context, first, last int32, visit func(day, store int32, packed polls.Day) error) error {
	mayBe, err := p.mayBePacked(ctx)
	if err != nil {
		return err
	}
	for _, days := range [][2]int32{{first, min(last, mayBe.First-1)}, {max(first, mayBe.Last+1), last}} {
		if days[0] <= days[1] && err == nil {
			err = p.PollTable.ReadDays(ctx, days[0], days[1], visit)
		}
	}
	if err != nil {
		return err
	}
	return p.readPacked(ctx, 0, math.MaxInt32, max(first, mayBe.First), min(last, mayBe.Last), visit)
}

// ReadBlock implements PollTable.
func (p *partedPolls) ReadBlock(ctx context.Context, lowest, highest, first, last int32, visit func(day, store int32, packed polls.Day) error) error {
	mayBe, err := p.mayBePacked(ctx)
	if err != nil {
		return err
	}
	if err := p.PollTable.ReadBlock(ctx, lowest, highest, first, min(last, mayBe.First-1), visit); err != nil {
		return err
	}
	if err := p.readPacked(ctx, lowest, highest, max(first, mayBe.First), min(last, mayBe.Last), visit); err != nil {
		return err
	}
	return p.PollTable.ReadBlock(ctx, lowest, highest, max(first, mayBe.Last+1), last, visit)
}

// mayBePacked are the days of which there were parts at the first look. Whatever else the
// transaction packs is read from the plain rows.
func (p *partedPolls) mayBePacked(ctx context.Context) (days dayRange, err error) {
	if !p.known {
		err = p.tx.GORM(ctx).Raw("SELECT COALESCE(MIN(day), ?) AS first, COALESCE(MAX(day), ?) AS last FROM poll_parts", math.MaxInt32, math.MaxInt32-1).Scan(&p.packed).Error
		p.known = err == nil
	}
	return p.packed, err
}

// dayRange are UTC days from First to Last.
type dayRange struct{ First, Last int32 }

// readPacked reads days from their parts, and the plain rows where one is missing.
func (p *partedPolls) readPacked(ctx context.Context, lowest, highest, first, last int32, visit func(day, store int32, packed polls.Day) error) error {
	for day := first; day <= last; day++ {
		gaps, err := p.readParts(ctx, day, lowest, highest, visit)
		for _, gap := range gaps {
			if err != nil {
				break
			}
			if from, to := gap.ids(polls.StoresPerPart); from == 0 && to == math.MaxInt32 {
				err = p.PollTable.ReadDays(ctx, day, day, visit)
			} else {
				err = p.PollTable.ReadBlock(ctx, max(lowest, from), min(highest, to), day, day, visit)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readParts reads the parts of a day, and says which are missing or cannot be read.
func (p *partedPolls) readParts(ctx context.Context, day, lowest, highest int32, visit func(day, store int32, packed polls.Day) error) (gaps []partRange, err error) {
	parts := missing{next: polls.PartOf(lowest), last: polls.PartOf(highest)}
	rows, err := p.tx.GORM(ctx).Model(&pollPart{}).Select("part", "polls").Where("day = ? AND part BETWEEN ? AND ?", day, parts.next, parts.last).Order("part").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var number int32
		var packed sql.RawBytes // valid until the next row
		if err := rows.Scan(&number, &packed); err != nil {
			return nil, err
		}
		part := polls.Part(packed)
		if part.Check() != nil { // such as one of a later release
			continue
		}
		parts.found(number)
		err := part.Days(number, func(store int32, packed polls.Day) error {
			if store < lowest || store > highest {
				return nil
			}
			return visit(day, store, packed)
		})
		if err != nil {
			return nil, err
		}
	}
	return parts.all(), rows.Err()
}

// Insert implements PollTable.
func (p *partedPolls) Insert(ctx context.Context, next func() (PollRow, bool, error)) error {
	if p.from == math.MaxInt32 {
		return p.PollTable.Insert(ctx, next)
	}
	for rows := (passingRows{next: next, from: p.from}); !rows.ended; {
		if err := p.PollTable.Insert(ctx, rows.some); err != nil {
			return err
		}
		if err := p.write(ctx, &rows.pollPacker); err != nil {
			return err
		}
	}
	return nil
}

// passingRows are rows that are packed as they pass.
type passingRows struct {
	pollPacker
	next    func() (PollRow, bool, error)
	from    int32 // days before it are not packed
	row     PollRow
	waiting bool // the row, until the parts before it are written
	ended   bool
}

// some gives rows until there are so many parts that they are better written.
func (r *passingRows) some() (row PollRow, more bool, err error) {
	if !r.waiting {
		if r.row, more, err = r.next(); err != nil || !more {
			r.ended = true
			return r.row, false, err
		}
	}
	r.waiting = false
	if r.row.Day >= r.from {
		if r.waiting = r.bytes >= packedAtOnce && !r.has(r.row); r.waiting {
			return PollRow{}, false, nil
		}
		r.add(r.row)
	}
	return r.row, true, nil
}

// A pollPacker packs rows, of which those of one day follow each other by store.
type pollPacker struct {
	parts []pollPart // that are not written yet
	bytes int        // of them, or more
	begun bool
	day   int32 // of the last part that was begun
	part  int32 // its number
	after int32 // the store after the last one that it has
	long  bool  // it is left plain
}

// has reports whether a row is of the last part.
func (p *pollPacker) has(row PollRow) bool {
	return p.begun && p.day == row.Day && p.part == polls.PartOf(row.Store)
}

func (p *pollPacker) add(row PollRow) {
	p.begin(row.Day, polls.PartOf(row.Store))
	last := &p.parts[len(p.parts)-1]
	switch {
	case p.long:
	case len(last.Polls)+len(row.Polls) > longestPart:
		last.Polls, p.long = leftPlain, true
	default:
		last.Polls, p.after = last.Polls.Add(p.after, row.Store, row.Polls), row.Store+1
		p.bytes += len(row.Polls)
	}
}

// begin begins a part of a day, and those before it that were not begun, which have no stores.
func (p *pollPacker) begin(day, part int32) {
	if !p.begun || p.day != day {
		p.begun, p.day, p.part = true, day, -1
	}
	for p.part < part {
		p.part++
		p.parts = append(p.parts, pollPart{day, p.part, polls.NewPart()})
		p.after, p.long = p.part*polls.StoresPerPart, false
	}
}

// write writes what is packed. There may be parts without stores already.
func (p *partedPolls) write(ctx context.Context, packer *pollPacker) error {
	parts := packer.parts
	if len(parts) == 0 {
		return nil
	}
	packer.parts, packer.bytes = parts[:0], 0
	for rest := parts; len(rest) > 0; {
		day, n := rest[0].Day, 1
		for n < len(rest) && rest[n].Day == day {
			n++
		}
		if err := p.tx.GORM(ctx).Delete(&pollPart{}, "day = ? AND part BETWEEN ? AND ?", day, rest[0].Part, rest[n-1].Part).Error; err != nil {
			return err
		}
		rest = rest[n:]
	}
	return p.tx.Copy(ctx, pollPart{}.TableName(), []string{"day", "part", "polls"}, len(parts), func(n int) ([]any, error) {
		return []any{parts[n].Day, parts[n].Part, []byte(parts[n].Polls)}, nil
	})
}

// writePollParts writes the parts that are missing of days that are no longer plain, and deletes
// those that nobody reads any more, where the version that is to be saved may need it.
func (tx *Tx) writePollParts(ctx context.Context, v DataVersion) error {
	p, is := tx.bulk.polls.(*partedPolls)
	if !is || !v.NewestPollAt.Known {
		return nil
	}
	newest, _ := polls.Split(v.NewestPollAt.At)
	days := dayRange{newest - daysPacked, newest - daysPlain}
	if !v.mayLackParts(days) {
		return nil
	}
	if err := tx.GORM(ctx).Delete(&pollPart{}, "day < ? OR day > ?", days.First, newest).Error; err != nil {
		return err
	}
	for day := days.First; day <= days.Last; day++ {
		if err := p.packDay(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// mayLackParts reports whether days may not be packed yet, or no longer.
func (v DataVersion) mayLackParts(days dayRange) bool {
	if v.change == nil {
		return true
	}
	was, _ := polls.Split(v.readNewest.At)
	if !v.readNewest.Known || was-daysPlain != days.Last {
		return true
	}
	for day := range v.change.Polls {
		if days.First <= day && day <= days.Last {
			return true
		}
	}
	return false
}

// packDay writes the parts that are missing of a day.
func (p *partedPolls) packDay(ctx context.Context, day int32) error {
	highest := int32(-1)
	if err := p.tx.GORM(ctx).Raw("SELECT COALESCE(MAX(store_id), -1) FROM poll_days WHERE day = ?", day).Scan(&highest).Error; err != nil || highest < 0 {
		return err
	}
	var there []int32
	parts := missing{last: polls.PartOf(highest)}
	if err := p.tx.GORM(ctx).Model(&pollPart{}).Where("day = ? AND part <= ?", day, parts.last).Order("part").Pluck("part", &there).Error; err != nil {
		return err
	}
	for _, part := range there {
		parts.found(part)
	}
	gaps := parts.all()
	if len(gaps) == 0 {
		return nil
	}
	if alone, err := p.tx.keepUnchanged(ctx, "poll_days"); err != nil || !alone {
		return err
	}
	for _, gap := range gaps {
		if err := p.packParts(ctx, day, gap); err != nil {
			return err
		}
	}
	return nil
}

// packParts writes some parts of a day from the plain rows.
func (p *partedPolls) packParts(ctx context.Context, day int32, some partRange) error {
	packer := pollPacker{begun: true, day: day, part: some.first - 1}
	stores := make([]int32, polls.StoresPerPart)
	for part := some.first; part <= some.last; part++ {
		packer.begin(day, part)
		for n := range stores {
			stores[n] = part*polls.StoresPerPart + int32(n)
		}
		err := p.ReadDay(ctx, day, stores, func(store int32, packed polls.Day) error {
			packer.add(PollRow{day, store, packed})
			return nil
		})
		if err == nil && (packer.bytes >= packedAtOnce || part == some.last) {
			err = p.write(ctx, &packer)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
