package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"lightson/models/reports"
)

// usualDrain is the default of LIGHTSON_DRAIN.
const usualDrain = 2 * time.Second

// check checks that every setting is in its range, so that a slip is told at the start
// and not by what goes wrong later. How long things are kept, keep checks.
func (s serveSettings) check() error {
	const day = 24 * time.Hour
	for _, setting := range []struct {
		name        string
		value       time.Duration
		least, most time.Duration
	}{
		{"LIGHTSON_INGEST_EVERY", s.IngestEvery, time.Second, day},
		{"LIGHTSON_DATABASE_WAIT", s.DatabaseWait, 0, day},
		{"LIGHTSON_PULL_EVERY", s.PullEvery, 10 * time.Second, 7 * day},
		{"LIGHTSON_REPORT_TIMEOUT", s.ReportTimeout, time.Second, day},
		{"LIGHTSON_IMPORT_TIMEOUT", s.ImportTimeout, time.Second, 7 * day},
		{"LIGHTSON_STOP_AFTER", s.StopAfter, time.Millisecond, day},
		{"LIGHTSON_DRAIN", s.Drain, 0, day},
		{"LIGHTSON_SLOW_QUERY", s.SlowQuery, 0, day},
		{"LIGHTSON_SESSION_IDLE", s.SessionIdle, 5 * time.Minute, 30 * day},
		{"LIGHTSON_SESSION_LIFETIME", s.SessionLifetime, time.Hour, 400 * day},
	} {
		if err := inRange(setting.name, setting.value, setting.least, setting.most, durationText); err != nil {
			return err
		}
	}
	if s.SQLEvery != 0 {
		if err := inRange("LIGHTSON_SQL_EVERY", s.SQLEvery, time.Minute, 7*day, durationText); err != nil {
			return err
		}
	}
	if s.Drain > s.StopAfter && s.Drain != usualDrain { // the default is cut short, as its help says
		return fmt.Errorf("LIGHTSON_DRAIN: expected at most LIGHTSON_STOP_AFTER, which is %s, found %s", durationText(s.StopAfter), durationText(s.Drain))
	}
	for _, setting := range []struct {
		name               string
		value, least, most int64
	}{
		{"LIGHTSON_UPLOAD_LIMIT", s.UploadLimit, 1024, 1 << 50}, // archives may unpack to ten times that
		{"LIGHTSON_STAGE_LIMIT", s.StageLimit, 0, 1 << 53},
		{"LIGHTSON_QUEUE_LIMIT", int64(s.QueueLimit), 1, 1_000_000},
		{"LIGHTSON_RATE_LIMIT", int64(s.RateLimit), 0, 1_000_000},
	} {
		if err := inRange(setting.name, setting.value, setting.least, setting.most, numberText); err != nil {
			return err
		}
	}
	if len(s.Currency) > 12 || strings.ContainsFunc(s.Currency, unicode.IsControl) {
		return fmt.Errorf("LIGHTSON_CURRENCY: expected at most 12 bytes of text, found %.30q", s.Currency)
	}
	return nil
}

// valid checks all settings of the server, as a start does.
func (c serveSettings) valid(s *settings) error {
	_, jobsErr := s.jobSettings(c)
	_, figuresErr := s.figuresOptions()
	_, public, reachErr := c.reach()
	_, _, signInErr := c.signIn(public)
	_, originsErr := c.origins()
	_, tracesErr := c.traces()
	var all []error
	for _, err := range []error{jobsErr, figuresErr, reachErr, signInErr, originsErr, tracesErr} {
		same := func(before error) bool { return err != nil && before.Error() == err.Error() }
		if err != nil && !slices.ContainsFunc(all, same) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// shards is how many stores a shard of a report has.
func (s *settings) shards() (int, error) {
	return s.ShardStores, inRange("LIGHTSON_SHARD_STORES", int64(s.ShardStores), 1, reports.MostShardStores, numberText)
}

func inRange[T int64 | time.Duration](name string, value, least, most T, text func(T) string) error {
	switch {
	case value < least:
		return fmt.Errorf("%s: expected at least %s, found %s", name, text(least), text(value))
	case value > most:
		return fmt.Errorf("%s: expected at most %s, found %s", name, text(most), text(value))
	default:
		return nil
	}
}

func numberText(n int64) string { return fmt.Sprint(n) }

// durationText is a duration as people type it: 24h rather than 24h0m0s.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
