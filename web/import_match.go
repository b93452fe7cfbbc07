package web

import (
	"io"
	"iter"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/words"
	"lightson/views"
)

// matchField is the field of forms, and the parameter, that chooses whether damaged ids
// are matched.
const matchField = "match_ids"

// longestChoice bounds a field that is true or false, in bytes.
const longestChoice = 16

// parseMatchChoice reads the value of a field or a check box.
func parseMatchChoice(value string) (bool, error) {
	if value == "on" || value == "yes" {
		return true, nil
	}
	match, err := strconv.ParseBool(value)
	if err != nil {
		return false, badInput(words.Later("{field}: expected true or false, found {found}", "field", matchField, "found", feed.Shown(value)))
	}
	return match, nil
}

// readMatchChoice reads a field of an upload.
func readMatchChoice(part io.Reader) (bool, error) {
	value, err := io.ReadAll(io.LimitReader(part, longestChoice))
	if err != nil {
		return false, brokenUpload(err)
	}
	return parseMatchChoice(string(value))
}

// matchChoice is what a form says about damaged ids. A check box that is not checked sends
// nothing, so the form has a hidden field before it: the last one counts.
func matchChoice(c echo.Context) (match, given bool, err error) {
	form, err := c.FormParams()
	if err != nil {
		return false, false, err
	}
	values := form[matchField]
	if len(values) == 0 {
		return false, false, nil
	}
	match, err = parseMatchChoice(values[len(values)-1])
	return match, true, err
}

// andThen calls then once all of a sequence was taken.
func andThen[K, V any](all iter.Seq2[K, V], then func()) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, v := range all {
			if !yield(k, v) {
				return
			}
		}
		then()
	}
}

// newMatch offers to match the damaged ids of a preview.
func newMatch(w spoken, i models.Import) views.MatchIDs {
	p := i.Preview
	if p.Matches == 0 {
		return views.MatchIDs{}
	}
	shown := views.MatchIDs{
		Heading: w.Count(p.Matches, words.Plural{One: "Match {n} id to a store", Other: "Match {n} ids to stores"}),
		Chosen:  i.MatchIDs, URL: importURL(i.ID) + "/preview",
	}
	for _, file := range p.Files {
		if file.Match.Count == 0 {
			continue
		}
		row := views.MatchFile{Name: file.Name, Count: w.Number(file.Match.Count)}
		for _, example := range file.Match.Examples {
			row.Examples = append(row.Examples, views.MatchExample{Damaged: example.Damaged, Known: example.Known, URL: storeURL(example.Known)})
		}
		if more := file.Match.Count - int64(len(row.Examples)); more > 0 {
			row.More = w.more(more)
		}
		if file.Match.Unmatched > 0 {
			row.Unmatched = w.Number(file.Match.Unmatched)
		}
		shown.Files = append(shown.Files, row)
	}
	return shown
}

// apiIDMatch says how many damaged ids of a file can only stand for one known store.
type apiIDMatch struct {
	Count     int64               `json:"count"`
	Unmatched int64               `json:"unmatched"`
	Examples  []apiIDMatchExample `json:"examples"` // the first few
}

type apiIDMatchExample struct {
	ID    string `json:"id"` // with what is invisible in it escaped
	Store string `json:"store"`
}

func newAPIIDMatch(m models.IDMatch) apiIDMatch {
	shown := apiIDMatch{m.Count, m.Unmatched, []apiIDMatchExample{}}
	for _, example := range m.Examples {
		shown.Examples = append(shown.Examples, apiIDMatchExample{example.Damaged, example.Known})
	}
	return shown
}
