package scheduled

import "lightson/models"

// Scope is what the report of a run is about. behind reports whether its range had to be
// an earlier one, see Period.Span.
func (r Report) Scope(run Run, newest models.OptionalInstant) (scope models.ReportScope, behind bool, err error) {
	scope = models.ReportScope{Group: r.Group, Corrected: r.Corrected}
	scope.Range, behind, err = r.Period.Span(run.DueAt, r.Times.Zone, newest)
	return scope, behind, err
}
