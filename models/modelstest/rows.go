package modelstest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
)

// Exec runs a statement that the program itself never runs, in a transaction.
func Exec(db *models.DB, statement string, args ...any) error {
	return db.Update(ctx, func(tx *models.Tx) error { return tx.GORM(ctx).Exec(statement, args...).Error })
}

// AddMonths has polls of days inserted by Exec: PostgreSQL has a partition for each month.
func AddMonths(db *models.DB, days ...int32) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		for _, day := range days {
			if err := tx.AddPollMonth(ctx, day); err != nil {
				return err
			}
		}
		return nil
	})
}

// MigrateUnpartitioned brings an empty database to this version, with the poll_days of one that
// had polls before PostgreSQL got partitions.
func MigrateUnpartitioned(db *models.DB) error {
	const versionBefore = 31
	return errors.Join(
		db.MigrateTo(ctx, versionBefore),
		Exec(db, "INSERT INTO stores (id, code) VALUES (1, 'a')"),
		Exec(db, "INSERT INTO poll_days (day, store_id, polls) VALUES (0, 1, ?)", []byte{1, 0, 0, 0, 0, 0}),
		db.Migrate(ctx),
		Exec(db, "DELETE FROM poll_days"),
		Exec(db, "DELETE FROM stores"),
	)
}

// TryWipe empties the database, which is quicker than creating another. It
// increases the data version, so that values cached for the old data are not
// taken for those of the new data.
func TryWipe(db *models.DB) error {
	for _, table := range []string{"report_parts", "reports", "import_rejects", "import_files", "import_journal", "imports", "poll_days", "poll_parts", "poll_reasons", "materialized_days", "materialized_outages", "materialized_stores", "hours", "special_days", "corrections", "targets", "stores", "store_parts", "data_changes"} {
		if err := Exec(db, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return Exec(db, "UPDATE data_versions SET version = version + 1, newest_poll_at = NULL, kept_from = NULL, past_mark = past_mark + 1")
}

// StoreDays are the keys of the rows of poll_days as "store day", sorted as text.
func StoreDays(db *models.DB) (days []string, err error) {
	err = db.GORM(ctx).Raw("SELECT s.code || ' ' || p.day FROM poll_days p JOIN stores s ON s.id = p.store_id").Scan(&days).Error
	slices.Sort(days)
	return days, err
}

// Count is the number of rows of a table.
func Count(db *models.DB, table string) (n int64, err error) {
	err = db.GORM(ctx).Table(table).Count(&n).Error
	return n, err
}

// Dump is all rows of some tables as text, a line each. The lines of each table are
// sorted.
func Dump(db *models.DB, tables ...string) (string, error) {
	var out strings.Builder
	for _, table := range tables {
		text, err := rowsOf(db, "SELECT * FROM "+table)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "%s:\n%s", table, text)
	}
	return out.String(), nil
}

// factsOf are all facts about stores as text, with the ids of the feeds in place of
// those of the database.
func factsOf(db *models.DB) (string, error) {
	var out strings.Builder
	for _, query := range []string{
		"SELECT code, zone, first_poll_at, name, group_name, city FROM stores",
		"SELECT code, valid_from, day, start_s, end_s FROM hours JOIN stores ON id = store_id",
		"SELECT code, day, polls FROM poll_days JOIN stores ON id = store_id",
		"SELECT code, day, reasons FROM poll_reasons JOIN stores ON id = store_id",
		"SELECT scope, name, date, start_s, end_s, note FROM special_days",
	} {
		text, err := rowsOf(db, query)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// rowsOf are the rows of a query as sorted lines.
func rowsOf(db *models.DB, query string) (string, error) {
	rows, err := db.GORM(ctx).Raw(query).Rows()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for n := range values {
			values[n] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return "", err
		}
		var line strings.Builder
		for _, v := range values {
			fmt.Fprintf(&line, "%v|", *v.(*any))
		}
		lines = append(lines, line.String()+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, ""), rows.Err()
}

// Wipe is TryWipe that fails the test on an error.
func Wipe(t TB, db *models.DB) {
	t.Helper()
	if err := TryWipe(db); err != nil {
		t.Fatal(err)
	}
}

// Tables are all rows that imports write about stores, and the newest poll, as text.
// Databases with equal Tables hold the same data under the same ids.
func Tables(t TB, db *models.DB) string {
	t.Helper()
	all, err := Dump(db, "stores", "hours", "special_days", "corrections", "poll_days", "poll_reasons")
	if err != nil {
		t.Fatal(err)
	}
	v, err := db.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\nnewest poll %v", all, v.NewestPollAt)
}

// Facts are Tables without the ids that the database gave to stores. Databases with
// equal Facts hold the same data.
func Facts(t TB, db *models.DB) string {
	t.Helper()
	all, err := factsOf(db)
	if err != nil {
		t.Fatal(err)
	}
	v, err := db.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\nnewest poll %v", all, v.NewestPollAt)
}
