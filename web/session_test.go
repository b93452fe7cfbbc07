package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"lightson/models/modelstest"
	"lightson/models/words"
)

// A challenge is good for one use, also where that use fails on our side.
func TestASessionIsSavedAlsoWhereTheAnswerIsAnError(t *testing.T) {
	var log bytes.Buffer
	db := modelstest.Open(t, modelstest.SQLite)
	s := New(db, modelstest.Figures(t, db), nil, nil, nil, nil, Settings{}, slog.New(slog.NewTextHandler(&log, nil)))
	limits := newRouteLimits(s.limits)
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(limits.enforce) // ends the context of the handler, as everywhere
	e.POST("/use", func(c echo.Context) error {
		ctx := c.Request().Context()
		if s.sessions.GetInt(ctx, "used") > 0 {
			return c.NoContent(http.StatusConflict)
		}
		s.sessions.Put(ctx, "used", 1)
		return badInput(words.Later("It went wrong."))
	}, s.withSession)
	ask := func(cookies ...*http.Cookie) (status int, set []*http.Cookie) {
		r := httptest.NewRequest(http.MethodPost, "/use", nil)
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		answer := w.Result()
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
		return answer.StatusCode, answer.Cookies()
	}
	status, cookies := ask()
	if status != http.StatusBadRequest || len(cookies) != 1 {
		t.Fatalf("status %d, cookies %v\n%s", status, cookies, log.String())
	}
	if again, _ := ask(cookies...); again != http.StatusConflict {
		t.Errorf("used again: status %d", again)
	}
	if err := db.SQLite().Close(); err != nil {
		t.Fatal(err)
	}
	ask()
	if !strings.Contains(log.String(), "a session was not saved") {
		t.Errorf("nothing is logged of a session that was not saved: %s", log.String())
	}
}
