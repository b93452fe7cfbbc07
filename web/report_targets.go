package web

import (
	"fmt"
	"slices"

	"lightson/models/entered"
	"lightson/models/reports"
	"lightson/views"
)

// anyRowTarget reports whether a store of a report had a target.
func anyRowTarget(rows []reports.Row) bool {
	return slices.ContainsFunc(rows, func(r reports.Row) bool { return r.Target != 0 })
}

// rowTargetText says what the target of a row was, and whether what the report is about in
// the first place reached it.
func rowTargetText(r *reports.Row) (text string, missed bool) {
	if r.Target == 0 {
		return "", false
	}
	met, judged := rowMet(r)
	switch {
	case !judged:
		return targetText(r.Target), false
	case met:
		return targetText(r.Target) + ", met", false
	default:
		return targetText(r.Target) + ", missed", true
	}
}

func rowMet(r *reports.Row) (met, judged bool) {
	corrected := r.Corrected()
	return entered.Target{Percent: r.Target}.Met(corrected.Main())
}

// newTargetsFact counts the stores of a report that missed their target; none where no
// store had one.
func newTargetsFact(rows []reports.Row) []views.Fact {
	missed, judged := 0, 0
	for n := range rows {
		if rows[n].Target == 0 {
			continue
		}
		if met, is := rowMet(&rows[n]); is {
			judged++
			if !met {
				missed++
			}
		}
	}
	if judged == 0 {
		return nil
	}
	return []views.Fact{{Name: "Targets", Value: fmt.Sprintf("%s of %s", countText(missed), plural(judged, "store")), Note: "missed theirs"}}
}
