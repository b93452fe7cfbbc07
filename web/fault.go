package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// retryAfter is when to ask again, in seconds, what could not be answered just now.
const retryAfter = "5"

// isFault reports whether an error is a fault of the database or of its disk.
func isFault(err error) bool {
	_, is := models.FaultOf(err)
	return is
}

// faultProblem words it. Those that go by need nobody to do anything.
func faultProblem(err error) problem {
	fault, _ := models.FaultOf(err)
	message := fault.ForPeople() + " Nothing was changed. Whoever runs this server must do something about it."
	if fault.Away {
		message = fault.ForPeople() + " Nothing was changed. Please try again in a moment."
	}
	return problem{http.StatusServiceUnavailable, "The database cannot be used just now", message, err}
}

// queueFull words a report that was not taken in.
func queueFull(full models.QueueFull) problem {
	return problem{http.StatusTooManyRequests, "Too many reports are waiting",
		plural(full.Waiting, "report") + " are waiting to be made already. Please ask again in a few seconds.", full}
}

// setRetryAfter says when to come back where that is likely to help. A page of a
// browser does so by itself.
func setRetryAfter(c echo.Context, p problem) {
	if p.status != http.StatusTooManyRequests && p.status != http.StatusServiceUnavailable {
		return
	}
	h := c.Response().Header()
	if h.Get(echo.HeaderRetryAfter) == "" {
		h.Set(echo.HeaderRetryAfter, retryAfter)
	}
	r := c.Request()
	if r.Method == http.MethodGet && strings.Contains(r.Header.Get(echo.HeaderAccept), "text/html") && !wantsPartial(r) {
		h.Set("Refresh", retryAfter)
	}
}
