package web

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/uptime"
)

// asOfLayouts are the ways to write an instant in a form or a request, all UTC
// unless they say otherwise. The second is what a browser's field sends.
var asOfLayouts = []string{
	time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02",
}

// parseAsOf reads the instant that a report is asked for; 0 where none is.
func (s *Server) parseAsOf(text string) (uptime.Instant, error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), " UTC")
	if text == "" {
		return 0, nil
	}
	for _, layout := range asOfLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() < 1971 || t.After(s.now().Add(24*time.Hour)) {
			return 0, badInput(fmt.Sprintf("as_of: expected an instant after 1970 and not in the future, found %s", text))
		}
		return uptime.At(t), nil
	}
	return 0, badInput(fmt.Sprintf("as_of: expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found %s", text))
}
