package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"
)

func TestABodyTakesRoomAsItArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const room = 64 << 10
		b := bodies{semaphore.NewWeighted(room), time.Second}
		silent, hangUp := io.Pipe()
		for range 100 {
			go func() { _, _, _ = b.read(t.Context(), silent) }()
		}
		synctest.Wait()
		for _, size := range []int{0, 1, firstPiece - 1, firstPiece, firstPiece + 1, 20_000} {
			text := strings.Repeat("x", size)
			for name, src := range map[string]io.Reader{"at once": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text)), "with its end": iotest.DataErrReader(strings.NewReader(text))} {
				content, held, err := b.read(t.Context(), src)
				if string(content) != text || err != nil || held < int64(size) || held > 2*int64(max(size, firstPiece)) {
					t.Errorf("%d bytes %s: read %d, held %d, %v", size, name, len(content), held, err)
				}
				b.room.Release(held)
			}
		}
		_, held, err := b.read(t.Context(), strings.NewReader(strings.Repeat("x", room+1)))
		if !errors.Is(err, errNoRoomForBody) || held > room {
			t.Errorf("more than there is room for: held %d, %v", held, err)
		}
		b.room.Release(held)
		left, leave := context.WithCancel(t.Context())
		if !b.room.TryAcquire(room) {
			t.Fatal("room was not given back")
		}
		leave()
		if _, held, err := b.read(left, strings.NewReader("x")); !errors.Is(err, context.Canceled) || held != 0 {
			t.Errorf("who left: held %d, %v", held, err)
		}
		_ = hangUp.Close()
	})
}

func TestWhatBecomesOfABodyThatCannotBeRead(t *testing.T) {
	broken := errors.New("connection reset")
	for _, tt := range []struct {
		err  error
		want int
	}{
		{&http.MaxBytesError{Limit: 10}, http.StatusRequestEntityTooLarge}, {os.ErrDeadlineExceeded, http.StatusRequestTimeout},
		{broken, http.StatusBadRequest}, {io.ErrUnexpectedEOF, http.StatusBadRequest}, {errNoRoomForBody, http.StatusServiceUnavailable},
		{errTooSlow, http.StatusRequestTimeout},
	} {
		if p := problemOf(unreadBody(tt.err)); p.status != tt.want || p.message.Empty() {
			t.Errorf("%v: %d %s", tt.err, p.status, p.message)
		}
	}
}

// The pace of an upload: pieces of some bytes, each after a wait.
func TestOnlyASlowUploadIsGivenUp(t *testing.T) {
	type piece struct {
		wait  time.Duration
		bytes int
	}
	repeat := func(times int, pieces ...piece) (all []piece) {
		for range times {
			all = append(all, pieces...)
		}
		return all
	}
	for name, tt := range map[string]struct {
		pieces []piece
		slow   bool
	}{
		"a byte in twenty seconds":        {repeat(4, piece{20 * time.Second, 1}), true},
		"a byte a second":                 {repeat(60, piece{time.Second, 1}), true},
		"a fast beginning, then nothing":  {append(repeat(1, piece{time.Second, 1 << 30}), repeat(100, piece{time.Second, 1})...), true},
		"20 kB a second":                  {repeat(3600, piece{time.Second, 20_000}), false},
		"20 kB a second, in bursts":       {repeat(300, piece{25 * time.Second, 100_000}, piece{5 * time.Second, 500_000}), false},
		"just fast enough":                {repeat(600, piece{time.Second, leastPace}), false},
		"just too slow":                   {repeat(600, piece{time.Second, leastPace - 1}), true},
		"fast, and we are slow to read":   {repeat(1_000_000, piece{0, 100}), false},
		"a short one that takes its time": {repeat(29, piece{time.Second, 1}), false},
	} {
		var p pace
		slow := false
		for _, next := range tt.pieces {
			slow = slow || p.note(next.wait, next.bytes)
		}
		if slow != tt.slow {
			t.Errorf("%s: given up: %t", name, slow)
		}
	}
}
