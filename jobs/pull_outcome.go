package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/unpack"
	"lightson/models/uptime"
	"lightson/models/words"
)

// outcome is the row of a source after a look at it, with a sentence for people.
func (j *Jobs) outcome(ctx context.Context, known models.RemoteSource, f pullResult, now time.Time) models.RemoteSource {
	var (
		s       = known
		refused unpack.RefusedError
	)
	s.CheckedAt = uptime.At(now)
	if errors.Is(f.err, fetch.ErrUnchanged) {
		return j.checked(unchanged(s))
	}
	switch {
	case f.err == nil:
		s.State, s.Outcome = models.SourceTakenIn, words.Later("Imported: import {id}.", "id", f.importID).Stored()
		s.ImportID, s.Bytes = f.importID, f.bytes
	case errors.As(f.err, &refused):
		j.log.WarnContext(ctx, "source refused", "source", s.URL, "reason", refused.Why)
		s.State, s.Outcome = models.SourceRefused, words.Later("Refused: {why}. It is checked again when it changes.", "why", refused.Why.ForPeople()).Stored()
		f.digest = "" // of what was taken in last
	default:
		return j.failed(ctx, s, f.err, now)
	}
	s.ETag, s.LastModified, s.Digest, s.ChangedAt = f.ETag, f.LastModified, f.digest, s.CheckedAt
	return j.checked(s)
}

// unchanged words that the file is the one that was looked at before. Where that one
// was refused, the sentence still says so.
func unchanged(s models.RemoteSource) models.RemoteSource {
	since := words.Moment{At: s.ChangedAt.Time(), Layout: "2 Jan 2006, 15:04 MST"}
	switch {
	case s.Digest != "":
		s.State, s.Outcome = models.SourceUnchanged, words.Later("Not changed since {time}.", "time", since).Stored()
	case s.State != models.SourceRefused:
		s.State, s.Outcome = models.SourceRefused, words.Later("Not changed since {time}, when it was refused.", "time", since).Stored()
	}
	return s
}

// checked sets the next look after one that did not fail.
func (j *Jobs) checked(s models.RemoteSource) models.RemoteSource {
	s.Failures = 0
	s.NextAt = s.CheckedAt.Add(uptime.Micros(j.settings.PullEvery.Microseconds()))
	return s
}

// failed words why a source could not be taken in, and puts it off.
func (j *Jobs) failed(ctx context.Context, s models.RemoteSource, err error, now time.Time) models.RemoteSource {
	var told fetch.Error
	if errors.As(err, &told) {
		j.log.WarnContext(ctx, "source failed", "source", s.URL, "reason", err)
		return j.putOff(s, told.ForPeople(), now)
	}
	j.log.ErrorContext(ctx, "source failed", "source", s.URL, "error", err)
	return j.putOff(s, words.Later("something went wrong on our side; the server's log says more"), now)
}

// importFailed forgets what was fetched, so that it will be fetched again.
func (j *Jobs) importFailed(ctx context.Context, s models.RemoteSource, i models.Import, now time.Time) models.RemoteSource {
	s.ETag, s.LastModified, s.Digest = "", "", ""
	j.log.WarnContext(ctx, "source failed", "source", s.URL, "import", i.ID, "reason", i.Error.String())
	return j.failedUntil(s, "Import {id} failed: {why} The next try is at {time}.", now, "id", i.ID, "why", i.Error)
}

// putOff sets the next try after a failure.
func (j *Jobs) putOff(s models.RemoteSource, why words.Message, now time.Time) models.RemoteSource {
	return j.failedUntil(s, "Failed: {why}; next try at {time}.", now, "why", why)
}

// failedUntil words a failure, which has values besides the time of the next try.
func (j *Jobs) failedUntil(s models.RemoteSource, failed words.Text, now time.Time, values ...any) models.RemoteSource {
	s.Failures++
	s.CheckedAt = uptime.At(now)
	next := now.Add(retryAfter(j.settings.PullEvery, s.Failures))
	s.NextAt = uptime.At(next)
	at := words.Moment{At: next.UTC(), Layout: "15:04 MST"}
	if next.UTC().YearDay() != now.UTC().YearDay() {
		at.Layout = "2 Jan, 15:04 MST"
	}
	s.State = models.SourceFailed
	s.Outcome = words.Later(failed, append(values, "time", at)...).Stored()
	return s
}

// retryAfter is how long to wait after so many failures in a row: one interval
// first, then twice as long each time, up to a day.
func retryAfter(every time.Duration, failures int) time.Duration {
	const maxWait = 24 * time.Hour
	wait := every
	for ; failures > 1 && wait < maxWait; failures-- {
		wait *= 2
	}
	return max(every, min(wait, maxWait))
}
