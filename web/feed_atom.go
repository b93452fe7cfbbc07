package web

import (
	"encoding/xml"
	"time"

	"lightson/models/uptime"
)

// The elements of an Atom feed, RFC 4287, that this package writes.
type (
	atomFeed struct {
		XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Subtitle  string      `xml:"subtitle,omitempty"`
		Updated   string      `xml:"updated"`
		Author    atomPerson  `xml:"author"`
		Links     []atomLink  `xml:"link"`
		Generator string      `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}

	atomPerson struct {
		Name string `xml:"name"`
	}

	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}

	atomEntry struct {
		ID        string   `xml:"id"`
		Title     string   `xml:"title"`
		Published string   `xml:"published"`
		Updated   string   `xml:"updated"`
		Link      atomLink `xml:"link"`
		Summary   string   `xml:"summary"`
	}
)

// bytes are the feed as a document. Characters that XML cannot have are replaced.
func (f atomFeed) bytes() ([]byte, error) {
	body, err := xml.Marshal(f)
	return append([]byte(xml.Header), body...), err
}

// atomTime is an instant by RFC 3339.
func atomTime(at uptime.Instant) string { return at.Time().Format(time.RFC3339Nano) }
