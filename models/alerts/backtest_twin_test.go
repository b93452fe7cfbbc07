package alerts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/causes"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A twin is a backtest that looks at everything at every instant, and forgets nothing.
type twin struct {
	*testing.T
	f    *figures.Figures
	s    *figures.Snapshot
	rule alerts.Rule
	span uptime.Span
}

// history is all that is known of a store, read by itself.
func (w twin) history(n int) uptime.History {
	w.Helper()
	today := w.s.Today(n)
	days, err := w.f.StoreDays(ctx, w.s, n, today-60, today)
	if err != nil {
		w.Fatal(err)
	}
	h := days.Corrected()
	for _, o := range w.s.Openings(n) {
		if len(h.Openings) == 0 || o.From >= h.Openings[len(h.Openings)-1].To {
			h.Openings = append(slices.Clone(h.Openings), o)
		}
	}
	return h
}

func (w twin) silences() []uptime.Span {
	silences := alerts.NewSilences(w.span, 2*w.s.PollEvery)
	for n := range w.s.Stores {
		silences.Hear(w.history(n).Polls)
	}
	return silences.Spans()
}

// run is what is told, each with its time, and how many incidents there were.
func (w twin) run() (told []string, count int) {
	heard, silent := w.s.Heard(), w.silences()
	states := map[uptime.Instant][]alerts.Incident{}
	notices := map[uptime.Instant][]alerts.Pending{}
	for n, store := range w.s.Stores {
		h := w.history(n)
		incidents := map[string]alerts.Incident{}
		var order []string
		for at := w.span.From; at <= w.span.To; at = at.Add(w.s.PollEvery) {
			from := at.Add(-uptime.Micros(heard.To - heard.From))
			was := h
			was.AsOf = at
			if i := slices.IndexFunc(h.Polls, func(p uptime.Poll) bool { return p.At >= from }); i >= 0 {
				was.Polls = h.Polls[max(0, i-1):]
			} else {
				was.Polls = h.Polls[max(0, len(h.Polls)-1):]
			}
			found := alerts.Found{Store: store.Code, From: from, AsOf: at}
			if w.rule.Kind == alerts.NoData {
				var never models.OptionalInstant
				if !store.FirstPollAt.Known || store.FirstPollAt.At > w.span.From {
					never = models.InstantAt(max(from, w.span.From))
				}
				found.Episodes = alerts.NoDataEpisodes(was, silent, uptime.Near(w.s.PollEvery), never)
			} else {
				found.Episodes = alerts.OfflineEpisodes(was, from)
			}
			var known []alerts.Incident
			for _, id := range order {
				if i := incidents[id]; i.Phase == alerts.Going || max(i.Fired, i.EndedAt.At) >= from {
					known = append(known, i)
				}
			}
			changed, list := alerts.Step(w.rule, known, found, at)
			for _, i := range changed {
				if _, old := incidents[i.ID]; !old {
					order = append(order, i.ID)
				}
				incidents[i.ID] = i
			}
			states[at] = append(states[at], changed...)
			for _, notice := range list {
				place := alerts.Place{Name: store.Name, City: store.City, Location: w.s.Location(n)}
				notices[at] = append(notices[at], alerts.Pending{Notice: notice, Rule: w.rule, Place: place})
			}
		}
		count += len(order)
	}
	now := map[string]alerts.Incident{}
	var waiting []alerts.Pending
	last := uptime.Instant(0)
	for at := w.span.From; at <= w.span.To.Add(2*uptime.Day); at = at.Add(uptime.Minute) {
		for _, i := range states[at] {
			now[i.ID] = i
		}
		waiting = append(waiting, notices[at]...)
		for n := range waiting {
			waiting[n].Incident = now[waiting[n].IncidentID]
		}
		c := alerts.Compose(waiting, at, last, func([]string) []causes.Cause { return nil })
		for _, d := range c.Drafts {
			told, last = append(told, fmt.Sprint(at, d.Stores, d.Incidents, d.Message(words.In(words.English)))), at
		}
		waiting = slices.DeleteFunc(waiting, func(p alerts.Pending) bool { return slices.Contains(c.Told, p.ID) })
	}
	return told, count
}

