package alerts_test

import (
	"testing"

	"lightson/models/alerts"
	"lightson/models/modelstest"
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
		d.want("the other one", "Ben's is offline since 15:00 EET")
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
		d.want("one that works", "Cy's is without data since 12:00 UTC")
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
		d.want("it was so after all", "Ann's is offline since 15:00 EET")

		disabled(1)
		d.polls("b inactive 14:10", "c active 15:00")
		d.want("the channel does not work", "")
		disabled(nil)
		d.polls("b active 16:00")
		d.want("it works again", "Ben's was offline for 1 h 50 min")
	})
}
