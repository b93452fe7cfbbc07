package logs

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLinesOfRequestsAreWrittenTogetherAndAfterAMomentAtTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		lines := NewBuffer(&out)
		log := slog.New(Text(lines, slog.LevelInfo))
		written := func() string {
			lines.mu.Lock() // which the timer needs to write
			defer lines.mu.Unlock()
			defer out.Reset()
			return out.String()
		}
		for _, wait := range []time.Duration{0, time.Hour} { // also when none came for long
			time.Sleep(wait)
			for range 3 {
				Line(t.Context(), log, slog.LevelInfo, "request")
			}
			if got := written(); got != "" {
				t.Errorf("written at once: %q", got)
			}
			time.Sleep(gatherFor)
			synctest.Wait()
			if got := written(); strings.Count(got, "msg=request\n") != 3 {
				t.Errorf("found after a moment: %q", got)
			}
		}
	})
}

func TestNoLineComesBeforeOneThatWasLoggedEarlier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		lines := NewBuffer(&out)
		log := slog.New(JSON(lines, slog.LevelInfo))
		Line(t.Context(), log, slog.LevelInfo, "one")
		log.WarnContext(t.Context(), "two")
		Line(t.Context(), log, slog.LevelInfo, "three")
		lines.Flush()
		one, two, three := strings.Index(out.String(), `"one"`), strings.Index(out.String(), `"two"`), strings.Index(out.String(), `"three"`)
		if one < 0 || two < one || three < two {
			t.Errorf("found %q", &out)
		}
	})
}

// sizes keeps how much was written at a time.
type sizes []int

func (s *sizes) Write(p []byte) (int, error) {
	*s = append(*s, len(p))
	return 0, errors.New("no room") // which ends nothing
}

func TestManyLinesAreWrittenBeforeTheyTakeMuchMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written sizes
		lines := NewBuffer(&written)
		line := []byte(strings.Repeat("a", 999) + "\n")
		for range 100 {
			lines.gather(line)
		}
		lines.Flush()
		all := 0
		for _, size := range written {
			if all += size; size > gatherUpTo || size%len(line) != 0 {
				t.Errorf("%d bytes at a time", size)
			}
		}
		if all != 100*len(line) || len(written) > 4 {
			t.Errorf("%d bytes in %d pieces", all, len(written))
		}
		if cap(lines.lines) > gatherUpTo {
			t.Errorf("room for %d bytes is kept", cap(lines.lines))
		}
	})
}
