package web

import (
	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// stateName is a state with a capital letter, as on pages and in the contract.
func stateName(state models.State) string { return upperFirst(string(state)) }

// storesDone is how far a report is.
var storesDone = words.Plural{One: "{done} of {n} store", Other: "{done} of {n} stores"}

// newBadge is the badge of an import or a report. progress says how far it is; the zero
// Plural is for work that is counted in bytes.
func (s *Server) newBadge(w spoken, work models.Work, progress words.Plural) views.Badge {
	badge := views.Badge{State: views.JobState(stateName(work.State)), Reason: work.Error.In(w.Words)}
	if work.State != models.Running {
		return badge
	}
	badge.Done, badge.Total = work.Done, work.Total
	badge.Elapsed = w.length(uptime.Micros(max(uptime.At(s.now())-work.StartedAt, 0)))
	switch {
	case work.Total == 0:
	case progress == (words.Plural{}):
		badge.Progress = w.Say("{done} of {all}|of a file", "done", w.bytes(work.Done), "all", w.bytes(work.Total))
	default:
		badge.Progress = w.Count(work.Total, progress, "done", work.Done)
	}
	return badge
}
