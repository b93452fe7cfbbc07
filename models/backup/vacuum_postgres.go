package backup

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
)

// VacuumPostgres has PostgreSQL collect the rows that nobody sees any more and look at the
// values of every table of ours, as it does by itself now and again. Servers go on. The
// room is for new rows of the same table; only with full is it given back to the disk, and
// then nobody can read a table while it is written anew. progress may be nil.
func VacuumPostgres(ctx context.Context, db *models.DB, full bool, progress func(done, total int64)) (v Vacuumed, err error) {
	pool := db.Postgres()
	if pool == nil {
		return v, errors.New("expected a database of PostgreSQL")
	}
	const ours = `FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'USAGE')`
	const size = `SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::bigint ` + ours // a table of partitions has no bytes beside theirs
	var tables []string
	err = errors.Join(
		pool.QueryRow(ctx, size).Scan(&v.Before),
		// That of a table vacuums its partitions too, and looks at the values of all together, which
		// PostgreSQL does not do by itself.
		pool.QueryRow(ctx, "SELECT COALESCE(array_agg(quote_ident(relname) ORDER BY relname), '{}') "+ours+" AND NOT relispartition").Scan(&tables))
	if err != nil {
		return v, err
	}
	statement := "VACUUM (ANALYZE) "
	if full {
		statement = "VACUUM (FULL, ANALYZE) "
	}
	for n, table := range tables {
		if _, err := pool.Exec(ctx, statement+table); err != nil {
			return v, fmt.Errorf("vacuum %s: %w", table, err)
		}
		if progress != nil {
			progress(int64(n+1), int64(len(tables)))
		}
	}
	v.Tables = len(tables)
	return v, pool.QueryRow(ctx, size).Scan(&v.After)
}
