package alerts

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"lightson/models"
	"lightson/models/uptime"
)

// A result is what a judgement found.
type result struct {
	fresh, changed []Incident
	notices        []Notice
}

func (r *result) found() bool { return len(r.fresh)+len(r.changed)+len(r.notices) > 0 }

// add adds what a step made of known incidents.
func (r *result) add(known, changed []Incident, notices []Notice) {
	for _, i := range changed {
		if slices.ContainsFunc(known, func(old Incident) bool { return old.ID == i.ID }) {
			r.changed = append(r.changed, i)
		} else {
			r.fresh = append(r.fresh, i)
		}
	}
	r.notices = append(r.notices, notices...)
}

// leave ends those of some incidents that go on, see Leave.
func (r *result) leave(known []Incident, asOf uptime.Instant) {
	for _, i := range known {
		if i.Phase == Going {
			r.changed = append(r.changed, Leave(i, asOf))
		}
	}
}

// write adds what is new, and replaces what changed.
func (r *result) write(ctx context.Context, tx *models.Tx) error {
	err := addRows(ctx, tx, r.fresh)
	if err == nil {
		err = replaceRows(tx.GORM(ctx), r.changed)
	}
	if err == nil {
		err = addRows(ctx, tx, r.notices)
	}
	if err != nil {
		return fmt.Errorf("write incidents and notices: %w", err)
	}
	return nil
}

// addRows adds new rows.
func addRows[T any](ctx context.Context, tx *models.Tx, rows []T) error {
	if tx.PGX() == nil || len(rows) == 0 {
		return replaceRows(tx.GORM(ctx), rows)
	}
	stmt := &gorm.Statement{DB: tx.GORM(ctx)}
	if err := stmt.Parse(new(T)); err != nil {
		return err
	}
	s := stmt.Schema
	return tx.Copy(ctx, s.Table, s.DBNames, len(rows), func(n int) ([]any, error) {
		values, row := make([]any, len(s.DBNames)), reflect.ValueOf(&rows[n]).Elem()
		for k, name := range s.DBNames {
			values[k], _ = s.FieldsByDBName[name].ValueOf(ctx, row)
		}
		return values, nil
	})
}

// rowsPerStatement keeps a statement within the variables that SQLite allows, and within
// little memory.
const rowsPerStatement = 500

// replaceRows replaces the rows with the same ids, or adds them.
func replaceRows[T any](g *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	if g.Name() != "postgres" {
		return g.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(rows, rowsPerStatement).Error
	}
	stmt := &gorm.Statement{DB: g}
	if err := stmt.Parse(new(T)); err != nil {
		return err
	}
	insert := insertJSON(stmt.Schema)
	for some := range slices.Chunk(rows, rowsPerStatement) {
		text, err := jsonOf(g, stmt.Schema, some)
		if err != nil {
			return err
		}
		if err := g.Exec(insert, text).Error; err != nil {
			return err
		}
	}
	return nil
}

// insertJSON adds the rows of a table that are the objects of one JSON text. PostgreSQL takes
// longer to prepare a statement with thousands of parameters than to run it.
func insertJSON(s *schema.Schema) string {
	columns := make([]string, len(s.DBNames))
	updates := make([]string, len(s.DBNames))
	for n, name := range s.DBNames {
		columns[n] = `"` + name + `"`
		updates[n] = columns[n] + " = excluded." + columns[n]
	}
	list := strings.Join(columns, ", ")
	return "INSERT INTO " + s.Table + " (" + list + ") SELECT " + list + " FROM json_populate_recordset(NULL::" + s.Table + ", ?::json)" +
		" ON CONFLICT (id) DO UPDATE SET " + strings.Join(updates, ", ")
}

func jsonOf[T any](g *gorm.DB, s *schema.Schema, rows []T) (string, error) {
	objects := make([]map[string]any, len(rows))
	for n := range rows {
		objects[n] = make(map[string]any, len(s.DBNames))
		row := reflect.ValueOf(&rows[n]).Elem()
		for _, name := range s.DBNames {
			value, _ := s.FieldsByDBName[name].ValueOf(g.Statement.Context, row)
			if valuer, ok := value.(driver.Valuer); ok {
				var err error
				if value, err = valuer.Value(); err != nil {
					return "", fmt.Errorf("%s: %w", name, err)
				}
			}
			objects[n][name] = value
		}
	}
	text, err := json.Marshal(objects)
	return string(text), err
}
