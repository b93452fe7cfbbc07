package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
)

func TestAPanicIsLoggedOnceWithItsStack(t *testing.T) {
	s := onSQLite(t)
	routes := s.handler.(*echo.Echo)
	routes.GET("/broken", func(echo.Context) error { panic("broken") })
	routes.GET("/broken-late", func(c echo.Context) error {
		_ = c.String(http.StatusOK, "begun")
		panic(fmt.Errorf("broken: %w", context.Canceled))
	})
	for path, status := range map[string]int{"/broken": http.StatusInternalServerError, "/broken-late": http.StatusOK} {
		s.log.Reset()
		if a := s.ask(http.MethodGet, path); a.StatusCode != status || strings.Contains(a.body, "panic_test.go") {
			t.Errorf("%s: status %d, %q", path, a.StatusCode, a.body)
		}
		log := s.log.String()
		if strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "panic_test.go") || !strings.Contains(log, "broken") {
			t.Errorf("%s: log:\n%s", path, log)
		}
	}
}

func TestARequestThatMeetsTheEndOfTheServerMayTryAgain(t *testing.T) {
	s := onSQLite(t)
	s.handler.(*echo.Echo).GET("/late", func(echo.Context) error { return fmt.Errorf("figures: %w", figures.ErrClosed) })
	s.handler.(*echo.Echo).GET("/api/late", func(echo.Context) error { return context.Canceled }) // of ours, not of the client
	for path, want := range map[string]int{"/late": http.StatusServiceUnavailable, "/api/late": http.StatusInternalServerError} {
		a := s.ask(http.MethodGet, path)
		if a.StatusCode != want || want == http.StatusServiceUnavailable && a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: status %d, %v; want %d", path, a.StatusCode, a.Header, want)
		}
	}
}