// drawPolls are polls of 45 days: of stores that flap, that are offline or not polled for
// more than a week, that come later, and of a poller that is silent for some hours.
func drawPolls(dice *rand.Rand, end uptime.Instant) (rows []string) {
	const hours = 45 * 24
	stores := []string{"a", "b", "c", "d", "e"}
	down, away := map[string]bool{}, map[string]int{}
	away["c"] = dice.IntN(hours)
	quiet := dice.IntN(hours)
	for hour := range hours {
		if quiet <= hour && hour < quiet+7 {
			continue
		}
		at := end.Add(uptime.Micros(hour-hours) * uptime.Hour)
		for n, store := range stores {
			if dice.IntN(4+20*n) == 0 {
				down[store] = !down[store]
			}
			if dice.IntN(150) == 0 {
				away[store] = max(away[store], hour+dice.IntN(14*24))
			}
			if hour < away[store] || dice.IntN(12) == 0 {
				continue
			}
			state := map[bool]string{true: "inactive", false: "active"}[down[store]]
			rows = append(rows, store+","+state+","+modelstest.Stamp(at.Add(uptime.Micros(dice.IntN(50))*uptime.Minute)))
		}
	}
	return append(rows, "z,active,"+modelstest.Stamp(end))
}

func TestABacktestTellsWhatLookingAtEverythingTells(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		told := 0
		for seed := range uint64(4) {
			dice := rand.New(rand.NewPCG(seed, 14))
			modelstest.Wipe(t, db)
			end := modelstest.At("2023-03-20 00:00")
			modelstest.Load(t, db, modelstest.PollsFile(drawPolls(dice, end)...), modelstest.ZonesFile("a,Asia/Beirut", "b,UTC"),
				modelstest.HoursFile("b,0,09:00:00,17:00:00", "b,1,09:00:00,17:00:00", "b,3,18:00:00,02:00:00", "d,5,00:00:00,00:00:00", "d,2,10:00:00,11:00:00"))
			f := modelstest.Figures(t, db)
			s, err := f.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range []alerts.Kind{alerts.Offline, alerts.NoData} {
				r := alerts.NewRule(kind, uptime.Hour)
				r.After = uptime.Micros(dice.IntN(4)) * 30 * uptime.Minute
				if kind == alerts.NoData {
					r.After += 2 * uptime.Hour
				}
				r.Again, r.Remind = uptime.Micros(1+dice.IntN(30))*uptime.Hour, uptime.Micros(dice.IntN(3))*4*uptime.Hour
				r.TellBack = dice.IntN(2) == 0
				if dice.IntN(2) == 0 {
					r.QuietFrom, r.QuietTo, r.Zone = 3600*dice.IntN(12), 3600*(12+dice.IntN(12)), "Asia/Beirut"
				}
				b, err := alerts.RunBacktest(ctx, f, s, r, reach.All())
				if err != nil || b.Short != "" {
					t.Fatal(b.Short, err)
				}
				r.ActiveFrom, r.Channels = models.InstantAt(b.Span.From), []string{"c"}
				want, incidents := twin{t, f, s, r, b.Span}.run()
				var got []string
				for _, m := range b.Messages {
					got = append(got, fmt.Sprint(m.At, m.Stores, m.Incidents, m.Message))
				}
				if !slices.Equal(got, want) || b.Incidents != incidents {
					t.Errorf("seed %d, %s: %d incidents, want %d; told\n%v\nwant\n%v", seed, kind, b.Incidents, incidents, got, want)
				}
				told += len(got)
			}
		}
		if told < 300 {
			t.Errorf("only %d messages were compared", told)
		}
	})
}
