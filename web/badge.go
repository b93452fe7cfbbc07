package web

import (
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// stateName is a state with a capital letter, as on pages and in the contract.
func stateName(state models.State) string { return upperFirst(string(state)) }

// newBadge is the badge of an import or a report. noun is what the progress
// counts; empty means bytes.
func (s *Server) newBadge(w models.Work, noun string) views.Badge {
	badge := views.Badge{State: views.JobState(stateName(w.State)), Reason: w.Error.String()}
	if w.State != models.Running {
		return badge
	}
	badge.Done, badge.Total = w.Done, w.Total
	badge.Elapsed = uptime.Micros(max(uptime.At(s.now())-w.StartedAt, 0)).LengthText()
	switch {
	case w.Total == 0:
	case noun == "":
		badge.Progress = fmt.Sprintf("%s of %s", bytesText(w.Done), bytesText(w.Total))
	default:
		badge.Progress = fmt.Sprintf("%s of %s", countText(w.Done), plural(w.Total, noun))
	}
	return badge
}
