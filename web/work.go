package web

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// stateName is a state as people and scripts read it.
func stateName(state models.State) string { return upperFirst(string(state)) }

// newBadge is the badge of an import or a report; noun is what its progress
// counts, or empty for bytes.
func (s *Server) newBadge(w models.Work, noun string) views.Badge {
	badge := views.Badge{State: views.JobState(stateName(w.State)), Reason: w.Error}
	if w.State != models.Running {
		return badge
	}
	badge.Done, badge.Total = w.Done, w.Total
	badge.Elapsed = lengthText(uptime.Micros(max(uptime.At(s.now())-w.StartedAt, 0)))
	switch {
	case w.Total == 0:
	case noun == "":
		badge.Progress = fmt.Sprintf("%s of %s", bytesText(w.Done), bytesText(w.Total))
	default:
		badge.Progress = fmt.Sprintf("%s of %s", countText(w.Done), plural(w.Total, noun))
	}
	return badge
}

// checkID tells an id that can be one of ours from one that cannot be anything's:
// a database need not even take its bytes.
func checkID(id string) error {
	if uuid.Validate(id) != nil {
		return models.ErrNotFound
	}
	return nil
}

// maxKey is as long as an idempotency key can be.
const maxKey = 255

// checkKey refuses an idempotency key that cannot be kept.
func checkKey(key string) error {
	if len(key) > maxKey || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return badInput(fmt.Sprintf("Idempotency-Key: expected at most %d bytes of text", maxKey))
	}
	return nil
}

func sourceText(from models.Source) string {
	switch from {
	case models.FromPage:
		return "Browser"
	case models.FromAPI:
		return "API"
	case models.FromCommand:
		return "Command line"
	case models.FromInbox:
		return "Inbox"
	case models.FromDemo:
		return "Demo data"
	case models.FromPush:
		return "Pollers"
	case models.FromSource:
		return "Source"
	default:
		return string(from)
	}
}

// instantLayout is RFC 3339 with microseconds.
const instantLayout = "2006-01-02T15:04:05.000000Z07:00"

// instantText is an instant as scripts read it.
func instantText(at uptime.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(instantLayout)
}
