package imports

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// The bounds of what is kept in memory: a run.
const (
	runPolls = 2 << 20 // 16 MB of keys
	runDays  = 4096    // a hostile file may have a day per row
)

// A key is a store's number within the batch in the upper 26 bits and a mark in
// the lower 38, so that sorting plain integers sorts by store and time.
const maxBatchStores = 1 << (64 - polls.MarkBits)

// A batchSort sorts polls by day, store and time. Files have polls in any number
// and any order, but are merged day by day. Polls are gathered by day in memory up
// to a bound and then moved to a temporary file, so that memory does not grow with
// the files.
type batchSort struct {
	dir      string             // for the temporary file
	maxPolls int                // to keep in memory
	days     map[int32][]uint64 // keys in memory, not sorted
	count    int                // of keys in memory
	spill    *tempFile          // nil until it is needed
	spilled  int64              // bytes in it
	extents  map[int32][]extent
	moved    []uint32 // if set, the new numbers of stores, by those of the keys
}

// An extent says where a run's keys of one day lie in the temporary file.
type extent struct{ offset, bytes int64 }

func newBatchSort(dir string) *batchSort {
	return &batchSort{dir: dir, maxPolls: runPolls, days: map[int32][]uint64{}, extents: map[int32][]extent{}}
}

func (s *batchSort) add(store uint32, day int32, mark uint64) error {
	s.days[day] = append(s.days[day], uint64(store)<<polls.MarkBits|mark)
	s.count++
	if s.count >= s.maxPolls || len(s.days) > runDays {
		return s.flush()
	}
	return nil
}

// flush moves all keys in memory to the temporary file, as a run.
func (s *batchSort) flush() error {
	if s.spill == nil {
		f, err := newTempFile(s.dir, "polls-*.run")
		if err != nil {
			return fmt.Errorf("sort polls: %w", err)
		}
		s.spill = f
	}
	w := bufio.NewWriterSize(s.spill, 1<<18)
	for _, day := range slices.Sorted(maps.Keys(s.days)) {
		keys := s.days[day]
		for _, k := range keys {
			if _, err := w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), k)); err != nil {
				return fmt.Errorf("sort polls: %w", err)
			}
		}
		bytes := int64(len(keys) * 8)
		s.extents[day] = append(s.extents[day], extent{s.spilled, bytes})
		s.spilled += bytes
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort polls: %w", err)
	}
	s.days = map[int32][]uint64{}
	s.count = 0
	return nil
}

// allDays lists the days that have polls, in order.
func (s *batchSort) allDays() []int32 {
	days := slices.Sorted(maps.Keys(s.extents))
	for day := range s.days {
		if _, both := s.extents[day]; !both {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days
}

// day returns the sorted keys of one day, repeats included.
func (s *batchSort) day(day int32) ([]uint64, error) {
	keys := s.days[day]
	for _, e := range s.extents[day] {
		block := make([]byte, e.bytes)
		if _, err := s.spill.ReadAt(block, e.offset); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("sort polls: %w", err)
		}
		for ; len(block) > 0; block = block[8:] {
			keys = append(keys, binary.LittleEndian.Uint64(block))
		}
	}
	if s.moved != nil {
		keys = slices.Clone(keys) // those in memory keep their numbers
		for n, key := range keys {
			keys[n] = uint64(s.moved[key>>polls.MarkBits])<<polls.MarkBits | key&polls.MarkMask
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// A sortedDay is a day and its sorted keys, or why they could not be read.
type sortedDay struct {
	day  int32
	keys []uint64
	err  error
}

// sorted iterates over days. It sorts the next day while the caller is busy with
// the last one. The caller must call stop at the end.
func (s *batchSort) sorted(days []int32) (next func() (sortedDay, bool), stop func()) {
	ready, stopped := make(chan sortedDay, 1), make(chan struct{})
	go func() {
		defer close(ready)
		for _, day := range days {
			var keys []uint64
			err := models.Caught(func() (err error) {
				keys, err = s.day(day)
				return err
			})
			select {
			case ready <- sortedDay{day, keys, err}:
			case <-stopped:
				return
			}
		}
	}()
	next = func() (sortedDay, bool) {
		day, more := <-ready
		return day, more
	}
	return next, func() {
		close(stopped)
		for range ready { // wait until the goroutine no longer reads the temporary file
		}
	}
}

// ends are the first and the last mark of a day, of all its stores.
func (s *batchSort) ends(day int32) (first, last uint64, err error) {
	keys, err := s.day(day)
	if err != nil || len(keys) == 0 {
		return 0, 0, err
	}
	first = keys[0] & polls.MarkMask
	for _, key := range keys {
		first, last = min(first, key&polls.MarkMask), max(last, key&polls.MarkMask)
	}
	return first, last, nil
}

// close removes the temporary file.
func (s *batchSort) close() error {
	if s.spill == nil {
		return nil
	}
	return s.spill.Close()
}
