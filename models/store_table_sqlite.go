package models

import (
	"context"
	"database/sql"
)

type sqliteStores struct{ tx *sql.Tx }

func (t *sqliteStores) Read(ctx context.Context, visit func(Store)) error {
	return t.query(ctx, visit, "")
}

func (t *sqliteStores) ReadKeys(ctx context.Context, visit func(Store)) error {
	rows, err := t.tx.QueryContext(ctx, "SELECT id, code, first_poll_at FROM stores")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s Store
		if err := rows.Scan(&s.ID, &s.Code, &s.FirstPollAt); err != nil {
			return err
		}
		visit(s)
	}
	return rows.Err()
}

func (t *sqliteStores) ReadBlock(ctx context.Context, lowest, highest int32, visit func(Store)) error {
	return t.query(ctx, visit, " WHERE id BETWEEN ? AND ?", lowest, highest)
}

func (t *sqliteStores) query(ctx context.Context, visit func(Store), where string, args ...any) error {
	rows, err := t.tx.QueryContext(ctx, "SELECT id, code, zone, first_poll_at, name, group_name, city FROM stores"+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s Store
		if err := rows.Scan(&s.ID, &s.Code, &s.Zone, &s.FirstPollAt, &s.Name, &s.Group, &s.City); err != nil {
			return err
		}
		visit(s)
	}
	return rows.Err()
}

func (t *sqliteStores) Insert(ctx context.Context, stores []Store) error {
	w := newManyWriter(t.tx, "INSERT INTO stores (id, code, zone, first_poll_at, name, group_name, city) VALUES", 7, "")
	defer w.close()
	for _, s := range stores {
		if err := w.add(ctx, s.ID, s.Code, s.Zone, s.FirstPollAt, s.Name, s.Group, s.City); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

func (t *sqliteStores) SetFirstPolls(ctx context.Context, stores []Store) error {
	statement, err := t.tx.PrepareContext(ctx, "UPDATE stores SET first_poll_at = ? WHERE id = ?")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, s := range stores {
		if _, err := statement.ExecContext(ctx, s.FirstPollAt, s.ID); err != nil {
			return err
		}
	}
	return nil
}

func (t *sqliteStores) SetNames(ctx context.Context, stores []Store) error {
	statement, err := t.tx.PrepareContext(ctx, "UPDATE stores SET name = ?, group_name = ?, city = ? WHERE id = ?")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, s := range stores {
		if _, err := statement.ExecContext(ctx, s.Name, s.Group, s.City, s.ID); err != nil {
			return err
		}
	}
	return nil
}
