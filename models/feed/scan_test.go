package feed_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

// mixed is a file of some blocks in which plain, odd, bad and blank rows alternate.
func mixed() string {
	return pollsHeader + strings.Repeat(
		"1,active,2023-01-22 12:09:39.388884 UTC\n"+
			"\"2\",inactive,\"2023-01-22 12:09:39\"\r\n"+
			"\"three\n\"\"lines\"\"\n\",Active,2023-01-22T12:09:39.5Z\n"+
			"4,broken,2023-01-22 12:09:39 UTC\n"+
			"\n"+
			"5,\"quo\"ted,2023-01-22 12:09:39 UTC\n"+
			"6,inactive,2023-01-22 12:09:39.3 UTC\n", 4000)
}

func TestItDoesNotMatterHowTheSourceHandsOutItsBytes(t *testing.T) {
	file := mixed()
	want := read(file)
	if s := want.Summary; want.Err != "" || s.Rows != 6*4000 || s.Rejected != 2*4000 {
		t.Fatalf("%+v, error %q", s, want.Err)
	}
	for name, src := range map[string]io.Reader{
		"one byte at a time":          iotest.OneByteReader(strings.NewReader(file)),
		"half of what is asked for":   iotest.HalfReader(strings.NewReader(file)),
		"the end with the last bytes": iotest.DataErrReader(strings.NewReader(file)),
		"nothing now and then":        &hesitant{src: strings.NewReader(file)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, readBy(feed.Read, src)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// hesitant gives nothing at every other call, without an error, as io.Reader
// allows.
type hesitant struct {
	src   io.Reader
	calls int
}

func (h *hesitant) Read(into []byte) (int, error) {
	if h.calls++; h.calls%2 == 0 {
		return 0, nil
	}
	return h.src.Read(into)
}

func TestAnErrorOfTheSourceComesBack(t *testing.T) {
	broken := errors.New("connection reset")
	for name, test := range map[string]struct {
		src  io.Reader
		want error
	}{
		"at once":             {iotest.ErrReader(broken), broken},
		"in the header":       {io.MultiReader(strings.NewReader("store_id,sta"), iotest.ErrReader(broken)), broken},
		"in mid-file":         {io.MultiReader(strings.NewReader(mixed()), iotest.ErrReader(broken)), broken},
		"with the last bytes": {iotest.DataErrReader(io.MultiReader(strings.NewReader(mixed()), iotest.ErrReader(broken))), broken},
		// This is how an upload or an archive ends that was cut off.
		"an unexpected end":          {io.MultiReader(strings.NewReader(mixed()), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
		"a source that stands still": {&still{}, io.ErrNoProgress},
	} {
		t.Run(name, func(t *testing.T) {
			summary, err := feed.Read(test.src, now, feed.Sink{})
			if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "read on from line ") {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if summary.Rows != summary.Accepted+summary.Rejected {
				t.Errorf("summary %+v", summary)
			}
		})
	}
}

type still struct{}

func (*still) Read([]byte) (int, error) { return 0, nil }

// endless repeats its text and counts what was read.
type endless struct {
	start, repeat string
	read          int
}

func (e *endless) Read(into []byte) (int, error) {
	n := copy(into, e.start)
	e.start = e.start[n:]
	for n < len(into) {
		n += copy(into[n:], e.repeat)
	}
	e.read += n
	return n, nil
}

func TestAnEndlessRowIsRefusedWithoutReadingOn(t *testing.T) {
	for name, src := range map[string]*endless{
		"header":         {repeat: "x"},
		"commas":         {start: pollsHeader, repeat: ","},
		"a word":         {start: pollsHeader + "1,active,", repeat: "x"},
		"unclosed quote": {start: pollsHeader + "\"1", repeat: ",active,2023-01-22 12:09:39\n"},
		"quotes":         {start: pollsHeader + "\"1", repeat: `""`},
		"blanks":         {start: pollsHeader, repeat: " "},
		"CRs":            {start: pollsHeader, repeat: "\r"},
		"NULs":           {start: pollsHeader, repeat: "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := feed.Read(src, now, feed.Sink{})
			var refused *feed.RefusedError
			if !errors.As(err, &refused) {
				t.Errorf("error %v", err)
			}
			if src.read > feed.BufferSize {
				t.Errorf("read %d bytes of it", src.read)
			}
		})
	}
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	files := map[string]string{
		"plain polls": "1,active,2023-01-22 12:09:39.388884 UTC\n",
		"odd polls":   "\"1\"\"2\", active,2023-01-22T12:09:39+01:00\r\n",
		"blank lines": "\n",
	}
	for name, row := range files {
		t.Run(name, func(t *testing.T) {
			src := &endless{start: pollsHeader, repeat: row}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := feed.Read(io.LimitReader(src, 16<<20), now, feed.Sink{}); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			// All that was ever allocated, not only what was held at one time.
			if got := after.TotalAlloc - before.TotalAlloc; got > feed.BufferSize+64<<10 {
				t.Errorf("16 MiB took %d KiB", got>>10)
			}
		})
	}
}

func TestAPollTakesNoAllocation(t *testing.T) {
	if few, many := allocations(t, manyPolls(1)), allocations(t, manyPolls(10_000)); few != many {
		t.Errorf("1 poll takes %v allocations, 10,000 polls take %v", few, many)
	}
}

// allocations are those that reading a file takes. Whatever else the process does can only add
// to them, so the least of several counts is of the reading alone.
func allocations(t *testing.T, file []byte) float64 {
	t.Helper()
	read := func() {
		if _, err := feed.Read(bytes.NewReader(file), now, feed.Sink{}); err != nil {
			t.Fatal(err)
		}
	}
	least := testing.AllocsPerRun(1, read)
	for range 10 {
		least = min(least, testing.AllocsPerRun(1, read))
	}
	return least
}

// Nothing but the clock would tell if the fast path left its rows to the plain one.
func TestTheFastPathTakesWhatPollersWrite(t *testing.T) {
	tests := map[string]struct {
		file string
		want int64
	}{
		"LF":                {string(manyPolls(1000)), 1000},
		"CRLF":              {strings.ReplaceAll(string(manyPolls(1000)), "\n", "\r\n"), 1000},
		"another order":     {"timestamp_utc,store_id,status\n2023-01-22 12:09:39.3 UTC,b5d0a65d-6d54-47aa-95e9-9312f0353326,inactive\n", 1},
		"up to an odd row":  {pollsHeader + "1,active,2023-01-22 12:09:39\n2, active,2023-01-22 12:09:39\n3,active,2023-01-22 12:09:39\n", 1},
		"up to a blank one": {pollsHeader + "1,active,2023-01-22 12:09:39\n\n3,active,2023-01-22 12:09:39\n", 1},
	}
	for name, test := range tests {
		if got, err := feed.FastRows(strings.NewReader(test.file), now); got != test.want || err != nil {
			t.Errorf("%s: took %d rows, want %d; error %v", name, got, test.want, err)
		}
	}
}
