package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/unpack"
	"lightson/models/words"
)

// rowsLimit is how much JSON of hours, zones or names can be sent at once, in bytes: some
// fifty thousand rows. More are files.
const rowsLimit = 8 << 20

// A rowFeed is a feed that can be sent as JSON: rows with the fields that its columns have.
type rowFeed struct {
	name     string   // of the list in the body, and of the file that it becomes
	columns  []string // as the CSV has them
	required int      // the first of columns
	partial  bool     // a column that is not there says something else than an empty one
}

var (
	hoursRows = rowFeed{name: "hours", columns: []string{"store_id", "day", "start_time_local", "end_time_local", "valid_from"}, required: 4}
	zonesRows = rowFeed{name: "zones", columns: []string{"store_id", "timezone_str"}, required: 2}
	namesRows = rowFeed{name: "names", columns: []string{"store_id", "name", "group", "city"}, required: 2, partial: true}
)

// apiTakeRows serves POST /api/v1/hours, /zones and /names
// ?dry_run=&preview=&force=&match_ids=&hours_from=. The rows take the way of a file with them,
// so that all that holds of imports holds of them. Row n is line n + 1 of that file.
func (s *Server) apiTakeRows(of rowFeed) echo.HandlerFunc {
	return func(c echo.Context) error {
		take, err := s.parseTake(c)
		if err != nil {
			return err
		}
		if take.options.hours.from = take.i.HoursFrom; take.i.HoursFrom != "" {
			if take.i.HoursFrom, err = take.options.hours.choice(); err != nil {
				return err
			}
		}
		end, err := s.beginUpload(c)
		if err != nil {
			return err
		}
		defer end()
		_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(workPatience)) // a recorder of tests has none
		content, err := of.read(c.Request())
		if err != nil {
			return err
		}
		return s.apiTake(c, take, oneFile(of.name+".json", content))
	}
}

func oneFile(name string, content []byte) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		yield(unpack.File{Name: name, Body: bytes.NewReader(content)}, nil)
	}
}

// read reads the rows of a body as a CSV file. Values are not judged here: whoever reads the
// file rejects them as those of any other.
func (of rowFeed) read(r *http.Request) ([]byte, error) {
	sent := r.Header.Get(echo.HeaderContentType)
	kind, _, err := mime.ParseMediaType(sent)
	table := &rowTable{of: of}
	in := json.NewDecoder(r.Body)
	switch {
	case sent == "", err == nil && kind == echo.MIMEApplicationJSON:
		err = table.readJSON(in)
	case err == nil && kind == "application/x-ndjson":
		err = table.readRows(in)
	default:
		return nil, problem{http.StatusUnsupportedMediaType, words.Said("Rows cannot be read from that"),
			words.Said("Expected application/json or application/x-ndjson, found " + sent + "."), err}
	}
	if err != nil {
		return nil, err
	}
	if table.rows == 0 {
		return nil, badField(of.name, words.Said("at least one row"), "none")
	}
	return table.file.Bytes(), nil
}

// A rowTable is rows that become a CSV file.
type rowTable struct {
	of      rowFeed
	columns []string // those that the first row has
	rows    int
	file    bytes.Buffer
	out     *csv.Writer
}

// readJSON reads a list of rows, or an object that has one.
func (t *rowTable) readJSON(in *json.Decoder) error {
	start, err := in.Token()
	if err != nil {
		return t.broken(err)
	}
	ends := []json.Delim{']'}
	if start == json.Delim('{') {
		ends = append(ends, '}')
		name, err := in.Token()
		if err != nil || name != t.of.name {
			return badField("The body", words.Said("a list, or an object with one as "+t.of.name), feed.Shown(wordOf(name)))
		}
		if start, err = in.Token(); err != nil {
			return t.broken(err)
		}
	}
	if start != json.Delim('[') {
		return badField(t.of.name, words.Said("a list of rows"), feed.Shown(wordOf(start)))
	}
	for in.More() {
		if err := t.readRow(in); err != nil {
			return err
		}
	}
	for _, end := range ends {
		switch found, err := in.Token(); {
		case err != nil:
			return t.broken(err)
		case found != end:
			return badField("The body", words.Said("nothing beside "+t.of.name), feed.Shown(wordOf(found)))
		}
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return badField("The body", words.Said("one JSON value"), "more behind it")
	}
	return nil
}

