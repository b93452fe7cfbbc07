package jobs

import (
	"context"
	"encoding/json"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/logs"
)

// A Watch is told what the background work does, to count it and to follow it. It must not
// keep anybody waiting.
type Watch interface {
	// Work is told that a worker takes work up. The context that it returns is that of the
	// work; end is called once it is done, or was left to somebody else. carried is what
	// Carry said when the work was queued.
	Work(ctx context.Context, kind, id, carried string) (watched context.Context, end func(error))
	// Carry is what goes with work that is queued in a context; empty for nothing.
	Carry(ctx context.Context) string
	// ImportEnded and ReportEnded are told of work that has become final on this server.
	ImportEnded(i models.Import)
	ReportEnded(r models.Report)
	// Tried is told what became of a try to deliver a message.
	Tried(kind deliveries.Kind, o deliveries.Outcome)
}

// unwatched is the Watch of work that nobody watches.
type unwatched struct{}

// Work implements Watch.
func (unwatched) Work(ctx context.Context, _, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// Carry implements Watch.
func (unwatched) Carry(context.Context) string { return "" }

// ImportEnded implements Watch.
func (unwatched) ImportEnded(models.Import) {}

// ReportEnded implements Watch.
func (unwatched) ReportEnded(models.Report) {}

// Tried implements Watch.
func (unwatched) Tried(deliveries.Kind, deliveries.Outcome) {}

// metadata goes with a River job, beside what River itself keeps there.
type metadata struct {
	Carried string `json:"traceparent,omitempty"`
}

// carried is the metadata of a job; nil where there is nothing to carry.
func carried(text string) []byte {
	if text == "" {
		return nil
	}
	encoded, _ := json.Marshal(metadata{text}) // text can always be encoded
	return encoded
}

// follow does work under the eyes of the watch. What it logs has the id of the work.
func (j *Jobs) follow(ctx context.Context, kind models.WorkKind, id string, sent []byte, do func(context.Context) error) error {
	var m metadata
	_ = json.Unmarshal(sent, &m) // a job without a trace is worked all the same
	ctx, end := j.settings.Watch.Work(logs.With(ctx, logs.Work, id), string(kind), id, m.Carried)
	err := do(ctx)
	end(err)
	return err
}

// tellEnd tells the watch, and the log, of an attempt that was the last one. Who cancels work
// tells of that, see Cancel.
func (j *Jobs) tellEnd(ctx context.Context, a models.Attempt) {
	switch a.Kind {
	case models.ImportWork:
		i, err := j.db.Import(ctx, a.ID)
		if err == nil && (i.State == models.Complete || i.State == models.Failed) {
			j.settings.Watch.ImportEnded(i)
			j.log.InfoContext(ctx, "import ended", "state", i.State, "source", i.Source, "rows", i.Rows, "rejected", i.Rejected, "took", lasted(i.Work))
		}
	case models.ReportWork:
		r, err := j.db.Report(ctx, a.ID)
		if err == nil && (r.State == models.Complete || r.State == models.Failed) {
			j.settings.Watch.ReportEnded(r)
			j.log.InfoContext(ctx, "report ended", "state", r.State, "source", r.Source, "took", lasted(r.Work))
		}
	}
}

func lasted(w models.Work) time.Duration { return w.FinishedAt.Time().Sub(w.StartedAt.Time()) }

// tellCancelled tells the watch of work that was cancelled.
func (j *Jobs) tellCancelled(ctx context.Context, kind models.WorkKind, id string) {
	switch kind {
	case models.ImportWork:
		if i, err := j.db.Import(ctx, id); err == nil {
			j.settings.Watch.ImportEnded(i)
		}
	case models.ReportWork:
		if r, err := j.db.Report(ctx, id); err == nil {
			j.settings.Watch.ReportEnded(r)
		}
	}
}

// DiskSpace is how much of the disk of the data folder is free, and how large it is, in bytes.
func (j *Jobs) DiskSpace() (free, total int64, known bool) { return j.space(j.settings.Dir) }
