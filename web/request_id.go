package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/logs"
)

// requestIDHeader has the id of a request: in what a trusted proxy sends, and in every answer.
const requestIDHeader = "X-Request-Id"

// longestRequestID is enough for the ids of all usual proxies.
const longestRequestID = 128

// setRequestID gives a request its id, which is in its answer and in every line of the log
// that is written for it. What a trusted proxy calls it is taken over, so that its log and
// ours can be read together; a stranger must not choose what is searched for.
func setRequestID(c echo.Context, trusted bool) {
	id := rand.Text()
	if values := c.Request().Header.Values(requestIDHeader); trusted && len(values) == 1 && isRequestID(values[0]) {
		id = values[0]
	}
	c.Response().Header()[requestIDHeader] = []string{id} // the name is in its usual form
	c.SetRequest(c.Request().WithContext(logs.With(c.Request().Context(), logs.Request, id)))
}

// requestID is the id of a request.
func requestID(r *http.Request) string { return logs.Of(r.Context(), logs.Request) }

func isRequestID(text string) bool {
	return text != "" && len(text) <= longestRequestID && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.:=+/", r)
	})
}
