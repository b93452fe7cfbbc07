package words

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Text is what the program says, in English: a sentence or a word, with its values in braces.
// After a bar comes a note to translators.
type Text string

// shown is the English without the note.
func (t Text) shown() string {
	shown, _, _ := strings.Cut(string(t), "|")
	return shown
}

// A Plural is a text about a number of things, with {n} for the number.
type Plural struct{ One, Other Text }

// A Message is a text with its values, made where nobody knows yet who will read it, as an
// error is.
type Message struct {
	said   string // in place of the text, what is not translated
	figure bool   // what is said is an amount
	text   Text
	plural Plural // in place of the text, of n things
	n      int64
	values []any
}

// Later is what [Words.Say] will say.
func Later(text Text, values ...any) Message { return Message{text: text, values: values} }

// Said is what is the same in every language, such as a name.
func Said(text string) Message { return Message{said: text} }

// FigureLater is what [Words.Figure] will write.
func FigureLater(english string) Message { return Message{said: english, figure: true} }

// CountLater is what [Words.Count] will say.
func CountLater(n int64, of Plural, values ...any) Message {
	return Message{plural: of, n: n, values: values}
}

// In says it in a language.
func (m Message) In(w *Words) string {
	if m.figure {
		return w.Figure(m.said)
	}
	if m.said != "" {
		return m.said
	}
	if m.plural.Other != "" {
		return w.Count(m.n, m.plural, m.values...)
	}
	return w.Say(m.text, m.values...)
}

// Empty reports whether nothing is said.
func (m Message) Empty() bool { return m.said == "" && m.text == "" && m.plural.Other == "" }

// String is the English.
func (m Message) String() string { return m.In(english) }

// Words speak one language. They are safe for use by several goroutines.
type Words struct {
	language  Language
	localizer *i18n.Localizer // nil: English, which stands in the code
}

var english = &Words{language: English}

// translated are the other languages. Reading them takes a while, and most of what the program
// does needs none, so that the first who asks has them read.
var translated = sync.OnceValue(func() map[Language]*Words {
	bundle := newBundle()
	all := map[Language]*Words{}
	for _, l := range Languages {
		if l != English {
			all[l] = &Words{l, i18n.NewLocalizer(bundle, string(l))}
		}
	}
	return all
})

// In are the words of a language; English for one that is not known.
func In(l Language) *Words {
	if !slices.Contains(Languages, l) || l == English {
		return english
	}
	return translated()[l]
}

type key struct{}

// With lets everything that is made with a context speak a language.
func With(ctx context.Context, w *Words) context.Context { return context.WithValue(ctx, key{}, w) }

// Of are the words of whoever reads what is made with a context; English where nobody said.
func Of(ctx context.Context) *Words {
	if w, ok := ctx.Value(key{}).(*Words); ok {
		return w
	}
	return english
}

// Language is the one that is spoken.
func (w *Words) Language() Language { return w.language }

// Say says a text. After it come the names of its values, each before its value. What has no
// translation is said in English.
func (w *Words) Say(text Text, values ...any) string {
	if w.localizer == nil {
		return w.fill(text.shown(), values)
	}
	return w.localize(&i18n.LocalizeConfig{MessageID: string(text)}, text, values)
}

// Count says how many there are. The number is the value {n}.
func (w *Words) Count(n int64, of Plural, values ...any) string {
	values = append(slices.Clip(values), "n", n)
	text := of.Other
	if n == 1 {
		text = of.One
	}
	if w.localizer == nil {
		return w.fill(text.shown(), values)
	}
	return w.localize(&i18n.LocalizeConfig{MessageID: string(of.Other), PluralCount: n}, text, values)
}

func (w *Words) localize(config *i18n.LocalizeConfig, english Text, values []any) string {
	config.TemplateParser, config.TemplateData = parser{w}, values
	said, err := w.localizer.Localize(config)
	if err != nil || said == "" {
		return w.fill(english.shown(), values)
	}
	return said
}

// fill puts values in the places of a text, all at once, since a value can look like a place.
// A place without a value stays: a test compares the places of translations with the English.
func (w *Words) fill(text string, values []any) string {
	var filled strings.Builder
	for {
		before, rest, some := strings.Cut(text, "{")
		if !some && filled.Len() == 0 {
			return text
		}
		filled.WriteString(before)
		if !some {
			return filled.String()
		}
		name, after, ends := strings.Cut(rest, "}")
		if value, known := w.named(name, values); ends && known {
			filled.WriteString(value)
			text = after
		} else {
			filled.WriteByte('{')
			text = rest
		}
	}
}

// named is the value of a place, of values that follow their names.
func (w *Words) named(place string, values []any) (value string, known bool) {
	for n := 0; n+1 < len(values); n += 2 {
		name, is := values[n].(string)
		if !is {
			name = fmt.Sprint(values[n])
		}
		if name == place {
			return w.value(values[n+1]), true
		}
	}
	return "", false
}

func (w *Words) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return w.Number(int64(v))
	case int64:
		return w.Number(v)
	case Text:
		return w.Say(v)
	case Message:
		return v.In(w)
	case Stored:
		return v.In(w)
	case Moment:
		return w.Time(v.At, v.Layout)
	case List:
		return v.in(w)
	default:
		return fmt.Sprint(v)
	}
}

// Number is a whole number with separators: 14,092.
func (w *Words) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	first := len(digits) - 3
	if w.language == Spanish && len(strings.TrimPrefix(digits, "-")) == 4 {
		first = 0 // Spanish separates from five digits on
	}
	for i := first; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return w.Figure(digits)
}

// Figure is an amount that was written in English, "97.4 %" or "1,204 h", with the point and
// the separators of the language. Names of units are the same everywhere.
func (w *Words) Figure(english string) string {
	if w.localizer == nil {
		return english
	}
	return pointAndComma.Replace(english)
}

var pointAndComma = strings.NewReplacer(".", ",", ",", ".")
