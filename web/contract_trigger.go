package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// triggered answers POST /trigger_report.
type triggered struct {
	ReportID string `json:"report_id"`
}

// triggerReport serves POST /trigger_report, the contract for scripts.
func (s *Server) triggerReport(c echo.Context) error {
	r, err := s.askReport(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/get_report/"+r.ID)
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return c.JSON(http.StatusOK, triggered{r.ID})
}

// askReport asks for the report that a script wants. If its idempotency key was
// used before, it returns the earlier report, which must be about the same.
func (s *Server) askReport(c echo.Context) (*models.Report, error) {
	in, err := readScope(c)
	if err != nil {
		return nil, err
	}
	scope, err := s.parseScope(c.Request().Context(), in)
	if err != nil {
		return nil, err
	}
	key := c.Request().Header.Get("Idempotency-Key")
	if err := checkKey(key); err != nil {
		return nil, err
	}
	by, err := access.Asker(c.Request().Context())
	if err != nil {
		return nil, err
	}
	r := models.NewReport(models.FromAPI, scope, key).For(by)
	if err := s.reports.AskReport(c.Request().Context(), r); err != nil {
		return nil, err
	}
	noteOf(c).about("report", r.ID)
	if r.Scope() != scope {
		return nil, contractProblem(http.StatusUnprocessableEntity, "This Idempotency-Key was used for another report",
			"It was used for report "+r.ID+", which is about something else. Please use a new key.", nil)
	}
	return r, nil
}

// readScope reads the scope of a report from a JSON body, a form or the query. The contract
// ignores fields that it does not know, since the scripts of others may send some.
func readScope(c echo.Context) (in scopeInput, err error) {
	r := c.Request()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return in, bodyProblem(err)
	}
	if isJSON(r, content) {
		if len(bytes.TrimSpace(content)) == 0 {
			return in, nil
		}
		if !isContract(c) {
			r.Body = io.NopCloser(bytes.NewReader(content))
			return in, readAPIBody(c, &in, `{"as_of":"2023-01-25T18:00:00Z"}`)
		}
		if err := json.Unmarshal(content, &in); err != nil { // and nothing behind it
			return in, bodyProblem(err)
		}
		return in, nil
	}
	r.Body = io.NopCloser(bytes.NewReader(content))
	// Of a broken form, ParseMultipartForm would only say that it is not multipart.
	if err := r.ParseForm(); err != nil {
		return in, bodyProblem(err)
	}
	if err := r.ParseMultipartForm(bodyLimit); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return in, bodyProblem(err)
	}
	for name := range r.Form {
		if !isContract(c) && !slices.Contains(scopeFields, name) {
			return in, unknownFormField(name, scopeFields)
		}
	}
	form := r.Form.Get
	return scopeInput{AsOf: form("as_of"), Group: form("group"), From: form("from"), To: form("to"), Corrected: said(r.Form["corrected"])}, nil
}

// scopeFields are the fields in which the scope of a report is sent.
var scopeFields = []string{"as_of", "corrected", "from", "group", "to"}

// said is what the values of a field say together. Values that contradict each other are
// all kept, to be refused.
func said(values []string) yesOrNo {
	values = slices.Clone(values)
	slices.Sort(values)
	return yesOrNo(strings.Join(slices.Compact(values), ","))
}

// isJSON reports whether a body is JSON. curl -d declares any body to be a form;
// no form of ours begins with a brace.
func isJSON(r *http.Request, body []byte) bool {
	return strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEApplicationJSON) ||
		bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))
}

// bodyProblem turns an error of reading a request's body into a problem.
func bodyProblem(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return contractProblem(http.StatusBadRequest, "The body could not be read",
		`Expected a form or JSON such as {"as_of": "2023-01-25T18:00:00Z"}, or nothing.`, err)
}

// contractProblem is a problem of the contract for scripts, which is told in English.
func contractProblem(status int, title, message string, cause error) problem {
	return problem{status, words.Said(title), words.Said(message), cause}
}

// explainTrigger serves GET /trigger_report. GET must not change anything, so a
// person gets the button, and a script is told the right method.
func (s *Server) explainTrigger(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderAllow, http.MethodPost)
	varies(c, echo.HeaderAccept)
	if !asksForPage(c.Request()) {
		return contractProblem(http.StatusMethodNotAllowed, "Method not allowed", "Use POST to ask for a report.", nil)
	}
	page, form, err := s.reportsPage(c)
	if err != nil {
		return err
	}
	page.Title, page.Active = spokenOf(c.Request().Context()).Say("Generate report"), ""
	return render(c, http.StatusMethodNotAllowed, views.TriggerPage(page, views.Trigger{
		Form:    form,
		Command: "curl -X POST " + s.commandURL("/trigger_report"),
	}))
}
