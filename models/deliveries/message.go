package deliveries

import "lightson/models/words"

// A Message is what a delivery says, in words that every channel can show. It has no
// markup: whoever sends it gives it the form that the channel takes, and makes the paths
// links of the public address of the server.
type Message struct {
	Title    string    `json:"title"`              // the subject of a mail: "Blue Kettle Airport is offline since 20:05 CST"
	Lines    []string  `json:"lines,omitempty"`    // sentences on top
	Sections []Section `json:"sections,omitempty"` // lists below
	Links    []Link    `json:"links,omitempty"`    // what to do next, the most important first
	Notes    []string  `json:"notes,omitempty"`    // small print: why somebody is told, until when data reach

	// Acknowledge says that whoever reads it can say so, after which nobody is reminded.
	Acknowledge bool `json:"acknowledge,omitempty"`

	Attachments []Attachment `json:"attachments,omitempty"` // mail only; elsewhere they are links

	Language words.Language `json:"language,omitempty"` // of its texts; empty = English
}

// NewMessage is a message without anything, in a language.
func NewMessage(w *words.Words) (m Message) {
	if l := w.Language(); l != words.English {
		m.Language = l
	}
	return m
}

// Words are those of the message's language.
func (m Message) Words() *words.Words { return words.In(m.Language) }

// A Section is a list with a heading.
type Section struct {
	Heading string `json:"heading"`
	Rows    []Row  `json:"rows"`
	More    string `json:"more,omitempty"` // what was left out: "and 280 more"
}

// A Row is a line of a section.
type Row struct {
	Text  string `json:"text"`            // "Blue Kettle Airport"
	Value string `json:"value,omitempty"` // "offline since 20:05 CST, 35 min"
	Path  string `json:"path,omitempty"`  // of a page: /stores/12
	Tone  Tone   `json:"tone,omitempty"`
}

// A Link is a page to go to.
type Link struct {
	Text string `json:"text"`
	Path string `json:"path"` // begins with a slash
}

// An Attachment is a file of a report, which is read when the message is sent.
type Attachment struct {
	Report string `json:"report"` // id
	Format string `json:"format"` // csv, details, range or xlsx
	Name   string `json:"name"`   // of the file
}

// Tone says what a row means, for a colour beside its words.
type Tone string

// The tones. The empty one has no colour.
const (
	Bad     Tone = "bad"
	Good    Tone = "good"
	Unknown Tone = "unknown" // there are no data
)
