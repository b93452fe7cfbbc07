package words

import (
	"embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed messages/*.toml
var messages embed.FS

// newBundle reads the messages of all languages. They are part of the program, so that a file
// that cannot be read is found by every test.
func newBundle() *i18n.Bundle {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := messages.ReadDir("messages")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		if err := load(bundle, "messages/"+f.Name()); err != nil {
			panic(err)
		}
	}
	return bundle
}

// load adds the messages of a file, such as alerts.es.toml. The plural for millions, which
// Spanish has, is that for other numbers where none is given.
func load(bundle *i18n.Bundle, path string) error {
	data, err := messages.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := i18n.ParseMessageFileBytes(data, path, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, m := range file.Messages {
		if m.One != "" && m.Many == "" {
			m.Many = m.Other
		}
	}
	return bundle.AddMessages(file.Tag, file.Messages...)
}

// parser puts values in the places of a translation. The library brings text/template for
// that; here a translator writes {stores}, and nothing can be executed.
type parser struct{ words *Words }

func (p parser) Cacheable() bool { return false } // there is nothing to compile

func (p parser) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	return translation{p.words, src}, nil
}

type translation struct {
	words *Words
	text  string
}

func (t translation) Execute(values any) (string, error) {
	pairs, ok := values.([]any)
	if !ok {
		return "", fmt.Errorf("values of %q: expected names and values, found %T", t.text, values)
	}
	text, _, _ := strings.Cut(t.text, "|")
	return t.words.fill(text, pairs), nil
}
