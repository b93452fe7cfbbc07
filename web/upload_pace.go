package web

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"lightson/models/words"
)

const (
	// uploadPatience is how long an upload may pause.
	uploadPatience = 30 * time.Second
	// paceWindow is over how much waiting the pace of an upload is taken.
	paceWindow = 30 * time.Second
	// leastPace is how many bytes must come in a second, on average over a paceWindow.
	// Even a slow mobile connection has several times that.
	leastPace = 4 << 10
	// uploadsAtOnce is how many may arrive at a time. Each has some buffers.
	uploadsAtOnce = 100
	// workPatience is how long the answer to an upload may take once it was read.
	workPatience = 10 * time.Minute
)

// tooManyUploads says that no more can arrive just now.
func tooManyUploads() problem {
	return problem{http.StatusServiceUnavailable, words.Later("The server is busy"),
		words.Later("Too many files are being sent at once. Nothing was imported; please try again in a minute."), nil}
}

// A pace is how fast an upload comes. Only the time in which we wait for it counts.
type pace struct {
	waited time.Duration
	bytes  int64
}

// note counts what came after a wait, and reports whether that is too slow.
func (p *pace) note(waited time.Duration, bytes int) (tooSlow bool) {
	p.waited += waited
	p.bytes += int64(bytes)
	if p.waited < paceWindow {
		return false
	}
	tooSlow = float64(p.bytes) < p.waited.Seconds()*leastPace
	*p = pace{}
	return tooSlow
}

// patientBody extends the time limits of the connection as long as bytes arrive, at
// least at a slow pace. Too slow an upload is given up, with errTooSlow.
type patientBody struct {
	io.ReadCloser
	control *http.ResponseController
	pace    pace
	gaveUp  bool
}

func (b *patientBody) Read(p []byte) (int, error) {
	if b.gaveUp {
		return 0, errTooSlow
	}
	began := time.Now()
	_ = b.control.SetReadDeadline(began.Add(uploadPatience)) // if that is not supported, the limits of the server hold
	_ = b.control.SetWriteDeadline(began.Add(2 * uploadPatience))
	n, err := b.ReadCloser.Read(p)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || err == nil && b.pace.note(time.Since(began), n) {
		b.gaveUp = true
		_ = b.control.SetReadDeadline(began) // nothing waits for the rest
		return 0, errTooSlow
	}
	return n, err
}
