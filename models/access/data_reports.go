package access

import (
	"context"
	"fmt"
	"iter"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reports"
)

// Asker is who asks for a report, with the reach that the report will have.
func Asker(ctx context.Context) (models.Asker, error) {
	p, err := Of(ctx)
	if err != nil {
		return models.Asker{}, err
	}
	if p.Kind == IsOpen {
		return models.Asker{Reach: p.Reach}, nil
	}
	return models.Asker{Key: p.Key(), Name: p.Name, Reach: p.Reach}, nil
}

// KeyUsed reports whether whoever acts has asked for a report by a form with this key.
func (d *Data) KeyUsed(ctx context.Context, key string) (bool, error) {
	by, err := Asker(ctx)
	if err != nil {
		return false, err
	}
	return d.db.KeyUsed(ctx, models.NewReport(models.FromPage, models.ReportScope{}, key).For(by))
}

// Report is the report with an id, or models.ErrNotFound where it is not all within reach.
func (d *Data) Report(ctx context.Context, id string) (models.Report, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return models.Report{}, err
	}
	return d.db.ReportWithin(ctx, within, id)
}

// Reports are at most limit reports that are all within reach, newest first.
func (d *Data) Reports(ctx context.Context, offset, limit int) ([]models.Report, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.db.ReportsWithin(ctx, within, offset, limit)
}

// ReportsOfGroup are at most limit reports of a group that are all within reach, newest
// first. Where group is empty, they are of any group and of all stores.
func (d *Data) ReportsOfGroup(ctx context.Context, group string, limit int) ([]models.Report, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	if group == "" {
		return d.db.ReportsWithin(ctx, within, 0, limit)
	}
	return d.db.ReportsOfGroupWithin(ctx, within, group, limit)
}

// ReportsAfter are at most limit reports that are all within reach and come after a place
// in their list.
func (d *Data) ReportsAfter(ctx context.Context, place models.ListPlace, limit int) ([]models.Report, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.db.ReportsAfterWithin(ctx, place, within, limit)
}

// LatestSnapshot is figures.Figures.Snapshot, within reach, for whoever takes the newest
// figures as a file.
func (d *Data) LatestSnapshot(ctx context.Context) (*figures.Snapshot, error) {
	within, err := reachFor(ctx, ReadLatest)
	if err != nil {
		return nil, err
	}
	return d.figures.SnapshotWithin(ctx, within)
}

// LatestContent is what a report about a group, or about all stores where group is empty,
// says as of LatestSnapshot.
func (d *Data) LatestContent(ctx context.Context, latest *figures.Snapshot, group string) (reports.Content, error) {
	if _, err := reachFor(ctx, ReadLatest); err != nil {
		return reports.Content{}, err
	}
	content := reports.About(latest, group)
	targets, err := entered.ReadTargets(ctx, d.db)
	content.Targets = targets
	return content, err
}

// SharedReport is the report of the share link that acts, or models.ErrNotFound.
func (d *Data) SharedReport(ctx context.Context) (models.Report, error) {
	within, err := reachFor(ctx, ReadSharedPage)
	if err != nil {
		return models.Report{}, err
	}
	p, err := Of(ctx)
	if err != nil {
		return models.Report{}, err
	}
	r, err := d.db.ReportWithin(ctx, within, p.Report)
	if err == nil && r.State != models.Complete {
		err = models.ErrNotFound
	}
	return r, err
}

// Rows are the rows of a report that Report, Reports or SharedReport gave. Where the report
// is not within reach, or is not that of the share link that acts, the only row is an error.
func (d *Data) Rows(ctx context.Context, r models.Report) iter.Seq2[reports.Row, error] {
	if err := mayReadRows(ctx, r); err != nil {
		return func(yield func(reports.Row, error) bool) { yield(reports.Row{}, err) }
	}
	return reports.Rows(ctx, d.db, r.ID)
}

func mayReadRows(ctx context.Context, r models.Report) error {
	p, err := Of(ctx)
	if err != nil {
		return err
	}
	if !p.May(ReadFigures) && !p.May(ReadSharedPage) {
		return fmt.Errorf("%s: %w", p.Key(), ErrForbidden)
	}
	if !r.Within(p.Reach) || p.Kind == IsLink && r.ID != p.Report {
		return fmt.Errorf("rows of report %s: %w", r.ID, models.ErrNotFound)
	}
	return nil
}

// Sees reports whether somebody may see a report now.
func Sees(p Principal, r models.Report) bool { return p.May(ReadFigures) && r.Within(p.Reach) }

// MayFile reports whether somebody may have files put into a folder of the server.
func MayFile(p Principal) bool { return p.Role == Operator && p.May(Ingest) && p.May(MakeReports) }
