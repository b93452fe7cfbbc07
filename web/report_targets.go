package web

import (
	"lightson/models/entered"
	"lightson/models/reports"
	"lightson/models/words"
	"lightson/views"
)

// rowTargetText says what the target of a row was, and whether what the report is about in
// the first place reached it.
func rowTargetText(w spoken, r *reports.Row) (text string, missed bool) {
	if r.Target == 0 {
		return "", false
	}
	met, judged := rowMet(r)
	switch {
	case !judged:
		return targetText(w, r.Target), false
	case met:
		return w.Say("{target}, met", "target", targetText(w, r.Target)), false
	default:
		return w.Say("{target}, missed", "target", targetText(w, r.Target)), true
	}
}

func rowMet(r *reports.Row) (met, judged bool) {
	corrected := r.Corrected()
	return entered.Target{Percent: r.Target}.Met(corrected.Main())
}

// newTargetsFact counts the stores of a report that missed their target; none where no
// store had one.
func newTargetsFact(w spoken, r *finishedReport) []views.Fact {
	if r.judged == 0 {
		return nil
	}
	return []views.Fact{{
		Name: w.Say("Targets"), Note: w.Say("missed theirs"),
		Value: w.Count(int64(r.judged), words.Plural{One: "{missed} of {n} store", Other: "{missed} of {n} stores"}, "missed", r.missed),
	}}
}
