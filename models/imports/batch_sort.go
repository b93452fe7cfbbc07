package imports

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"lightson/models/polls"
)

// A file of polls can be of any size and in any order, but is merged day by
// day. pollRuns gathers polls by day in memory up to a bound, then moves them to
// a temporary file, so that memory does not grow with the file.
const (
	runPolls = 2 << 20 // 16 MB of keys
	runDays  = 4096    // bounds the map when a hostile file has a day per row
)

// A key is a store's number within the import in the upper 26 bits and a mark
// in the lower 38, so that sorting plain integers sorts by store and time.
const maxBatchStores = 1 << (64 - polls.MarkBits)

type batchSort struct {
	dir     string // where the temporary file goes
	most    int    // polls to keep in memory
	days    map[int32][]uint64
	count   int
	spill   *tempFile
	spilled int64
	extents map[int32][]extent
}

// extent is where keys of one day lie in the temporary file.
type extent struct{ offset, bytes int64 }

func newBatchSort(dir string) *batchSort {
	return &batchSort{dir: dir, most: runPolls, days: map[int32][]uint64{}, extents: map[int32][]extent{}}
}

func (r *batchSort) add(store uint32, day int32, mark uint64) error {
	r.days[day] = append(r.days[day], uint64(store)<<polls.MarkBits|mark)
	r.count++
	if r.count >= r.most || len(r.days) > runDays {
		return r.flush()
	}
	return nil
}

// flush moves everything gathered to the temporary file.
func (r *batchSort) flush() error {
	if r.spill == nil {
		f, err := newTempFile(r.dir, "polls-*.run")
		if err != nil {
			return fmt.Errorf("sort polls: %w", err)
		}
		r.spill = f
	}
	w := bufio.NewWriterSize(r.spill, 1<<18)
	for _, day := range slices.Sorted(maps.Keys(r.days)) {
		keys := r.days[day]
		for _, k := range keys {
			if _, err := w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), k)); err != nil {
				return fmt.Errorf("sort polls: %w", err)
			}
		}
		bytes := int64(len(keys) * 8)
		r.extents[day] = append(r.extents[day], extent{r.spilled, bytes})
		r.spilled += bytes
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort polls: %w", err)
	}
	r.days = map[int32][]uint64{}
	r.count = 0
	return nil
}

// allDays lists the days that have polls, in order.
func (r *batchSort) allDays() []int32 {
	days := slices.Sorted(maps.Keys(r.extents))
	for day := range r.days {
		if _, both := r.extents[day]; !both {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days
}

// day returns the sorted keys of one day, repeats included.
func (r *batchSort) day(day int32) ([]uint64, error) {
	keys := r.days[day]
	for _, e := range r.extents[day] {
		block := make([]byte, e.bytes)
		if _, err := r.spill.ReadAt(block, e.offset); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("sort polls: %w", err)
		}
		for ; len(block) > 0; block = block[8:] {
			keys = append(keys, binary.LittleEndian.Uint64(block))
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// A sortedDay is a day and its sorted keys.
type sortedDay struct {
	day  int32
	keys []uint64
	err  error
}

// sorted gives days one after another, sorting the next one while the caller,
// or the database, is busy with the last. done says that no more are wanted.
func (r *batchSort) sorted(days []int32) (next func() (sortedDay, bool), done func()) {
	ready, stop := make(chan sortedDay, 1), make(chan struct{})
	go func() {
		defer close(ready)
		for _, day := range days {
			keys, err := r.day(day)
			select {
			case ready <- sortedDay{day, keys, err}:
			case <-stop:
				return
			}
		}
	}()
	next = func() (sortedDay, bool) {
		day, more := <-ready
		return day, more
	}
	return next, func() {
		close(stop)
		for range ready { // wait until it has let go of the temporary file
		}
	}
}

// close removes the temporary file.
func (r *batchSort) close() error {
	if r.spill == nil {
		return nil
	}
	return r.spill.Close()
}
