package words

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lightson/models/zones"
)

// Stored is a message as a database keeps it, so that it can be said in any language later.
// Two are equal if they say the same. What was stored before messages were is plain text; it
// stays what it is, as a name does.
//
// A message with a text is an object of JSON: {"say":"{n} of {all}","values":["n",3,"all",7]}.
// Its values are only ever values, whatever they look like.
type Stored string

// objects is how the stored form of a message begins. Plain text that begins so is an object
// too.
const objects = "{"

// A storedMessage is the object of a message, or of one of its values.
type storedMessage struct {
	Said   *string           `json:"said,omitempty"`
	Say    Text              `json:"say,omitempty"`
	One    Text              `json:"one,omitempty"` // of a plural
	N      int64             `json:"n,omitempty"`
	Values []json.RawMessage `json:"values,omitempty"`

	At     *time.Time        `json:"at,omitempty"` // of a Moment
	Zone   string            `json:"zone,omitempty"`
	Layout Text              `json:"layout,omitempty"`
	Amount *string           `json:"amount,omitempty"` // of a figure
	List   []json.RawMessage `json:"list,omitempty"`
}

// Stored is the message as a database keeps it.
func (m Message) Stored() Stored {
	if m.isPlain() && !strings.HasPrefix(m.said, objects) {
		return Stored(m.said)
	}
	return Stored(encoded(m.object()))
}

// isPlain reports whether there is nothing to translate.
func (m Message) isPlain() bool { return m.said != "" && !m.figure || m.Empty() }

func (m Message) object() storedMessage {
	if m.isPlain() {
		return storedMessage{Said: &m.said}
	}
	if m.figure {
		return storedMessage{Amount: &m.said}
	}
	s := storedMessage{Say: m.text, Values: encodedAll(m.values)}
	if m.plural.Other != "" {
		s.Say, s.One, s.N = m.plural.Other, m.plural.One, m.n
	}
	return s
}

func encodedAll(values []any) (all []json.RawMessage) {
	for _, v := range values {
		all = append(all, encodedValue(v))
	}
	return all
}

// encodedValue keeps what [Words.value] says in its own way. Anything else is said as it is
// now.
func encodedValue(v any) json.RawMessage {
	switch v := v.(type) {
	case string, int, int64:
		return encoded(v)
	case Text:
		return encoded(storedMessage{Say: v})
	case Message:
		return encoded(v.object())
	case Stored:
		return encoded(v.Message().object())
	case Moment:
		at := v.At.UTC()
		return encoded(storedMessage{At: &at, Zone: zoneName(v.At), Layout: v.Layout})
	case List:
		return encoded(storedMessage{List: encodedAll(v)})
	default:
		return encoded(fmt.Sprint(v))
	}
}

// zoneName is the zone of a time, if every server knows it by its name.
func zoneName(at time.Time) string {
	if name := at.Location().String(); name != "UTC" && name != "Local" {
		return name
	}
	return ""
}

func encoded(v any) json.RawMessage {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, numbers and times of this era, which JSON always has
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

// Message is what was stored. Where that cannot be read, it is the text as it is.
func (s Stored) Message() Message {
	var o storedMessage
	if !strings.HasPrefix(string(s), objects) || json.Unmarshal([]byte(s), &o) != nil {
		return Said(string(s))
	}
	if m, is := o.value().(Message); is && !m.Empty() {
		return m
	}
	return Said(string(s))
}

// value is what an object was before it was stored.
func (o storedMessage) value() any {
	switch {
	case o.Said != nil:
		return Said(*o.Said)
	case o.At != nil:
		return Moment{o.At.In(zones.OrUTC(o.Zone)), o.Layout}
	case o.Amount != nil:
		return FigureLater(*o.Amount)
	case o.List != nil:
		return List(decodedAll(o.List))
	case o.One != "":
		return CountLater(o.N, Plural{o.One, o.Say}, decodedAll(o.Values)...)
	default:
		return Later(o.Say, decodedAll(o.Values)...)
	}
}

func decodedAll(raw []json.RawMessage) (values []any) {
	for _, r := range raw {
		values = append(values, decodedValue(r))
	}
	return values
}

func decodedValue(raw json.RawMessage) any {
	var (
		o    storedMessage
		n    int64
		text string
	)
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &n) == nil:
		return n
	case json.Unmarshal(raw, &o) == nil:
		return o.value()
	default:
		return string(raw)
	}
}

// In says it in a language.
func (s Stored) In(w *Words) string { return s.Message().In(w) }

// String is the English.
func (s Stored) String() string { return s.In(english) }
