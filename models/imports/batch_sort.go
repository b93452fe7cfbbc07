package imports

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"

	"lightson/models/polls"
)

// The bounds of what is kept in memory: a run.
const (
	runPolls = 2 << 20 // 16 MB of keys
	runDays  = 4096    // a hostile file may have a day per row
)

// The stores of a day are sorted and merged in ranges of so many numbers: few enough for
// the keys of one to fit into the cache, and for memory not to grow with the stores.
const (
	rangeBits   = 12
	rangeStores = 1 << rangeBits
)

// A batchSort sorts polls by day, store and time. Files have polls in any number
// and any order, but are merged day by day. Polls are gathered by day in memory up
// to a bound and then moved to a temporary file, by day and range of stores, so that
// memory does not grow with the files.
type batchSort struct {
	dir      string                  // for the temporary file
	maxPolls int                     // to keep in memory
	days     map[int32]*dayKeys      // in memory
	recent   [64]*dayKeys            // some of these, by the lowest bits of the day
	count    int                     // of keys in memory
	spare    [][]uint64              // chunks to be used again
	spill    *tempFile               // nil until it is needed
	spilled  int64                   // bytes in it
	extents  map[int32][]rangeExtent // by day
}

// dayKeys are the keys of a day in memory, in the order in which they were added.
type dayKeys struct {
	day  int32
	full [][]uint64 // chunks
	last []uint64
}

// chunkKeys is how many keys a full chunk has. What is in chunks is not copied when a day
// grows.
const chunkKeys = 1024

// An extent says where a run's keys of one day lie in the temporary file.
type extent struct{ offset, bytes int64 }

// A rangeExtent is the extent of the keys of a range of stores, see rangeOf.
type rangeExtent struct {
	extent
	stores uint32
}

// rangeOf is the range that the store of a key is in.
func rangeOf(key uint64) uint32 { return uint32(key >> (polls.MarkBits + rangeBits)) }

func newBatchSort(dir string) *batchSort {
	return &batchSort{dir: dir, maxPolls: runPolls, days: map[int32]*dayKeys{}, extents: map[int32][]rangeExtent{}}
}

func (s *batchSort) add(store uint32, day int32, mark uint64) error {
	keys := s.recent[uint32(day)%uint32(len(s.recent))]
	if keys == nil || keys.day != day {
		keys = s.dayOf(day)
	}
	if len(keys.last) == chunkKeys {
		s.beginChunk(keys)
	}
	keys.last = append(keys.last, uint64(store)<<polls.MarkBits|mark)
	s.count++
	if s.count >= s.maxPolls || len(s.days) > runDays {
		return s.flush()
	}
	return nil
}

func (s *batchSort) dayOf(day int32) *dayKeys {
	keys := s.days[day]
	if keys == nil {
		keys = &dayKeys{day: day}
		s.days[day] = keys
	}
	s.recent[uint32(day)%uint32(len(s.recent))] = keys
	return keys
}

func (s *batchSort) beginChunk(keys *dayKeys) {
	keys.full = append(keys.full, keys.last)
	if last := len(s.spare) - 1; last >= 0 {
		keys.last, s.spare = s.spare[last][:0], s.spare[:last]
	} else {
		keys.last = make([]uint64, 0, chunkKeys)
	}
}

// divide is the keys of a day by range of stores, not sorted.
func (k *dayKeys) divide() [][]uint64 {
	if k == nil {
		return nil
	}
	chunks := append(k.full, k.last)
	var counts []int
	total := 0
	for _, chunk := range chunks {
		total += len(chunk)
		for _, key := range chunk {
			stores := rangeOf(key)
			if missing := int(stores) + 1 - len(counts); missing > 0 {
				counts = append(counts, make([]int, missing)...)
			}
			counts[stores]++
		}
	}
	all, ranges := make([]uint64, total), make([][]uint64, len(counts))
	for stores, count := range counts {
		ranges[stores], all = all[:0:count], all[count:]
	}
	for _, chunk := range chunks {
		for _, key := range chunk {
			stores := rangeOf(key)
			ranges[stores] = append(ranges[stores], key)
		}
	}
	return ranges
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
		for stores, keys := range s.days[day].divide() {
			if len(keys) == 0 {
				continue
			}
			for _, k := range keys {
				if _, err := w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), k)); err != nil {
					return fmt.Errorf("sort polls: %w", err)
				}
			}
			bytes := int64(len(keys) * 8)
			s.extents[day] = append(s.extents[day], rangeExtent{extent{s.spilled, bytes}, uint32(stores)})
			s.spilled += bytes
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort polls: %w", err)
	}
	for _, keys := range s.days {
		s.spare = append(s.spare, keys.full...)
	}
	clear(s.days)
	clear(s.recent[:])
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

