package main

import (
	"context"
	"fmt"
	"strings"

	"lightson/cmd/rig"
)

// A size is what the database holds.
type size struct {
	rows, packed int64 // of polls: rows of a day and store, and their bytes
	table        int64 // bytes that those rows occupy
	whole        int64 // bytes of the whole database
}

func (s *soak) measure(ctx context.Context) (now size, err error) {
	query := `SELECT count(*) || ' ' || coalesce(sum(length(polls)), 0) || ' ' ||
		(SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('poll_days')) || ' ' || pg_database_size(current_database()) FROM poll_days`
	if s.kind == rig.SQLite {
		query = `SELECT count(*) || ' ' || coalesce(sum(length(polls)), 0) || ' ' ||
			(SELECT sum(pgsize) FROM dbstat WHERE name = 'poll_days') || ' ' ||
			(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) FROM poll_days`
	}
	text, err := s.db.Ask(ctx, query)
	if err != nil {
		return now, err
	}
	_, err = fmt.Sscan(text, &now.rows, &now.packed, &now.table, &now.whole)
	return now, err
}

// storeCodes are the ids of all stores.
func (s *soak) storeCodes(ctx context.Context) ([]string, error) {
	text, err := s.db.Ask(ctx, "SELECT code FROM stores ORDER BY code")
	return strings.Fields(text), err
}
