package digests_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

var ctx = context.Background()

// hourly are polls of a store from one instant to another, an hour apart and at :30. Those
// for which down says so are inactive.
func hourly(store, from, to string, down func(uptime.Instant) bool) (rows []string) {
	for at := modelstest.At(from).Add(30 * uptime.Minute); at < modelstest.At(to); at = at.Add(uptime.Hour) {
		status := "active"
		if down(at) {
			status = "inactive"
		}
		rows = append(rows, store+","+status+","+modelstest.Stamp(at))
	}
	return rows
}

func never(uptime.Instant) bool { return false }

func between(from, to string) func(uptime.Instant) bool {
	return uptime.Span{From: modelstest.At(from), To: modelstest.At(to)}.Contains
}

// compose is what a digest says at a time.
func compose(t *testing.T, db *models.DB, d digests.Digest, now string) digests.Content {
	t.Helper()
	f := figures.New(db)
	defer f.Close()
	c, err := digests.Compose(ctx, db, f, reach.All(), d, modelstest.At(now))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func plain(m deliveries.Message) string {
	var b strings.Builder
	fmt.Fprintln(&b, m.Title)
	for _, line := range m.Lines {
		fmt.Fprintln(&b, " ", line)
	}
	for _, s := range m.Sections {
		fmt.Fprintln(&b, "##", s.Heading)
		for _, r := range s.Rows {
			fmt.Fprintf(&b, "- %s: %s (%s, %s)\n", r.Text, r.Value, r.Path, r.Tone)
		}
		if s.More != "" {
			fmt.Fprintln(&b, " ", s.More)
		}
	}
	for _, l := range m.Links {
		fmt.Fprintf(&b, "-> %s %s\n", l.Text, l.Path)
	}
	for _, note := range m.Notes {
		fmt.Fprintln(&b, "*", note)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(modelstest.ReadFile(t, path), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func daily(of entered.Subject) digests.Digest {
	return digests.Digest{ID: "1", Subject: of, Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago", Channels: []string{"c"}}
}

// Both clock changes of Chicago in 2023. One store is always open, one is closed by day, one
// is in Phoenix, which has no clock change, one was never polled.
func TestADigestOfADayOnWhichClocksChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, day := range []struct {
			name, from, to, now string
			down, short         func(uptime.Instant) bool
		}{
			{"spring", "2023-03-10 06:00", "2023-03-13 12:00", "2023-03-13 12:00", between("2023-03-12 06:00", "2023-03-12 10:00"), between("2023-03-12 18:00", "2023-03-12 19:00")},
			{"autumn", "2023-11-03 05:00", "2023-11-06 13:00", "2023-11-06 13:00", between("2023-11-05 05:00", "2023-11-05 10:00"), between("2023-11-05 18:00", "2023-11-05 19:00")},
		} {
			modelstest.Wipe(t, db)
			modelstest.Load(t, db,
				modelstest.NamesFile("a,Blue Kettle Airport,Blue Kettle,Chicago", "b,Blue Kettle Night,Blue Kettle,Chicago", "c,Blue Kettle Desert,Blue Kettle,Phoenix", "d,Blue Kettle New,Blue Kettle,Chicago", "e,Foreign,Other,"),
				modelstest.HoursFile("b,6,22:00,06:00", "b,5,22:00,06:00", "d,6,10:00,12:00"),
				modelstest.ZonesFile("a,America/Chicago", "b,America/Chicago", "c,America/Phoenix", "d,America/Chicago"),
				modelstest.PollsFile(append(append(append(hourly("a", day.from, day.to, day.down), hourly("b", day.from, day.to, never)...), hourly("c", day.from, day.to, day.short)...), hourly("e", day.from, day.to, day.down)...)...))
			for _, target := range []entered.Target{{Subject: entered.Group("Blue Kettle"), Percent: 99_00}, {Subject: entered.Store("c"), Percent: 90_00}} {
				if err := entered.SetTarget(ctx, db, target); err != nil {
					t.Fatal(err)
				}
			}
			c := compose(t, db, daily(entered.Group("Blue Kettle")), day.now)
			golden(t, day.name+".txt", plain(c.Message(words.In(words.English))))
			golden(t, day.name+".de.txt", plain(c.Message(words.In(words.German))))
			golden(t, day.name+".es.txt", plain(c.Message(words.In(words.Spanish))))
			message, err := json.MarshalIndent(c.Message(words.In(words.English)), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, day.name+".message.json", string(message)+"\n") // of which package notify makes a mail
			payload, err := c.Payload(modelstest.At(day.now))
			if err != nil {
				t.Fatal(err)
			}
			var indented map[string]any
			if err := json.Unmarshal(payload, &indented); err != nil {
				t.Fatal(err)
			}
			text, _ := json.MarshalIndent(indented, "", " ")
			golden(t, day.name+".json", string(text)+"\n")
			length := map[string]uptime.Micros{"spring": 23, "autumn": 25}[day.name] * uptime.Hour
			if airport := c.Worst.Shown[0]; airport.Code != "a" || airport.Figures.Open != length {
				t.Errorf("%s: the worst store is %s, open for %s; want a, %s", day.name, airport.Code, airport.Figures.Open.LengthText(), length.LengthText())
			}
		}
	})
}

// Twenty stores are listed and the others counted, and time that is excused is nothing to report.
func TestADigestIsBoundedAndExcusedTimeIsNothingToReport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 26 {
			down := between("2023-01-24 18:00", "2023-01-24 20:00")
			if n == 25 {
				down = never
			}
			rows = append(rows, hourly(fmt.Sprintf("s%02d", n), "2023-01-22 00:00", "2023-01-25 13:00", down)...)
		}
		modelstest.Load(t, db, modelstest.PollsFile(rows...))
		c := compose(t, db, daily(entered.All), "2023-01-25 13:00")
		m := c.Message(words.In(words.English))
		if worst := m.Sections[0]; len(worst.Rows) != 20 || worst.More != "and 5 more stores that were offline" {
			t.Errorf("%d rows, %q", len(worst.Rows), worst.More)
		}
		if longest := m.Sections[1]; len(longest.Rows) != 5 || longest.More != "and 20 more outages" {
			t.Errorf("%d rows, %q", len(longest.Rows), longest.More)
		}
		if c.Nothing() {
			t.Error("there is nothing to report of 25 stores that were offline")
		}
		excuse := entered.Correction{Subject: entered.All, From: modelstest.At("2023-01-24 17:00"), To: modelstest.At("2023-01-24 22:00"), Category: entered.PollerFault}
		if err := entered.AddCorrection(ctx, db, &excuse); err != nil {
			t.Fatal(err)
		}
		c = compose(t, db, daily(entered.All), "2023-01-25 13:00")
		text := plain(c.Message(words.In(words.English)))
		if !c.Nothing() || !strings.Contains(text, "Corrections excuse 130 h of the open time. This covers all of the downtime. Corrected availability: 100.00 %.") {
			t.Errorf("excused:\n%s", text)
		}
	})
}

