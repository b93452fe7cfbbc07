package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
)

// retryAfter is after how many seconds to ask again.
const retryAfter = "5"

// isFault reports whether an error is a fault of the database or of its disk.
func isFault(err error) bool {
	_, is := models.FaultOf(err)
	return is
}

// faultProblem is the problem of a fault. A fault that passes by itself needs no
// operator.
func faultProblem(err error) problem {
	fault, _ := models.FaultOf(err)
	message := words.Later("{why} Nothing was changed. Please tell the person who runs this server.", "why", fault.ForPeople())
	if fault.Away {
		message = words.Later("{why} Nothing was changed. Please try again in a moment.", "why", fault.ForPeople())
	}
	return problem{http.StatusServiceUnavailable, words.Later("The database isn’t available"), message, err}
}

// queueFull is the problem of a report that was refused because too many wait.
func queueFull(full models.QueueFull) problem {
	waiting := words.Later("Other reports are already waiting. Please try again in a few seconds.")
	if full.Waiting > 0 {
		waiting = words.CountLater(full.Waiting, words.Plural{
			One:   "{n} report is already waiting. Please try again in a few seconds.",
			Other: "{n} reports are already waiting. Please try again in a few seconds.",
		})
	}
	return problem{http.StatusTooManyRequests, words.Later("Too many reports are waiting"),
		waiting, full}
}

// setRetryAfter says when to ask again, if that is likely to help. A page in a
// browser reloads itself then.
func setRetryAfter(c echo.Context, p problem) {
	if p.status != http.StatusTooManyRequests && p.status != http.StatusServiceUnavailable {
		return
	}
	h := c.Response().Header()
	if h.Get(echo.HeaderRetryAfter) == "" {
		h.Set(echo.HeaderRetryAfter, retryAfter)
	}
	r := c.Request()
	if r.Method == http.MethodGet && asksForPage(r) && !wantsPartial(r) {
		h.Set("Refresh", retryAfter)
	}
}
