package main

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/imports"
)

// commandRecord is what the audit log says of a command: the system's user did it.
func commandRecord(action access.Action, kind, target string, err error) access.Record {
	r := access.RecordOf(access.Principal{Kind: access.IsCommand, Name: userName()}, action)
	r.TargetKind, r.Target = kind, target
	var input access.InputError
	var undo imports.UndoError
	switch {
	case err == nil:
	case errors.As(err, &input), errors.As(err, &undo), errors.Is(err, models.ErrNotFound), errors.Is(err, access.ErrLastOperator),
		errors.Is(err, access.ErrEmailTaken), errors.Is(err, access.ErrLastWayIn):
		r.Outcome = access.Refused
	default:
		r.Outcome = access.Failed
	}
	return r
}

// recordWithin bounds the wait of a command for its record.
const recordWithin = 10 * time.Second

// record writes what a command did that ended with err, and waits for it. Nothing can be
// written where the database is away, and then nothing was done either.
func (p *program) record(db *models.DB, r access.Record, err error) error {
	if models.Away(err) {
		return err
	}
	audit := access.NewAudit(db, p.logger())
	audit.Record(p.ctx, r)
	closing, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), recordWithin)
	defer cancel()
	return errors.Join(err, audit.Close(closing))
}
