package web

import (
	"lightson/models"
	"lightson/models/deliveries"
)

// apiMessage is what somebody is told, in the language in which it was written. Addresses whose
// rest is for whoever got it are left out.
type apiMessage struct {
	Title    string           `json:"title"`
	Lines    []string         `json:"lines"`
	Sections []apiSection     `json:"sections"`
	Links    []apiMessageLink `json:"links"`
	Notes    []string         `json:"notes"`
}

type apiSection struct {
	Heading string          `json:"heading"`
	Rows    []apiMessageRow `json:"rows"`
	More    *string         `json:"more"` // what was left out
}

type apiMessageRow struct {
	Text  string  `json:"text"`
	Value *string `json:"value"`
	Path  *string `json:"path"` // of a page
}

type apiMessageLink struct {
	Text string `json:"text"`
	Path string `json:"path"`
}

func newAPIMessage(m deliveries.Message) apiMessage {
	sent := apiMessage{Title: m.Title, Lines: models.OrEmpty(m.Lines), Sections: []apiSection{}, Links: []apiMessageLink{}, Notes: models.OrEmpty(m.Notes)}
	for _, section := range m.Sections {
		s := apiSection{Heading: section.Heading, Rows: []apiMessageRow{}, More: orNull(section.More)}
		for _, r := range section.Rows {
			s.Rows = append(s.Rows, apiMessageRow{r.Text, orNull(r.Value), orNull(pagePath(r.Path))})
		}
		sent.Sections = append(sent.Sections, s)
	}
	for _, l := range m.Links {
		if path := pagePath(l.Path); path != "" {
			sent.Links = append(sent.Links, apiMessageLink{l.Text, path})
		}
	}
	return sent
}
