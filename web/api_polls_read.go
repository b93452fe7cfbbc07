package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"lightson/models/feed"
	"lightson/models/imports"
	"lightson/models/words"
)

// A pushReader reads the body of a push. A body that is not JSON or has too many
// rows is an error; a row that is no poll is rejected.
type pushReader func(body io.Reader, push *imports.Push) error

// countedBody counts the bytes of a body. A failure to read it is the sender's.
type countedBody struct {
	src   io.Reader
	bytes int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	b.bytes += int64(n)
	var tooLong *http.MaxBytesError
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &tooLong) {
		err = problem{http.StatusBadRequest, words.Said("The push broke off"), words.Said("The connection was lost. Nothing was imported; please push again."), err}
	}
	return n, err
}

// readLinesPush reads a poll from each line. A line that is not JSON is rejected,
// and no other line with it.
func readLinesPush(body io.Reader, push *imports.Push) error {
	lines := bufio.NewReader(body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte(feed.ByteOrderMark)))
		if len(line) > 0 {
			if err := addPushed(push, line); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readJSONPush reads a list of polls, or an object whose field polls is one.
func readJSONPush(body io.Reader, push *imports.Push) error {
	in := json.NewDecoder(body)
	start, err := in.Token()
	switch {
	case err != nil:
		return badJSON(in, push, err)
	case start == json.Delim('['):
		err = readPushList(in, push)
	case start == json.Delim('{'):
		err = readPushObject(in, push)
	default:
		return badInput(words.Said(fmt.Sprintf("The body: expected a list of polls, or an object with one as polls, found %s.", wordOf(start))))
	}
	if err != nil {
		return err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("something follows the polls; for one object a line, send application/x-ndjson")
		}
		return badJSON(in, push, err)
	}
	return nil
}

// readPushObject reads an object after its opening brace. It has no field but polls.
func readPushObject(in *json.Decoder, push *imports.Push) error {
	some := false
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return badJSON(in, push, err)
		}
		if name != "polls" {
			return badInput(words.Said("The body: expected an object with polls, a list, found a field that is not known, " + feed.Shown(wordOf(name)) + "."))
		}
		if some {
			return badInput(words.Said("polls: expected it once, found it twice."))
		}
		some = true
		start, err := in.Token()
		if err != nil {
			return badJSON(in, push, err)
		}
		if start != json.Delim('[') {
			return badInput(words.Said(fmt.Sprintf("polls: expected a list, found %s.", wordOf(start))))
		}
		if err := readPushList(in, push); err != nil {
			return err
		}
	}
	if _, err := in.Token(); err != nil {
		return badJSON(in, push, err)
	}
	if !some {
		return badInput(words.Said("The body: expected an object with polls, a list, found an object without polls."))
	}
	return nil
}

// wordOf is a token as JSON writes it, apart from quotes.
func wordOf(token json.Token) string {
	if token == nil {
		return "null"
	}
	return fmt.Sprint(token)
}

// readPushList reads a list after its opening bracket.
func readPushList(in *json.Decoder, push *imports.Push) error {
	for in.More() {
		var row json.RawMessage
		if err := in.Decode(&row); err != nil {
			return badJSON(in, push, err)
		}
		if err := addPushed(push, row); err != nil {
			return err
		}
	}
	if _, err := in.Token(); err != nil {
		return badJSON(in, push, err)
	}
	return nil
}

// badJSON says where the body stops being JSON. Nothing of such a body is kept,
// since nobody knows what the rest was to be.
func badJSON(in *json.Decoder, push *imports.Push, err error) error {
	at, what := in.InputOffset(), "it ends in the middle"
	switch {
	case errors.Is(err, io.EOF) && push.Rows() == 0 && at == 0:
		what = "it is empty"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	case errors.As(err, new(problem)), errors.As(err, new(*http.MaxBytesError)):
		return err
	default:
		what = err.Error()
	}
	return problem{http.StatusBadRequest, words.Said("That is not JSON"),
		words.Said(fmt.Sprintf("After %s and %s: %s. Nothing was kept.", plural(push.Rows(), "row"), plural(at, "byte"), what)), err}
}

// A pushedRow is a row of a push. Its fields stay as they were sent, so that a
// value that is not text can be shown to the sender.
type pushedRow struct {
	StoreID   json.RawMessage `json:"store_id"`
	Status    json.RawMessage `json:"status"`
	Timestamp json.RawMessage `json:"timestamp_utc"`
	Reason    json.RawMessage `json:"reason"`
}

// addPushed adds a row to the push as a poll or as a reject.
func addPushed(push *imports.Push, text []byte) error {
	if push.Rows() == imports.MaxPush {
		return problem{http.StatusRequestEntityTooLarge, words.Said("Those are too many polls"),
			words.Said(fmt.Sprintf("Expected at most %s polls at once, found more. Nothing was imported; please push them in smaller parts.", countText(imports.MaxPush))), nil}
	}
	var row pushedRow
	if err := json.Unmarshal(text, &row); err != nil || len(text) == 0 || text[0] != '{' {
		return push.Reject(*feed.NewReject("", text, "a JSON object with store_id, status and timestamp_utc"))
	}
	values := [3]string{}
	for n, sent := range []json.RawMessage{row.StoreID, row.Status, row.Timestamp} {
		value, ok := textOf(sent)
		if !ok {
			return push.Reject(*feed.NewReject(feed.PollColumns()[n], sent, "text in quotes"))
		}
		values[n] = value
	}
	return push.Add(values[0], values[1], values[2], reasonOf(row.Reason))
}

// reasonOf is the reason of a poll as text. No poll is rejected for its reason: numbers
// and objects are kept as they are written, and what is no text becomes U+FFFD or a blank.
func reasonOf(sent json.RawMessage) string {
	value, ok := textOf(sent)
	if !ok && (sent[0] != '"' || json.Unmarshal(sent, &value) != nil) {
		value = string(sent)
	}
	return strings.ReplaceAll(strings.ToValidUTF8(value, "\ufffd"), "\x00", " ")
}

// textOf decodes a JSON string; null and a missing value are empty. It refuses
// invalid Unicode, which encoding/json would replace: two ids would become one.
func textOf(sent json.RawMessage) (value string, ok bool) {
	if len(sent) == 0 || string(sent) == "null" {
		return "", true
	}
	if sent[0] != '"' || !utf8.Valid(sent) || json.Unmarshal(sent, &value) != nil {
		return "", false
	}
	replaced := strings.ContainsRune(value, utf8.RuneError) && !bytes.ContainsRune(sent, utf8.RuneError) &&
		!bytes.Contains(bytes.ToLower(sent), []byte(`\ufffd`))
	return value, !replaced
}
