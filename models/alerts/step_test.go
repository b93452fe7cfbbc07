package alerts_test

import (
	"testing"

	"lightson/models"
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

// A time without polls ends with the poll with which the next one begins.
func TestATimeWithoutDataIsNotTheOneThatFollowsIt(t *testing.T) {
	at := func(hour int) uptime.Instant {
		return modelstest.At("2023-01-25 00:00").Add(uptime.Micros(hour) * uptime.Hour)
	}
	h := uptime.History{AsOf: at(14), Near: uptime.Near(uptime.Hour), Openings: []uptime.Span{uptime.Always}}
	for _, hour := range []int{0, 5, 10, 14} {
		h.Polls = append(h.Polls, uptime.Poll{At: at(hour), Active: true})
	}
	r := alerts.NewRule(alerts.NoData, uptime.Hour)
	r.ActiveFrom = models.InstantAt(at(4)) // when the first was old
	known := []alerts.Incident{{
		ID: "i", Kind: alerts.NoData, Store: "a", Began: at(5), Fired: at(5).Add(r.After), Last: at(5),
		Phase: alerts.Over, Spoken: alerts.Over, Ending: alerts.CameBack, EndedAt: models.InstantAt(at(10)),
	}, {
		ID: "j", Kind: alerts.NoData, Store: "a", Began: at(10), Fired: at(10).Add(r.After), Last: at(10),
		Phase: alerts.Over, Spoken: alerts.Over, Ending: alerts.CameBack, EndedAt: models.InstantAt(at(14)),
	}}
	found := alerts.Found{Store: "a", Episodes: alerts.NoDataEpisodes(h, nil, h.Near, models.OptionalInstant{}), From: at(0), AsOf: h.AsOf}
	if len(found.Episodes) < 3 {
		t.Fatalf("%+v", found.Episodes)
	}
	if changed, notices := alerts.Step(r, known, found, h.AsOf); len(changed)+len(notices) > 0 {
		t.Errorf("changed %+v, told %+v", changed, notices)
	}
}

// The first poll that is known may be later than when the incident fired.
func TestALongOutageIsKnownAgainWhereItsBeginningIsNot(t *testing.T) {
	at := func(hour int) uptime.Instant {
		return modelstest.At("2023-01-25 00:00").Add(uptime.Micros(hour) * uptime.Hour)
	}
	h := uptime.History{AsOf: at(40), Near: uptime.Near(uptime.Hour), Openings: []uptime.Span{{From: at(0), To: at(8)}, {From: at(20), To: at(60)}}}
	for hour := 6; hour <= 40; hour++ {
		h.Polls = append(h.Polls, uptime.Poll{At: at(hour)})
	}
	r := alerts.NewRule(alerts.Offline, uptime.Hour)
	r.After = 90 * uptime.Minute
	known := []alerts.Incident{{
		ID: "i", Kind: alerts.Offline, Store: "a", Began: at(6), Fired: at(6).Add(r.After), Last: at(40),
		Phase: alerts.Going, Spoken: alerts.Going,
	}}
	h.Polls = h.Polls[3:] // the store was closed then
	found := alerts.Found{Store: "a", Episodes: alerts.OfflineEpisodes(h, at(7)), From: at(7), AsOf: h.AsOf}
	if len(found.Episodes) != 1 || !found.Episodes[0].Cut || found.Episodes[0].Began <= known[0].Fired {
		t.Fatalf("%+v", found.Episodes)
	}
	if changed, notices := alerts.Step(r, known, found, h.AsOf); len(changed)+len(notices) > 0 {
		t.Errorf("changed %+v, told %+v", changed, notices)
	}
}
