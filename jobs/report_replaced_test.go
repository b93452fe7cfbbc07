package jobs_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lightson/models"
	"lightson/models/modelstest"
)

// As pg_restore does to a running server.
func TestAReportIsAskedForRightAfterTheTablesWereReplaced(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.PostgreSQL))
	for n, key := range []string{"first", "second", "third"} {
		d.askFor(models.ReportScope{}, key)
		var replace strings.Builder
		for _, table := range []string{"data_versions", "reports"} {
			replace.WriteString("ALTER TABLE " + table + " RENAME TO old; CREATE TABLE " + table + " (LIKE old INCLUDING ALL); INSERT INTO " + table + " SELECT * FROM old; DROP TABLE old CASCADE;")
			replace.WriteString("ALTER TABLE " + table + " ADD COLUMN another" + string(rune('a'+n)) + " INTEGER;")
		}
		if _, err := d.db.Postgres().Exec(t.Context(), replace.String(), pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	d.askFor(models.ReportScope{}, "last")
	if list, err := d.db.Reports(t.Context(), 0, 10); err != nil || len(list) != 4 {
		t.Errorf("%d reports, %v, want 4", len(list), err)
	}
}
