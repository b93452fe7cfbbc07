package imports

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
)

// runReasonBytes is about how much memory reasons of polls take before they are moved
// to a temporary file.
const runReasonBytes = 32 << 20

// A pollReason says why a store was inactive when it was polled.
type pollReason struct {
	store uint32 // number within the batch
	micro int64  // of the UTC day
	text  string // never empty, at most 255 bytes
}

func compareReasons(a, b pollReason) int {
	return cmp.Or(cmp.Compare(a.store, b.store), cmp.Compare(a.micro, b.micro), strings.Compare(a.text, b.text))
}

// A reasonSort sorts reasons by day, store and time, as batchSort does polls. It takes
// no memory as long as there are none. The zero value can be used.
type reasonSort struct {
	dir      string                 // for the temporary file
	maxBytes int                    // to keep in memory; 0 = runReasonBytes
	days     map[int32][]pollReason // in memory, not sorted
	texts    map[string]string      // of those in memory: most reasons are few texts
	bytes    int                    // about what these take
	spill    *tempFile              // nil until it is needed
	spilled  int64                  // bytes in it
	extents  map[int32][]extent     // of runs, each sorted
	moved    []uint32               // if set, the new numbers of stores, by those of the reasons
}

// add adds the reason of a poll that is inactive. An empty one is none.
func (s *reasonSort) add(store uint32, day int32, micro int64, text []byte) error {
	const rowBytes, textBytes = 40, 64 // with what slices and maps need
	if len(text) == 0 {
		return nil
	}
	if s.days == nil {
		s.days, s.texts = map[int32][]pollReason{}, map[string]string{}
	}
	known, is := s.texts[string(text)]
	if !is {
		known = string(text)
		s.texts[known] = known
		s.bytes += textBytes + len(known)
	}
	s.days[day] = append(s.days[day], pollReason{store, micro, known})
	s.bytes += rowBytes
	if s.bytes >= cmp.Or(s.maxBytes, runReasonBytes) || len(s.days) > runDays {
		return s.flush()
	}
	return nil
}

// flush moves all reasons in memory to the temporary file, as a run.
func (s *reasonSort) flush() error {
	if s.spill == nil {
		f, err := newTempFile(s.dir, "reasons-*.run")
		if err != nil {
			return fmt.Errorf("sort reasons: %w", err)
		}
		s.spill, s.extents = f, map[int32][]extent{}
	}
	w := bufio.NewWriterSize(s.spill, 1<<18)
	for _, day := range slices.Sorted(maps.Keys(s.days)) {
		reasons := s.days[day]
		slices.SortFunc(reasons, compareReasons)
		var bytes int64
		for _, r := range reasons {
			record := binary.LittleEndian.AppendUint32(w.AvailableBuffer(), r.store)
			record = binary.LittleEndian.AppendUint64(record, uint64(r.micro))
			record = append(append(record, byte(len(r.text))), r.text...)
			if _, err := w.Write(record); err != nil {
				return fmt.Errorf("sort reasons: %w", err)
			}
			bytes += int64(len(record))
		}
		s.extents[day] = append(s.extents[day], extent{s.spilled, bytes})
		s.spilled += bytes
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort reasons: %w", err)
	}
	s.days, s.texts, s.bytes = nil, nil, 0
	return nil
}

// allDays lists the days that have reasons, in order.
func (s *reasonSort) allDays() []int32 {
	days := slices.Collect(maps.Keys(s.extents))
	for day := range s.days {
		if _, both := s.extents[day]; !both {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days
}

// day iterates over the reasons of a day, by store and time. Where a poll has several,
// the first in byte order is its reason. The days must not be added to meanwhile.
func (s *reasonSort) day(day int32) iter.Seq2[pollReason, error] {
	if s.moved != nil {
		return s.movedDay(day)
	}
	return s.ownDay(day)
}

// ownDay is day with the numbers that the stores had when the reasons were added.
func (s *reasonSort) ownDay(day int32) iter.Seq2[pollReason, error] {
	return func(yield func(pollReason, error) bool) {
		var runs reasonRuns
		inMemory := s.days[day]
		slices.SortFunc(inMemory, compareReasons)
		if len(inMemory) > 0 {
			runs = append(runs, &reasonRun{next: inMemory[0], rest: inMemory[1:]})
		}
		for _, e := range s.extents[day] {
			run := &reasonRun{src: bufio.NewReaderSize(io.NewSectionReader(s.spill, e.offset, e.bytes), 1<<16)}
			if more, err := run.advance(); err != nil {
				yield(pollReason{}, err)
				return
			} else if more {
				runs = append(runs, run)
			}
		}
		heap.Init(&runs)
		for last := (pollReason{}); len(runs) > 0; {
			r := runs[0].next
			if same := r.store == last.store && r.micro == last.micro && last.text != ""; !same {
				if !yield(r, nil) {
					return
				}
				last = r
			}
			more, err := runs[0].advance()
			switch {
			case err != nil:
				yield(pollReason{}, err)
				return
			case more:
				heap.Fix(&runs, 0)
			default:
				heap.Pop(&runs)
			}
		}
	}
}

// close removes the temporary file.
func (s *reasonSort) close() error {
	if s.spill == nil {
		return nil
	}
	return s.spill.Close()
}

// A reasonRun is the reasons of a day in one run, sorted.
type reasonRun struct {
	next pollReason
	rest []pollReason  // those in memory
	src  *bufio.Reader // those on disk; nil for memory
}

// advance reads the next reason. It is false at the end.
func (r *reasonRun) advance() (more bool, err error) {
	if r.src == nil {
		if len(r.rest) == 0 {
			return false, nil
		}
		r.next, r.rest = r.rest[0], r.rest[1:]
		return true, nil
	}
	var head [13]byte
	if _, err := io.ReadFull(r.src, head[:]); err != nil {
		if err == io.EOF {
			return false, nil
		}
		return false, fmt.Errorf("sort reasons: %w", err)
	}
	text := make([]byte, head[12])
	if _, err := io.ReadFull(r.src, text); err != nil {
		return false, fmt.Errorf("sort reasons: %w", err)
	}
	r.next = pollReason{binary.LittleEndian.Uint32(head[:4]), int64(binary.LittleEndian.Uint64(head[4:12])), string(text)}
	return true, nil
}

// reasonRuns is a heap of runs by their next reasons.
type reasonRuns []*reasonRun

func (r reasonRuns) Len() int           { return len(r) }
func (r reasonRuns) Less(i, j int) bool { return compareReasons(r[i].next, r[j].next) < 0 }
func (r reasonRuns) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *reasonRuns) Push(x any)        { *r = append(*r, x.(*reasonRun)) }
func (r *reasonRuns) Pop() any {
	last := len(*r) - 1
	run := (*r)[last]
	*r = (*r)[:last]
	return run
}
