package alerts_test

import (
	"testing"

	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// The first polls that are known may be of an outage that ended before a known one began.
func TestALongOutageIsNotTheOneBeforeIt(t *testing.T) {
	at := func(hour int) uptime.Instant {
		return modelstest.At("2023-01-25 00:00").Add(uptime.Micros(hour) * uptime.Hour)
	}
	h := uptime.History{AsOf: at(40), Near: uptime.Near(uptime.Hour), Openings: []uptime.Span{uptime.Always}}
	for hour := 1; hour <= 40; hour++ {
		h.Polls = append(h.Polls, uptime.Poll{At: at(hour), Active: hour == 2})
	}
	r := alerts.NewRule(alerts.Offline, uptime.Hour)
	r.After = 30 * uptime.Minute
	known := []alerts.Incident{{
		ID: "i", Kind: alerts.Offline, Store: "a", Began: at(3), Fired: at(3).Add(r.After), Last: at(40),
		Phase: alerts.Going, Spoken: alerts.Going,
	}}
	found := alerts.Found{Store: "a", Episodes: alerts.OfflineEpisodes(h, at(4)), From: at(4), AsOf: h.AsOf}
	if len(found.Episodes) != 2 || !found.Episodes[0].Cut {
		t.Fatalf("%+v", found.Episodes)
	}
	if changed, notices := alerts.Step(r, known, found, h.AsOf); len(changed)+len(notices) > 0 {
		t.Errorf("changed %+v, told %+v", changed, notices)
	}
}
