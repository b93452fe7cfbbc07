package alerts_test

import (
	"fmt"
	"slices"
	"testing"

	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// incident is the only one of a store.
func (d *desk) incident(store string) alerts.Incident {
	d.Helper()
	list, err := alerts.Incidents(ctx, d.db, "", alerts.IncidentFilter{Store: store})
	if err != nil || len(list) != 1 {
		d.Fatalf("%d incidents of %s, %v", len(list), store, err)
	}
	return list[0]
}

// wantTelling compares how far the person was told of the only incident of a store.
func (d *desk) wantTelling(store string, told, waits bool) {
	d.Helper()
	i := d.incident(store)
	list, err := alerts.Tellings(ctx, d.db, "", []string{i.ID})
	if got := list[i.ID]; err != nil || got.At.Known != told || got.Waits != waits {
		d.Errorf("%s: %+v, %v; want told %v, waits %v", store, got, err, told, waits)
	}
}

func TestWhatWasWithdrawnBeforeItWasToldIsNotToldByAnotherMessage(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		i := d.polls("a inactive 13:00", "c active 14:00")
		d.judge()
		d.wantTelling("a", false, true)
		modelstest.Undo(d, d.db, i)
		d.polls("b inactive 13:00", "c active 14:00")
		d.want("the other one", "Ben's has been offline since 15:00 EET")
		d.wantTelling("a", false, false)
		d.wantTelling("b", true, false)
		if m, err := alerts.MessageOf(ctx, d.db, d.all[0].Token); err != nil || len(m.Incidents) != 1 || m.Incidents[0].Store != "b" {
			d.Errorf("the message is of %+v, %v", m.Incidents, err)
		}
	})
}

func TestOnlyWhatWentToAChannelThatWorksIsTold(t *testing.T) {
	each(t, func(d *desk) {
		silent := d.rule(alerts.Offline, nil)
		d.rule(alerts.NoData, nil)
		if err := modelstest.Exec(d.db, "UPDATE channels SET disabled_at = 1 WHERE id = ?", silent.Channels[0]); err != nil {
			d.Fatal(err)
		}
		d.polls("a inactive 13:00", "a inactive 14:00", "a inactive 15:00", "a inactive 16:00", "b active 16:00")
		d.want("one that works", "Cy's has had no data since 12:00 UTC")
		d.wantTelling("a", false, false)
		d.wantTelling("c", true, false)
	})
}

func TestWhatWasNeverSentIsToldAsSomethingNew(t *testing.T) {
	each(t, func(d *desk) {
		silent := d.rule(alerts.Offline, nil)
		disabled := func(at any) {
			d.Helper()
			if err := modelstest.Exec(d.db, "UPDATE channels SET disabled_at = ? WHERE id = ?", at, silent.Channels[0]); err != nil {
				d.Fatal(err)
			}
		}
		i := d.polls("a inactive 13:00", "c active 14:00")
		d.judge()
		modelstest.Undo(d, d.db, i)
		d.want("withdrawn before it was told", "")
		d.polls("a inactive 13:00", "c active 14:00")
		d.want("it was so after all", "Ann's has been offline since 15:00 EET")

		disabled(1)
		d.polls("b inactive 14:10", "c active 15:00")
		d.want("the channel does not work", "")
		disabled(nil)
		d.polls("b active 16:00")
		d.want("it works again", "Ben's was offline for 1 h 50 min")
	})
}

// threads says of each delivery which one it follows, by its place in the list.
func (d *desk) threads() (list []string) {
	d.Helper()
	for _, one := range d.all {
		id, err := alerts.Follows(ctx, d.db, one)
		n := slices.IndexFunc(d.all, func(other deliveries.Delivery) bool { return other.ID == id })
		switch {
		case err != nil || id != "" && n < 0:
			d.Errorf("%q follows %q, %v", one.Message.Title, id, err)
		case id == "":
			list = append(list, one.Message.Title)
		default:
			list = append(list, fmt.Sprintf("%d: %s", n, one.Message.Title))
			if d.all[n].ChannelID != one.ChannelID {
				d.Errorf("%q follows what went elsewhere", one.Message.Title)
			}
		}
	}
	return list
}

func (d *desk) wantThreads(want ...string) {
	d.Helper()
	if got := d.threads(); !slices.Equal(got, want) {
		d.Errorf("got %q, want %q", got, want)
	}
}

func TestTheMailsOfAnIncidentAreOneThread(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, func(r *alerts.Rule) { r.Remind = uptime.Hour })
		d.polls("b active 14:00", "c active 14:00")
		i := d.polls("a inactive 13:00")
		d.told()
		d.polls("b active 15:00", "c active 15:00")
		d.told()
		modelstest.Undo(d, d.db, i)
		d.told()
		d.polls("a inactive 13:00")
		d.told()
		d.polls("b inactive 15:10", "a active 16:00", "c active 16:00")
		d.told()
		d.polls("b active 16:30", "c active 16:30")
		d.told()
		d.wantThreads("Ann's has been offline since 15:00 EET", "0: Ann's is still offline, since 15:00 EET", "0: Ann's was not offline after all",
			"0: Ann's is still offline, since 15:00 EET", "Ben's has been offline since 17:10 EET", "4: Ben's is back online")
	})
}

func TestAMailOfManyIncidentsIsInTheOldestThreadUnlessItHasNews(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		d.polls("a inactive 13:00", "c active 14:00")
		d.told()
		d.polls("b inactive 14:10", "c active 15:00")
		d.told()
		d.polls("a active 15:30", "b active 15:30")
		d.told()
		d.wantThreads("Ann's has been offline since 15:00 EET", "Ben's has been offline since 16:10 EET", "0: 2 stores in 2 cities are back online")
	})
}

func TestEachChannelHasThreadsOfItsOwn(t *testing.T) {
	each(t, func(d *desk) {
		r := d.rule(alerts.Offline, nil)
		d.polls("a inactive 13:00", "b active 14:00")
		d.told()
		r.Channels = append(r.Channels, d.channel("")) // which gets its end only
		if err := alerts.SaveRule(ctx, d.db, &r, d.now); err != nil {
			d.Fatal(err)
		}
		d.polls("a active 15:00")
		d.told()
		got := d.threads()
		slices.Sort(got)
		if want := []string{"0: Ann's is back online", "Ann's has been offline since 15:00 EET", "Ann's is back online"}; !slices.Equal(got, want) {
			d.Errorf("got %q, want %q", got, want)
		}
		test := deliveries.New(deliveries.Channel{ID: r.Channels[0]}, deliveries.Test, deliveries.Message{})
		if id, err := alerts.Follows(ctx, d.db, test); id != "" || err != nil {
			d.Errorf("a test follows %q, %v", id, err)
		}
	})
}
