package web

import (
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// Of what may arrive at once, one account gets a part, so that none keeps the others
// from sending. How many bytes may wait, LIGHTSON_STAGE_LIMIT bounds for all together.
const (
	uploadsEach = 4 // of uploadsAtOnce
	pushesEach  = 8 // of pushesAtOnce
)

// shares count what accounts send at the moment.
type shares struct {
	mu  sync.Mutex
	now map[share]int
}

// A share is of what an account sends: uploads or pushes.
type share struct{ account, of string }

func newShares() *shares { return &shares{now: map[share]int{}} }

// take takes one of a share, if fewer than most are taken. It must be given back.
func (s *shares) take(share share, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[share] >= most {
		return false
	}
	s.now[share]++
	return true
}

func (s *shares) giveBack(share share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[share]--; s.now[share] == 0 {
		delete(s.now, share)
	}
}

// share takes one of what an account may send at once, and returns how it is given back.
// All keys of a person are one account. Where there are no accounts, all share
// everything.
func (s *Server) share(c echo.Context, of string, most int) (giveBack func(), err error) {
	p, err := access.Of(c.Request().Context())
	if err != nil {
		return nil, err
	}
	if p.PersonID == "" {
		return func() {}, nil
	}
	taken := share{p.PersonID, of}
	if !s.shares.take(taken, most) {
		c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
		return nil, problem{http.StatusTooManyRequests, "Too much is being sent at once",
			"This account is sending " + countText(most) + " " + of + " already. Nothing was imported; please try again when one of them is done.", nil}
	}
	return func() { s.shares.giveBack(taken) }, nil
}
