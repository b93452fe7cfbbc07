package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/words"
	"lightson/views"
)

// The views of the database are made by a migration; what stands here describes them. A test
// compares both, and runs the examples.

type sqlView struct {
	name    string
	about   words.Text
	columns []sqlColumn
}

type sqlColumn struct {
	name             string
	postgres, sqlite sqlText // types
	about            words.Text
}

const sqlStoreID words.Text = "The id that files, pages and the API use."

var sqlViews = []sqlView{
	{"lightson_stores", "Every store that any file has named.", []sqlColumn{
		{"store_id", "text", "TEXT", sqlStoreID},
		{"name", "text", "TEXT", "What people call it. NULL where no file gave it."},
		{"group_name", "text", "TEXT", "The chain or owner that it belongs to. NULL where no file gave it."},
		{"city", "text", "TEXT", "NULL where no file gave it."},
		{"time_zone", "text", "TEXT", "A name of the IANA database. Where it is NULL, the store is computed in America/Chicago."},
		{"first_poll_at", "timestamp with time zone", "TEXT", "When it was polled first, in polls that are no longer kept, too. On SQLite it is in UTC. NULL where it was never polled."},
	}},
	{"lightson_hours", "Business hours as they were given. A store without rows is always open. In a store that has rows, a weekday without one is closed.", []sqlColumn{
		{"store_id", "text", "TEXT", sqlStoreID},
		{"valid_from", "date", "TEXT", "The local date from which on the row holds, until the next such date of the store. NULL: from the beginning."},
		{"weekday", "integer", "INTEGER", "0 is Monday, 6 is Sunday."},
		{"opens", "text", "TEXT", "Local time, as HH:MM:SS. NULL: closed on that weekday."},
		{"closes", "text", "TEXT", "Local time, as HH:MM:SS. At or before the opening it is on the next day; 23:59 or later means midnight."},
	}},
	{"lightson_polls", "Every poll that is kept. Name the day in each query: then only the polls of that day are read. On SQLite, observed_at costs seconds for a day of 14,000 stores; counts and the state are quick.", []sqlColumn{
		{"store_id", "text", "TEXT", sqlStoreID},
		{"observed_at", "timestamp with time zone", "TEXT", "When the store was polled, to the microsecond. On SQLite it is in UTC."},
		{"active", "boolean", "INTEGER", "Whether it was online. On SQLite 1 is yes, 0 is no."},
		{"day", "date", "TEXT", "The date of observed_at in UTC."},
	}},
}

var sqlExamples = []struct {
	title words.Text
	query sqlText
}{
	{"Polls of a day by group", `SELECT s.group_name, count(*) AS polls, sum(CASE WHEN p.active THEN 0 ELSE 1 END) AS inactive
FROM lightson_polls p
JOIN lightson_stores s ON s.store_id = p.store_id
WHERE p.day = '2023-01-25'
GROUP BY s.group_name
ORDER BY inactive DESC`},
	{"Stores without a time zone or business hours", `SELECT s.store_id, s.name
FROM lightson_stores s
WHERE s.time_zone IS NULL
   OR NOT EXISTS (SELECT 1 FROM lightson_hours h WHERE h.store_id = s.store_id)
ORDER BY s.store_id`},
	{"How many stores open when on Mondays", `SELECT h.opens, h.closes, count(*) AS stores
FROM lightson_hours h
WHERE h.weekday = 0 AND h.valid_from IS NULL
GROUP BY h.opens, h.closes
ORDER BY stores DESC`},
}

// sqlGrants make a role that reads the views in the schema of most databases.
const sqlGrants sqlText = `CREATE ROLE lightson_reader LOGIN PASSWORD '…';
GRANT USAGE ON SCHEMA public TO lightson_reader;
GRANT SELECT ON lightson_stores, lightson_hours, lightson_polls TO lightson_reader;`

// showSQL serves GET /sql: what other programs may read in the database.
func (s *Server) showSQL(c echo.Context) error {
	w := spokenOf(c.Request().Context())
	page, err := s.page(c, w.Say("SQL views"), "")
	if err != nil {
		return err
	}
	shown := views.SQLViews{Grants: string(sqlGrants)}
	for _, v := range sqlViews {
		view := views.SQLView{Name: v.name, About: w.Say(v.about)}
		for _, column := range v.columns {
			view.Columns = append(view.Columns, views.SQLColumn{Name: column.name, PostgreSQL: string(column.postgres), SQLite: string(column.sqlite), About: w.Say(column.about)})
		}
		shown.Views = append(shown.Views, view)
	}
	for _, e := range sqlExamples {
		shown.Examples = append(shown.Examples, views.SQLExample{Title: w.Say(e.title), Query: string(e.query)})
	}
	return render(c, http.StatusOK, views.SQLPage(page, shown))
}
