package reach

import (
	"database/sql/driver"
	"fmt"
)

// Value implements driver.Valuer: a column has what String writes.
func (r Reach) Value() (driver.Value, error) { return r.String(), nil }

// Scan implements sql.Scanner.
func (r *Reach) Scan(from any) (err error) {
	switch text := from.(type) {
	case string:
		*r, err = Parse(text)
	case []byte:
		*r, err = Parse(string(text))
	default:
		err = fmt.Errorf("reach: expected text, found %T", from)
	}
	return err
}