// day iterates over the sorted keys of one day, repeats included: those of one range of
// stores after another.
func (s *batchSort) day(day int32) iter.Seq2[[]uint64, error] {
	return func(yield func([]uint64, error) bool) {
		for keys, err := range s.unsorted(day) {
			if err == nil {
				keys = sortRange(keys)
			}
			if !yield(keys, err) {
				return
			}
		}
	}
}

// unsorted is day without sorting the keys of a range. They are valid until the next.
func (s *batchSort) unsorted(day int32) iter.Seq2[[]uint64, error] {
	return func(yield func([]uint64, error) bool) {
		inMemory, onDisk := s.days[day].divide(), slices.Clone(s.extents[day])
		slices.SortStableFunc(onDisk, func(a, b rangeExtent) int { return cmp.Compare(a.stores, b.stores) })
		var keys []uint64
		var block []byte
		for stores := 0; stores < len(inMemory) || len(onDisk) > 0; stores++ {
			keys = keys[:0]
			if stores < len(inMemory) {
				keys = append(keys, inMemory[stores]...)
			}
			for ; len(onDisk) > 0 && int(onDisk[0].stores) == stores; onDisk = onDisk[1:] {
				var err error
				if keys, block, err = s.read(onDisk[0].extent, keys, block); err != nil {
					yield(nil, err)
					return
				}
			}
			if len(keys) > 0 && !yield(keys, nil) {
				return
			}
		}
	}
}

// read appends the keys of an extent. block is room to be used again.
func (s *batchSort) read(e extent, keys []uint64, block []byte) ([]uint64, []byte, error) {
	block = slices.Grow(block[:0], int(e.bytes))[:e.bytes]
	if _, err := s.spill.ReadAt(block, e.offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("sort polls: %w", err)
	}
	for rest := block; len(rest) > 0; rest = rest[8:] {
		keys = append(keys, binary.LittleEndian.Uint64(rest))
	}
	return keys, block, nil
}

// fewKeys is how many keys are sorted faster by comparing them.
const fewKeys = 2 * rangeStores

// sortRange returns the sorted keys of one range of stores. It counts how many each store
// has, puts them in their places by store, and then has the few of each store to sort.
// That outcome is the one of slices.Sort.
func sortRange(keys []uint64) []uint64 {
	if len(keys) < fewKeys {
		sorted := slices.Clone(keys)
		slices.Sort(sorted)
		return sorted
	}
	const storeMask = rangeStores - 1
	var ends [rangeStores]uint32
	for _, key := range keys {
		ends[key>>polls.MarkBits&storeMask]++
	}
	total := uint32(0)
	for store, count := range ends {
		ends[store] = total
		total += count
	}
	sorted := make([]uint64, len(keys))
	for _, key := range keys {
		store := key >> polls.MarkBits & storeMask
		sorted[ends[store]] = key
		ends[store]++
	}
	begin := uint32(0)
	for _, end := range ends {
		slices.Sort(sorted[begin:end])
		begin = end
	}
	return sorted
}

// ends are the first and the last mark of a day, of all its stores.
func (s *batchSort) ends(day int32) (first, last uint64, err error) {
	first = polls.MarkMask
	for keys, err := range s.unsorted(day) {
		if err != nil {
			return 0, 0, err
		}
		for _, key := range keys {
			first, last = min(first, key&polls.MarkMask), max(last, key&polls.MarkMask)
		}
	}
	return first, last, nil
}

// renumber gives the stores other numbers, by those that they have.
func (s *batchSort) renumber(numbers []uint32) error {
	to := newBatchSort(s.dir)
	to.maxPolls = s.maxPolls
	for _, day := range s.allDays() {
		for keys, err := range s.unsorted(day) {
			if err != nil {
				return errors.Join(err, to.close())
			}
			for _, key := range keys {
				if err := to.add(numbers[key>>polls.MarkBits], day, key&polls.MarkMask); err != nil {
					return errors.Join(err, to.close())
				}
			}
		}
	}
	err := s.close()
	*s = *to
	return err
}

// close removes the temporary file.
func (s *batchSort) close() error {
	if s.spill == nil {
		return nil
	}
	return s.spill.Close()
}

// A tempFile is a temporary file that only this process uses. Where the system
// allows it, its name is removed at once, so that not even a killed process leaves
// it behind.
type tempFile struct {
	*os.File
	named bool // whether its name is still there
}

func newTempFile(dir, pattern string) (*tempFile, error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	return &tempFile{f, os.Remove(f.Name()) != nil}, nil
}

// Close closes the file and removes it.
func (f *tempFile) Close() error {
	err := f.File.Close()
	if f.named {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
