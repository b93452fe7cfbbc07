package scheduled

import "lightson/models"

// Scope is what the report of a run is about. behind reports whether its range had to be
// an earlier one, see Period.Span.
func (r Report) Scope(run Run, newest models.OptionalInstant) (scope models.ReportScope, behind bool) {
	scope = models.ReportScope{Group: r.Group, Corrected: r.Corrected}
	scope.Range, behind = r.Period.Span(run.DueAt, r.Times.Location(), newest)
	return scope, behind
}
