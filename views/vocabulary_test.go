package views

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// shunned finds words that the house has another word for.
func shunned(t *testing.T) func(text string) (found, say string) {
	t.Helper()
	says := map[string]string{}
	var all []string
	for _, term := range vocabulary {
		for _, not := range term.not {
			says[not] = term.say
			all = append(all, not)
		}
	}
	any := regexp.MustCompile(`(?i)\b(?:` + strings.Join(all, "|") + `)\b`)
	return func(text string) (found, say string) {
		found = any.FindString(text)
		if found == "" {
			return "", ""
		}
		for not, say := range says {
			if regexp.MustCompile(`(?i)^(?:` + not + `)$`).MatchString(found) {
				return found, say
			}
		}
		return found, "?"
	}
}

func TestTheVocabularyFindsWhatIsShunnedAndNothingElse(t *testing.T) {
	find := shunned(t)
	for text, want := range map[string]string{
		"Nothing was taken in.":              "Import",
		"Mend the files":                     "Fix",
		"expected an instant after from":     "time",
		"Polls speak for 40 % of it":         "cover",
		"It cannot be undone any more":       "no longer",
		"Recommended: import the files":      "",
		"Instantly, and take it into town":   "",
		"This store is offline. Undo that.":  "",
		"Whoever has the link can read this": "anyone who",
	} {
		if _, say := find(text); say != want {
			t.Errorf("%q: say %q, want %q", text, say, want)
		}
	}
}

// Samples of the gallery hold what web writes, so they are held to the same words.
func TestNoPageShowsAWordThatTheHouseHasAnotherFor(t *testing.T) {
	find := shunned(t)
	for name, c := range samplePages() {
		page := render(t, c)
		page.Find("script, style").Remove()
		texts := []string{page.Text()}
		for _, attr := range []string{"title", "aria-label", "placeholder", "alt"} {
			for _, node := range page.Find("[" + attr + "]").EachIter() {
				texts = append(texts, node.AttrOr(attr, ""))
			}
		}
		for _, text := range texts {
			if found, say := find(strings.Join(strings.Fields(text), " ")); found != "" {
				t.Errorf("%s: shows %q; the house says %q", name, found, say)
			}
		}
	}
}

// Every literal of the program that has a space may be read by people: on a page that no sample
// shows, in an answer of the API, in a mail or in a log.
func TestNoSentenceOfTheProgramHasAWordThatTheHouseHasAnotherFor(t *testing.T) {
	find := shunned(t)
	tags := regexp.MustCompile(`<[^>]*>?`)
	read := 0
	for _, dir := range []string{".", "../web", "../models", "../jobs", "../cmd/lightson"} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || entry.Name() == "vocabulary.go" {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if field, ok := n.(*ast.Field); ok && field.Tag != nil {
					return false
				}
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil || !strings.Contains(text, " ") {
					return true
				}
				read++
				if found, say := find(tags.ReplaceAllString(text, " ")); found != "" {
					t.Errorf("%s: %q says %q; the house says %q", files.Position(literal.Pos()), text, found, say)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 2000 {
		t.Errorf("read %d literals, want all of them", read)
	}
}
