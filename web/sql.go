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

const (
	sqlStoreID words.Text = "The id that files, pages and the API use."
	sqlAsOf    words.Text = "The newest poll that these figures know. On SQLite it is in UTC. NULL while they are to be computed anew, since older data have changed."
	sqlVersion words.Text = "Of the data that these figures are of, as in the API. NULL with as_of."
)

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
	{"lightson_days", "What each store was like on each local date from its first poll on, as computed last. Lengths are in microseconds: up, down and no data add up to open, and so do excused and the corrected three.", []sqlColumn{
		{"store_id", "text", "TEXT", sqlStoreID},
		{"date", "date", "TEXT", "In the time zone of the store."},
		{"from_at", "timestamp with time zone", "TEXT", "When the date begins. On SQLite it is in UTC."},
		{"to_at", "timestamp with time zone", "TEXT", "When the date ends, or as_of if that is earlier. On SQLite it is in UTC."},
		{"open_us", "bigint", "INTEGER", "Time in business hours."},
		{"up_us", "bigint", "INTEGER", "Open time that polls saw active."},
		{"down_us", "bigint", "INTEGER", "Open time that polls saw inactive."},
		{"no_data_us", "bigint", "INTEGER", "Open time that no poll covers."},
		{"least_down_us", "bigint", "INTEGER", "The least downtime that the polls allow."},
		{"most_down_us", "bigint", "INTEGER", "The most downtime that the polls allow."},
		{"closely_seen_us", "bigint", "INTEGER", "Open time near the poll that covers it."},
		{"outages", "integer", "INTEGER", "Outages that meet the date."},
		{"longest_us", "bigint", "INTEGER", "The longest of them on that date."},
		{"excused_us", "bigint", "INTEGER", "Open time inside corrections."},
		{"corrected_up_us", "bigint", "INTEGER", "Uptime outside corrections."},
		{"corrected_down_us", "bigint", "INTEGER", "Downtime outside corrections."},
		{"corrected_no_data_us", "bigint", "INTEGER", "No data outside corrections."},
		{"corrected_least_down_us", "bigint", "INTEGER", "The least downtime outside corrections."},
		{"corrected_most_down_us", "bigint", "INTEGER", "The most downtime outside corrections."},
		{"as_of", "timestamp with time zone", "TEXT", sqlAsOf},
		{"data_version", "bigint", "INTEGER", sqlVersion},
	}},
	{"lightson_outages", "Every outage of each store, whole and whatever was corrected, as computed last. Lengths are in microseconds.", []sqlColumn{
		{"store_id", "text", "TEXT", sqlStoreID},
		{"date", "date", "TEXT", "The date on which it began, in the time zone of the store."},
		{"from_at", "timestamp with time zone", "TEXT", "When it began. On SQLite it is in UTC."},
		{"to_at", "timestamp with time zone", "TEXT", "When it ended. On SQLite it is in UTC. NULL while it goes on."},
		{"first_seen_at", "timestamp with time zone", "TEXT", "When a poll first saw the store inactive in it. On SQLite it is in UTC. NULL where that poll is no longer kept."},
		{"length_us", "bigint", "INTEGER", "How long it was, or is until as_of."},
		{"least_us", "bigint", "INTEGER", "How much of it is between two polls that saw the store inactive."},
		{"most_us", "bigint", "INTEGER", "The longest that the polls allow."},
		{"excused_us", "bigint", "INTEGER", "How much of it is inside corrections."},
		{"ended", "text", "TEXT", "back_online, closed, no_data or ongoing."},
		{"reason", "text", "TEXT", "What the poller said when it first saw the store inactive. NULL where it said nothing."},
		{"as_of", "timestamp with time zone", "TEXT", sqlAsOf},
		{"data_version", "bigint", "INTEGER", sqlVersion},
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
	{"Availability of each group in a week, lowest first", `SELECT s.group_name, round(100.0 * sum(d.up_us) / sum(d.up_us + d.down_us), 2) AS percent, min(d.as_of) AS as_of
FROM lightson_days d
JOIN lightson_stores s ON s.store_id = d.store_id
WHERE d.date BETWEEN '2023-01-23' AND '2023-01-29'
GROUP BY s.group_name
HAVING sum(d.up_us + d.down_us) > 0
ORDER BY percent`},
	{"The longest outages that began on a date", `SELECT s.name, o.from_at, o.length_us / 60000000 AS minutes, o.ended, o.reason
FROM lightson_outages o
JOIN lightson_stores s ON s.store_id = o.store_id
WHERE o.date = '2023-01-25'
ORDER BY o.length_us DESC
LIMIT 20`},
}

// sqlGrants make a role that reads the views in the schema of most databases.
const sqlGrants sqlText = `CREATE ROLE lightson_reader LOGIN PASSWORD '…';
GRANT USAGE ON SCHEMA public TO lightson_reader;
GRANT SELECT ON lightson_stores, lightson_hours, lightson_polls, lightson_days, lightson_outages TO lightson_reader;`

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
