package access

import (
	"context"
	"io"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/reports"
)

// Imports tell of all stores, so these methods give ErrForbidden to whoever has not the
// reach of all.

func (d *Data) mayReadImports(ctx context.Context) error {
	_, err := reachFor(ctx, ReadImports)
	return err
}

// Import is models.DB.Import.
func (d *Data) Import(ctx context.Context, id string) (models.Import, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return models.Import{}, err
	}
	return d.db.Import(ctx, id)
}

// Imports is models.DB.Imports.
func (d *Data) Imports(ctx context.Context, offset, limit int) ([]models.Import, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return d.db.Imports(ctx, offset, limit)
}

// ImportsAfter is models.DB.ImportsAfter.
func (d *Data) ImportsAfter(ctx context.Context, place models.ListPlace, limit int) ([]models.Import, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return d.db.ImportsAfter(ctx, place, limit)
}

// UndoStates is imports.UndoStates.
func (d *Data) UndoStates(ctx context.Context, list []models.Import) ([]error, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return imports.UndoStates(ctx, d.db, list)
}

// Undo is imports.Undo.
func (d *Data) Undo(ctx context.Context, id, by string) (models.Import, error) {
	if _, err := reachFor(ctx, Ingest); err != nil {
		return models.Import{}, err
	}
	return imports.Undo(ctx, d.db, id, by)
}

// Effect is imports.FindEffect.
func (d *Data) Effect(ctx context.Context, i models.Import) (imports.Effect, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return imports.Effect{}, err
	}
	return imports.FindEffect(ctx, d.db, i)
}

// PastHours is imports.FindPastHours.
func (d *Data) PastHours(ctx context.Context, i models.Import) (imports.PastHours, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return imports.PastHours{}, err
	}
	return imports.FindPastHours(ctx, d.db, i)
}

// ApplyHoursToPast is imports.ApplyHoursToPast.
func (d *Data) ApplyHoursToPast(ctx context.Context, id string, source models.Source, by string) (models.Import, error) {
	if _, err := reachFor(ctx, Ingest); err != nil {
		return models.Import{}, err
	}
	return imports.ApplyHoursToPast(ctx, d.db, id, source, by)
}

// RejectsKept is imports.RejectsKept.
func (d *Data) RejectsKept(ctx context.Context, file models.ImportFile) (bool, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return false, err
	}
	return imports.RejectsKept(ctx, d.db, file)
}

// WriteRejects is imports.WriteRejects.
func (d *Data) WriteRejects(ctx context.Context, w io.Writer, file models.ImportFile) error {
	if err := d.mayReadImports(ctx); err != nil {
		return err
	}
	return imports.WriteRejects(ctx, d.db, w, file)
}

// ConflictSum is models.DB.ConflictSum.
func (d *Data) ConflictSum(ctx context.Context) (models.ConflictSum, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return models.ConflictSum{}, err
	}
	return d.db.ConflictSum(ctx)
}

// ConflictingImports is models.DB.ConflictingImports.
func (d *Data) ConflictingImports(ctx context.Context, place models.ListPlace, offset, limit int) ([]models.Import, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return d.db.ConflictingImports(ctx, place, offset, limit)
}

// WriteConflictsCSV is reports.WriteConflictsCSV.
func (d *Data) WriteConflictsCSV(ctx context.Context, w io.Writer) error {
	if err := d.mayReadImports(ctx); err != nil {
		return err
	}
	return reports.WriteConflictsCSV(ctx, d.db, w)
}

// Sources is models.DB.Sources.
func (d *Data) Sources(ctx context.Context) ([]models.RemoteSource, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return d.db.Sources(ctx)
}

// InboxFiles is models.DB.InboxFiles.
func (d *Data) InboxFiles(ctx context.Context) ([]models.InboxFile, error) {
	if err := d.mayReadImports(ctx); err != nil {
		return nil, err
	}
	return d.db.InboxFiles(ctx)
}

// Untouched is models.DB.Untouched.
func (d *Data) Untouched(ctx context.Context) (bool, error) {
	if _, err := reachFor(ctx, Ingest); err != nil {
		return false, err
	}
	return d.db.Untouched(ctx)
}

// DemoImports is models.DB.DemoImports. Frames of pages say to everybody that the data
// are made up, so it asks for no principal, like LastImport.
func (d *Data) DemoImports(ctx context.Context) ([]models.Import, error) {
	return d.db.DemoImports(ctx)
}

// LastImport is the newest import of all, or false where there is none. Frames of pages
// are shared by people of every reach, so this is the one method that asks for no
// principal; its caller must not show the import to who may not read imports.
func (d *Data) LastImport(ctx context.Context) (last models.Import, found bool, err error) {
	list, err := d.db.Imports(ctx, 0, 1)
	if err != nil || len(list) == 0 {
		return last, false, err
	}
	return list[0], true, nil
}