// What somebody sees may change while a digest is made, and then it must not be sent.
func TestADigestIsForWhatItsPersonSawWhenItWasMade(t *testing.T) {
	c := digests.Content{Digest: digests.Digest{ID: "d", PersonID: "ana", Every: recurring.Daily, Zone: "UTC", Channels: []string{"till"}}, Lost: digests.NoData}
	channels := []deliveries.Channel{
		{ID: "till", PersonID: "ana", ConfirmedAt: models.InstantAt(1)}, {ID: "till", PersonID: "ben", ConfirmedAt: models.InstantAt(1)}, {ID: "other", PersonID: "ana", ConfirmedAt: models.InstantAt(1)},
	}
	saw := reach.Of([]string{"Orbit", "Kettle"}, nil)
	list, err := c.DeliveriesTo(channels, "", saw, "cause", 1)
	if err != nil || len(list) != 1 || list[0].Reach != saw.String() || list[0].PersonID != "ana" {
		t.Errorf("%+v, %v", list, err)
	}
}

// Whoever looks every few seconds for hours must not measure each time.
func TestADigestThatWaitsForPollsMeasuresNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile(hourly("a", "2023-01-22 00:00", "2023-01-25 01:00", between("2023-01-24 18:00", "2023-01-24 20:00"))...))
		f := figures.New(db)
		defer f.Close()
		d := digests.Digest{
			ID: "d", Subject: entered.All, Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago",
			Channels: []string{"c"}, NextAt: modelstest.At("2023-01-25 13:00"),
		}
		for now, waits := range map[string]bool{"2023-01-25 13:00": true, "2023-01-25 15:59": true, "2023-01-25 16:00": false} {
			c, err := digests.ComposeDue(ctx, db, f, reach.All(), d, modelstest.At(now))
			if err != nil || c.Waits != waits || (c.Sum.Open == 0) != waits || c.Stores != 1 {
				t.Errorf("at %s: waits %t, open %s, %d stores, %v", now, c.Waits, c.Sum.Open.LengthText(), c.Stores, err)
			}
		}
	})
}
