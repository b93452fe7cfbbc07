package web

import (
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

// Of what may arrive at once, one account gets a part, so that none keeps the others
// from sending. How many bytes may wait, LIGHTSON_STAGE_LIMIT bounds for all together.
const (
	uploadsEach = 4 // of uploadsAtOnce
	pushesEach  = 8 // of pushesAtOnce
)

// quotas count what accounts send at the moment.
type quotas struct {
	mu   sync.Mutex
	used map[quota]int
}

// A quota bounds what an account sends: uploads or pushes.
type quota struct {
	account string
	of      words.Plural
}

func newQuotas() *quotas { return &quotas{used: map[quota]int{}} }

// take takes one of a quota, if fewer than most are taken. It must be given back.
func (q *quotas) take(of quota, most int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used[of] >= most {
		return false
	}
	q.used[of]++
	return true
}

func (q *quotas) giveBack(of quota) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used[of]--; q.used[of] == 0 {
		delete(q.used, of)
	}
}

// takeQuota takes one of what an account may send at once, and returns how it is given
// back. All keys of a person are one account. Where there are no accounts, nothing is
// counted.
func (s *Server) takeQuota(c echo.Context, of words.Plural, most int) (giveBack func(), err error) {
	p, err := access.Of(c.Request().Context())
	if err != nil {
		return nil, err
	}
	if p.PersonID == "" {
		return func() {}, nil
	}
	taken := quota{p.PersonID, of}
	if !s.quotas.take(taken, most) {
		c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
		return nil, problem{http.StatusTooManyRequests, words.Later("Too much is being sent at once"),
			words.Later("This account is sending {things} already. Nothing was imported; please try again when one of them is done.", "things", words.CountLater(int64(most), of)), nil}
	}
	return func() { s.quotas.giveBack(taken) }, nil
}