// readRows reads one row after another.
func (t *rowTable) readRows(in *json.Decoder) error {
	for {
		if err := t.readRow(in); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (t *rowTable) readRow(in *json.Decoder) error {
	row := map[string]json.RawMessage{}
	err := in.Decode(&row)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return err
	case errors.As(err, &kind), err == nil && row == nil:
		return t.wrong("an object with " + strings.Join(t.of.columns, ", "))
	case err != nil:
		return t.broken(err)
	}
	if err := t.check(row); err != nil {
		return err
	}
	t.rows++
	cells := make([]string, len(t.columns))
	for n, column := range t.columns {
		cells[n] = cellOf(row[column])
	}
	return t.write(cells)
}

// check refuses a row with other fields than the feed has. Where a column that is missing says
// something, all rows must have the same.
func (t *rowTable) check(row map[string]json.RawMessage) error {
	for field, value := range row {
		if strings.ContainsRune("{[tf", rune(value[0])) {
			return t.wrong("a text, a number or null in " + field)
		}
		if !slices.Contains(t.of.columns, field) {
			return t.wrong("one of " + strings.Join(t.of.columns, ", ") + ", found the field " + feed.Shown(field))
		}
	}
	for _, column := range t.of.columns[:t.of.required] {
		if _, has := row[column]; !has {
			return t.wrong("a field " + column + ", which may be null")
		}
	}
	if t.columns == nil {
		for _, column := range t.of.columns {
			if _, has := row[column]; has || !t.of.partial {
				t.columns = append(t.columns, column)
			}
		}
		t.out = csv.NewWriter(&t.file)
		return t.write(t.columns)
	}
	for _, column := range t.of.columns {
		if _, has := row[column]; t.of.partial && has != slices.Contains(t.columns, column) {
			return t.wrong("the fields of the first row: " + strings.Join(t.columns, ", "))
		}
	}
	return nil
}

func (t *rowTable) write(cells []string) error {
	if err := t.out.Write(cells); err != nil {
		return err
	}
	t.out.Flush()
	return t.out.Error()
}

// wrong says what the row that is being read should have been.
func (t *rowTable) wrong(expected string) error {
	return badInput(words.Said(fmt.Sprintf("Row %d: expected %s. Nothing was imported.", t.rows+1, expected)))
}

// broken says where a body stops being JSON.
func (t *rowTable) broken(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	what := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "it ends in the middle"
	}
	return problem{http.StatusBadRequest, words.Said("That is not JSON"), words.Said(fmt.Sprintf("After %s: %s. Nothing was imported.", plural(t.rows, "row"), what)), err}
}

// cellOf is a value as a CSV has it: what is no text as it is written, and nothing for null.
func cellOf(sent json.RawMessage) string {
	if value, ok := textOf(sent); ok {
		return value
	}
	return string(sent)
}

// A takeRequest is what parameters say of an import.
type takeRequest struct {
	i               *models.Import
	options         uploadOptions
	dryRun, preview bool
}

func (s *Server) parseTake(c echo.Context) (take takeRequest, err error) {
	take.i = models.NewImport(models.FromAPI)
	take.i.By = whoAsks(c)
	err = echo.QueryParamsBinder(c).Bool("dry_run", &take.dryRun).Bool("preview", &take.preview).Bool("force", &take.i.Forced).
		Bool(matchField, &take.i.MatchIDs).String(hoursField, &take.i.HoursFrom).BindError()
	return take, err
}

// apiTake takes files in, or tells what that would do.
func (s *Server) apiTake(c echo.Context, take takeRequest, files iter.Seq2[unpack.File, error]) error {
	ctx, i := c.Request().Context(), take.i
	if take.dryRun {
		return s.apiPreview(c, i, files)
	}
	if err := s.imports.Take(ctx, i, files, func() bool { return take.preview }); err != nil {
		s.discardBody(c)
		return problemOf(err)
	}
	noteOf(c).about("import", i.ID)
	taken, err := s.data.Import(ctx, i.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiImportURL(i.ID))
	if taken.State != models.Previewed {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	return s.sendImport(c, http.StatusAccepted, taken)
}
