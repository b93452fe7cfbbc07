package reports

import (
	"io"
	"iter"

	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// EndedName is what ended an outage as CSV files and the API call it.
func EndedName(s *figures.Snapshot, o *figures.StoreOutage) string {
	switch o.Ended {
	case uptime.CameBack:
		return "back_online"
	case uptime.AtClose:
		return "closed"
	case uptime.Unseen:
		return "no_data"
	case uptime.Corrected:
		return "excused"
	default:
		if s.Ongoing(o.Outage) {
			return "ongoing"
		}
		return "later" // than the time that was asked for
	}
}

// WriteOutagesCSV writes a log of outages for people: instants in UTC and by the clocks of
// the store, lengths in minutes. The end is empty while an outage goes on. Lost
// sales are an estimate, and empty where nobody entered what the store sells.
func WriteOutagesCSV(w io.Writer, s *figures.Snapshot, sales entered.Sales, outages iter.Seq2[*figures.StoreOutage, error]) error {
	header := []string{"store_id", "name", "group", "city", "timezone", "from", "to", "from_local", "to_local", "first_seen",
		"minutes", "least_minutes", "most_minutes", "excused_minutes", "ended", "reason", "lost_sales"}
	return writeCSV(w, outages, header, func(cells []string, o *figures.StoreOutage) []string {
		store, zone := s.Stores[o.Store], s.Location(o.Store)
		local := func(at uptime.Instant) string { return at.Time().In(zone).Format("2006-01-02 15:04:05") }
		to, toLocal, lost := instantCell(o.To, true), local(o.To), ""
		if s.Ongoing(o.Outage) {
			to, toLocal = "", ""
		}
		if rate, known := sales.Of(store); known {
			lost = entered.Lost(map[entered.Money]uptime.Micros{rate.PerHour: o.Length()}).String()
		}
		return append(cells, feed.SafeCell(store.Code), feed.SafeCell(store.Name), feed.SafeCell(store.Group), feed.SafeCell(store.City), feed.SafeCell(store.ZoneName()),
			instantCell(o.From, true), to, local(o.From), toLocal, instantCell(o.Seen, o.SeenKnown),
			o.Length().Minutes(), o.Least.Minutes(), o.Most.Minutes(), o.Excused.Minutes(), EndedName(s, o), feed.SafeCell(o.Reason), lost)
	})
}
