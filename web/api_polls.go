package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/imports"
	"lightson/models/words"
)

// pushLimit is enough for imports.MaxPush polls with the longest possible ids, even
// if every character of them is written as \u0000.
const pushLimit = 10 << 20

const (
	// pushesAtOnce is how many pushes may be in memory at a time.
	pushesAtOnce = 16
	// pushPatience is how long a push waits for its turn to be read, and then
	// again for an import that is being merged. Both waits and the reading
	// together take less time than HTTPServer gives a request.
	pushPatience = 20 * time.Second
)

type apiPushed struct {
	Import      *string         `json:"import"` // null where nothing changed
	DataVersion int64           `json:"data_version"`
	Counts      apiPushedCounts `json:"counts"`
	Polls       []apiPushedPoll `json:"polls"` // in the order in which they were sent
}

type apiPushedCounts struct {
	Rows        int64 `json:"rows"`
	Kept        int64 `json:"kept"`
	Duplicate   int64 `json:"duplicate"`
	Conflicting int64 `json:"conflicting"`
	Rejected    int64 `json:"rejected"`
	NewStores   int64 `json:"new_stores"`
}

// apiPushedPoll says what became of one row. The last three fields are only for
// rejected rows.
type apiPushedPoll struct {
	Row      int             `json:"row"` // from 1
	Outcome  imports.Outcome `json:"outcome"`
	Field    string          `json:"field,omitempty"` // absent if the row as a whole was bad
	Found    *string         `json:"found,omitempty"`
	Expected string          `json:"expected,omitempty"`
}

// apiPushPolls serves POST /api/v1/polls. The rows are durable before the answer
// is sent. Sending the same push again changes nothing.
func (s *Server) apiPushPolls(c echo.Context) error {
	read, err := pushReaderOf(c.Request().Header)
	if err != nil {
		return err
	}
	giveBack, err := s.takeQuota(c, words.Plural{One: "{n} push", Other: "{n} pushes"}, pushesEach)
	if err != nil {
		return err
	}
	defer giveBack()
	waiting, cancel := context.WithTimeout(c.Request().Context(), s.pushPatience)
	defer cancel()
	if err := s.pushes.Acquire(waiting, 1); err != nil {
		return busyPush(c, err)
	}
	defer s.pushes.Release(1)

	body := &countedBody{src: c.Request().Body}
	push := imports.NewPush(s.now())
	defer push.Close() // its files are temporary
	if err := read(body, push); err != nil {
		return err
	}
	push.Bytes = body.bytes
	merging, cancel := context.WithTimeout(c.Request().Context(), s.pushPatience)
	defer cancel()
	by, err := access.Of(merging)
	if err != nil {
		return err
	}
	pushed, err := s.pusher.MergeWithin(merging, push, by.Reach)
	if err != nil {
		return busyPush(c, err)
	}
	s.settings.Watch.Pushed(pushed.Counts)
	if pushed.Import != "" { // it changed something
		noteOf(c).about("import", pushed.Import)
		s.refresh()
	}
	return c.JSON(http.StatusOK, newAPIPushed(pushed))
}

// pushReaderOf chooses the reader for the type of a body.
func pushReaderOf(h http.Header) (pushReader, error) {
	sent := h.Get(echo.HeaderContentType)
	kind, _, err := mime.ParseMediaType(sent)
	encoding := h.Get(echo.HeaderContentEncoding)
	switch {
	case encoding != "" && encoding != "identity":
		sent = "Content-Encoding " + encoding
	case sent == "", err == nil && kind == echo.MIMEApplicationJSON:
		return readJSONPush, nil
	case err == nil && kind == "application/x-ndjson":
		return readLinesPush, nil
	}
	return nil, problem{http.StatusUnsupportedMediaType, words.Said("Polls cannot be read from that"),
		words.Said(fmt.Sprintf("Expected application/json or application/x-ndjson, not compressed, found %s.", sent)), err}
}

// busyPush turns a deadline that passed before a push had its turn into a problem.
func busyPush(c echo.Context, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) || c.Request().Context().Err() != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, "5")
	return problem{http.StatusServiceUnavailable, words.Said("The server is busy"),
		words.Said("Other imports are running. Please push these polls again in a few seconds."), err}
}

func newAPIPushed(pushed imports.Pushed) apiPushed {
	n := pushed.Counts
	shown := apiPushed{
		Import: orNull(pushed.Import), DataVersion: pushed.Version,
		Counts: apiPushedCounts{n.Rows, n.Kept, n.Duplicate, n.Conflicting, n.Rejected, n.NewStores},
		Polls:  make([]apiPushedPoll, len(pushed.Answers)),
	}
	for n, a := range pushed.Answers {
		shown.Polls[n] = apiPushedPoll{Row: n + 1, Outcome: a.Outcome}
		if a.Outcome == imports.RejectedRow {
			shown.Polls[n].Field, shown.Polls[n].Expected = a.Reject.Column, a.Reject.Expected
			shown.Polls[n].Found = &a.Reject.Found
		}
	}
	return shown
}
