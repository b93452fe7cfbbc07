package months_test

import (
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/polls"
)

// PostgreSQL locks what a statement is planned for, so the locks of a transaction say which
// partitions its statements could read. After five times a statement may be planned for any
// values, and is then planned for all partitions unless it says which days it wants.
func TestStatementsAboutDaysTouchNoOtherMonths(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	var rows []string
	for month := range 40 {
		for day := range 28 {
			for store := range 20 {
				rows = append(rows, fmt.Sprintf("%d,active,%d-%02d-%02d 18:00:00 UTC", store, 2020+month/12, month%12+1, day+1))
			}
		}
	}
	modelstest.Load(t, db, modelstest.PollsFile(rows...))
	if err := modelstest.Exec(db, "ANALYZE poll_days"); err != nil {
		t.Fatal(err)
	}
	const day, later = 18_688, 18_700 // 2021-03-02 and 2021-03-14
	visit := func(int32, int32, polls.Day) error { return nil }
	of := func(int32, polls.Day) error { return nil }
	for name, read := range map[string]func(tx *models.Tx) error{
		"whether a day has polls": func(tx *models.Tx) error { _, err := tx.PollTable().HasDay(ctx, day); return err },
		"a few stores of a day":   func(tx *models.Tx) error { return tx.PollTable().ReadDay(ctx, day, []int32{1, 2}, of) },
		"days of all stores":      func(tx *models.Tx) error { return tx.PollTable().ReadDays(ctx, day, later, visit) },
		"days of a block":         func(tx *models.Tx) error { return tx.PollTable().ReadBlock(ctx, 3, 9, day, later, visit) },
		"days of one store":       func(tx *models.Tx) error { return tx.PollTable().ReadStore(ctx, 4, day, later, of) },
		"the last day before":     func(tx *models.Tx) error { _, _, err := tx.PollTable().LastDay(ctx, later); return err },
	} {
		err := db.View(ctx, func(tx *models.Tx) error {
			for range 12 {
				if err := read(tx); err != nil {
					return err
				}
			}
			var touched []string
			err := tx.GORM(ctx).Raw(`SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
				WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'poll_days_%' ORDER BY 1`).Scan(&touched).Error
			want := "poll_days_2021_03"
			if name == "the last day before" {
				want = "poll_days_2021_02 " + want // it looks back a month
			}
			if got := strings.Join(touched, " "); err == nil && got != want {
				t.Errorf("%s: touched %d partitions: %s, want %s", name, len(touched), got, want)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
