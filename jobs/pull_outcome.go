package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/unpack"
	"lightson/models/uptime"
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
		s.State, s.Outcome = models.SourceTakenIn, "Imported: import "+f.importID+"."
		s.ImportID, s.Bytes = f.importID, f.bytes
	case errors.As(f.err, &refused):
		j.log.WarnContext(ctx, "source refused", "source", s.URL, "reason", refused.Why)
		s.State, s.Outcome = models.SourceRefused, fmt.Sprintf("Refused: %s. It is checked again when it changes.", printable(refused.Why.Error()))
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
	since := clockText(s.ChangedAt.Time(), "2 Jan 2006, 15:04 UTC")
	switch {
	case s.Digest != "":
		s.State, s.Outcome = models.SourceUnchanged, "Not changed since "+since+"."
	case s.State != models.SourceRefused:
		s.State, s.Outcome = models.SourceRefused, "Not changed since "+since+", when it was refused."
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
		return j.putOff(s, told.Error(), now)
	}
	j.log.ErrorContext(ctx, "source failed", "source", s.URL, "error", err)
	return j.putOff(s, "something went wrong on our side; the server's log says more", now)
}

// importFailed forgets what was fetched, so that it will be fetched again.
func (j *Jobs) importFailed(ctx context.Context, s models.RemoteSource, i models.Import, now time.Time) models.RemoteSource {
	s.ETag, s.LastModified, s.Digest = "", "", ""
	why := fmt.Sprintf("import %s failed (%s)", i.ID, strings.TrimSuffix(i.Error, "."))
	j.log.WarnContext(ctx, "source failed", "source", s.URL, "reason", why)
	return j.putOff(s, why, now)
}

// putOff sets the next try after a failure.
func (j *Jobs) putOff(s models.RemoteSource, why string, now time.Time) models.RemoteSource {
	s.Failures++
	s.CheckedAt = uptime.At(now)
	next := now.Add(retryAfter(j.settings.PullEvery, s.Failures))
	s.NextAt = uptime.At(next)
	layout := "15:04 UTC"
	if next.UTC().YearDay() != now.UTC().YearDay() {
		layout = "2 Jan, 15:04 UTC"
	}
	s.State = models.SourceFailed
	s.Outcome = fmt.Sprintf("Failed: %s; next try at %s.", plainText(why), clockText(next, layout))
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

// plainText makes a text that another server may have worded fit for one line.
func plainText(text string) string {
	const maxLength = 300
	text = printable(text)
	if runes := []rune(text); len(runes) > maxLength {
		text = string(runes[:maxLength-1]) + "…"
	}
	return text
}

// printable replaces what cannot be shown, and a database might refuse.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

func clockText(at time.Time, layout string) string { return at.UTC().Format(layout) }
