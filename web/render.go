package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// render sends a component. If it fails to render, nothing is sent.
func render(c echo.Context, status int, component templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	r := recordingOf(c.Request().Context())
	if r != nil {
		r.parts = nil
		if err := r.takeTurn(c.Request().Context()); err != nil {
			return err
		}
	}
	if err := component.Render(c.Request().Context(), buf); err != nil {
		return err
	}
	body := linksBelow(prefixOf(c), buf.Bytes())
	switch {
	case r != nil && status == http.StatusOK:
		r.page = pack(body, r.parts...) // whoever records it sends it
		return nil
	case r != nil:
		body = filled(body, r.parts)
	}
	varies(c, variesByLanguage)
	return c.HTMLBlob(status, bytes.ReplaceAll(body, []byte(keySlot), []byte(uuid.NewString())))
}

// keySlot stands for a key of a form until the page is sent. A key must be new each time
// a page is sent, also if the page was kept.
const keySlot = "00000000-key-slot-0000-000000000000"

// renderEither sends the partial to htmx and the page to everyone else.
func renderEither(c echo.Context, page, partial templ.Component) error {
	varies(c, variesByPart)
	if wantsPartial(c.Request()) {
		return render(c, http.StatusOK, partial)
	}
	return render(c, http.StatusOK, page)
}

// variesByPart are the headers by which htmx asks for part of a page.
const variesByPart = "HX-Request, HX-Target"

// variesByLanguage is the header by which a browser says which language it wants.
const variesByLanguage = "Accept-Language"

// wantsPartial reports whether htmx will swap the answer into part of a page.
// Boosted links and history restores need the whole page.
func wantsPartial(r *http.Request) bool {
	h := r.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Boosted") == "" && h.Get("HX-History-Restore-Request") == ""
}

// wantsJSON reports whether a script asks rather than a person. Its address or its
// Accept header tells.
func wantsJSON(c echo.Context) bool {
	if strings.HasPrefix(c.Request().URL.Path, "/api/") || isMCP(c.Request()) || isLatest(c) {
		return true
	}
	return asksForJSON(c.Request())
}

// isContract reports whether the request is for the contract for scripts, which has
// a form of its own for errors.
func isContract(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasPrefix(path, "/trigger_report") || strings.HasPrefix(path, "/get_report")
}

// scriptError is an error of the contract for scripts.
type scriptError struct {
	Error string `json:"error"`
}

// apiProblem is an error for all other scripts: application/problem+json (RFC 9457).
type apiProblem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// RequestID is an extension member: by it whoever runs the server finds the request in the log.
	RequestID string `json:"request_id"`
}

func writeProblem(c echo.Context, p problem) error {
	w := spokenOf(c.Request().Context())
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	return c.JSON(p.status, apiProblem{"about:blank", p.title.In(w.Words), p.status, p.message.In(w.Words), requestID(c.Request())})
}
