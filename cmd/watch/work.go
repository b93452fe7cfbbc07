package watch

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lightson/models"
	"lightson/models/deliveries"
)

// The values of labels. They are known beforehand, so that each has a value from the start,
// and nothing that is stored can add one.
var (
	sources = []models.Source{
		models.FromPage, models.FromAPI, models.FromCommand, models.FromInbox, models.FromDemo, models.FromPush, models.FromSource, models.FromSchedule,
	}
	finals   = []models.State{models.Complete, models.Failed, models.Cancelled}
	tells    = []deliveries.Kind{deliveries.Alert, deliveries.Digest, deliveries.Report, deliveries.Ready, deliveries.Test, deliveries.Confirmation}
	outcomes = []string{"kept", "duplicate", "conflicting", "rejected"}
	ends     = []string{"sent", "retried", "failed", "cancelled"}
)

// other is the value of a label for whatever is not among the known ones.
const other = "other"

func known[T ~string](value T, all []T) string {
	if slices.Contains(all, value) {
		return string(value)
	}
	return other
}

func (w *Watch) watchWork() {
	w.imports = w.counters("lightson_imports_total", "Imports that ended on this server, by state and by the way they came in.", "state", "source")
	w.rows = w.counters("lightson_import_rows_total", "Rows that were read on this server, by what became of them and by the way they came in.", "result", "source")
	w.reports = w.counters("lightson_reports_total", "Reports that ended on this server, by state.", "state")
	w.deliveries = w.counters("lightson_deliveries_total", "Tries to deliver a message from this server, by kind of the message and by what became of it.", "kind", "outcome")
	w.took = map[models.WorkKind]prometheus.Histogram{
		models.ImportWork: w.histogram("lightson_import_duration_seconds", "How long imports took, from when a worker began the last attempt.", workBuckets),
		models.ReportWork: w.histogram("lightson_report_duration_seconds", "How long reports took, from when a worker began the last attempt.", workBuckets),
	}
	for _, state := range finals {
		w.reports.WithLabelValues(string(state))
		for _, source := range sources {
			w.imports.WithLabelValues(string(state), string(source))
		}
	}
	for _, source := range sources {
		for _, outcome := range outcomes {
			w.rows.WithLabelValues(outcome, string(source))
		}
	}
	for _, kind := range tells {
		for _, end := range ends {
			w.deliveries.WithLabelValues(string(kind), end)
		}
	}
}

func (w *Watch) countRows(source models.Source, c models.Counts) {
	from := known(source, sources)
	for n, count := range []int64{c.Kept, c.Duplicate, c.Conflicting, c.Rejected} {
		w.rows.WithLabelValues(outcomes[n], from).Add(float64(count))
	}
}

// ImportEnded implements jobs.Watch.
func (w *Watch) ImportEnded(i models.Import) {
	w.imports.WithLabelValues(known(i.State, finals), known(i.Source, sources)).Inc()
	if i.State == models.Complete {
		w.countRows(i.Source, i.Counts)
		w.took[models.ImportWork].Observe(length(i.Work).Seconds())
	}
}

// ReportEnded implements jobs.Watch.
func (w *Watch) ReportEnded(r models.Report) {
	w.reports.WithLabelValues(known(r.State, finals)).Inc()
	if r.State == models.Complete {
		w.took[models.ReportWork].Observe(length(r.Work).Seconds())
	}
}

func length(work models.Work) time.Duration {
	return max(0, work.FinishedAt.Time().Sub(work.StartedAt.Time()))
}

// Tried implements jobs.Watch.
func (w *Watch) Tried(kind deliveries.Kind, o deliveries.Outcome) {
	end := "sent"
	switch {
	case o.Cancelled != "":
		end = "cancelled"
	case o.Failed != "":
		end = "failed"
	case o.Again != 0:
		end = "retried"
	}
	w.deliveries.WithLabelValues(known(kind, tells), end).Inc()
}

// Carry implements jobs.Watch.
func (w *Watch) Carry(ctx context.Context) string { return w.traces.carry(ctx) }

// Work implements jobs.Watch.
func (w *Watch) Work(ctx context.Context, kind, id, carried string) (context.Context, func(error)) {
	return w.traces.work(ctx, kind, id, carried)
}
