package alerts_test

import (
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func TestAStoreThatIsPolledNoMoreIsToldOfOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.rule(alerts.Offline, nil)
		d.judge()
		d.polls("a inactive 13:00", "b active 13:00")
		at := modelstest.At("2023-01-25 13:00")
		for range 18 {
			var rows []string
			for range 12 {
				at = at.Add(uptime.Hour)
				rows = append(rows, "b,active,"+modelstest.Stamp(at))
			}
			modelstest.Load(t, db, modelstest.PollsFile(rows...))
			d.now = at
			d.judge()
			d.letAnHourPass(at.Add(uptime.Hour))
		}
		if len(d.sent) != 1 {
			t.Errorf("%d messages, want one:\n%v", len(d.sent), d.sent)
		}
	})
}

func TestAStoreThatIsOfflineForWeeksIsToldOfOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		var hours []string
		for day := range 7 {
			hours = append(hours, fmt.Sprintf("c,%d,09:00:00,17:00:00", day))
		}
		modelstest.Load(t, db, modelstest.HoursFile(hours...))
		d.rule(alerts.Offline, nil)
		d.judge()
		at := modelstest.At("2023-01-25 13:00")
		for range 26 {
			var rows []string
			for range 12 {
				at = at.Add(uptime.Hour)
				rows = append(rows, "b,active,"+modelstest.Stamp(at), "c,inactive,"+modelstest.Stamp(at))
			}
			modelstest.Load(t, db, modelstest.PollsFile(rows...))
			d.now = at
			d.judge()
			d.letAnHourPass(at.Add(uptime.Hour))
		}
		if len(d.sent) != 1 {
			t.Errorf("%d messages, want one:\n%v", len(d.sent), d.sent)
		}
	})
}
