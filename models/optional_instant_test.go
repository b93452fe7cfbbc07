package models_test

import (
	"errors"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// Until version 10, 0 stood for none, and the first poll of a store that was polled
// at that instant was lost, as was the newest poll of all.
func TestOldZerosBecomeNone(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		active, inactive := []byte{1, 0, 0, 0, 0, 0}, []byte{1, 0, 0, 0, 0, 1}
		err = errors.Join(old.MigrateTo(ctx, 10),
			modelstest.Exec(old, `INSERT INTO stores (id, code, first_poll_at) VALUES
				(1, 'never', 0), (2, 'polled', 77), (3, 'epoch', 0), (4, 'epoch, down', 77), (5, 'before', ?)`, -77),
			modelstest.Exec(old, "INSERT INTO poll_days (day, store_id, polls) VALUES (0, 3, ?), (0, 4, ?), (0, 5, ?), (-1, 5, ?)", active, inactive, active, active),
			modelstest.Exec(old, `INSERT INTO reports (id, source, state, created_at, asked_as_of, as_of) VALUES ('none', 'api', 'queued', 1, 0, 0), ('some', 'api', 'queued', 1, 5, 6)`),
			old.Close())
		if err != nil {
			t.Fatal(err)
		}
		db := modelstest.OpenURL(t, url, dir)
		v, err := db.DataVersion(ctx)
		if err != nil || v.NewestPollAt != models.InstantAt(0) || v.KeptFrom.Known {
			t.Errorf("data version %+v, %v; want the newest poll at the epoch and nothing deleted", v, err)
		}
		want := map[string]models.OptionalInstant{
			"never": {}, "polled": models.InstantAt(77), "epoch": models.InstantAt(0), "epoch, down": models.InstantAt(0), "before": models.InstantAt(-77),
		}
		s := snapshotAt(t, db, 1)
		for _, store := range s.Stores {
			if store.FirstPollAt != want[store.Code] {
				t.Errorf("%s: first poll %+v, want %+v", store.Code, store.FirstPollAt, want[store.Code])
			}
		}
		for id, want := range map[string][2]models.OptionalInstant{"none": {}, "some": {models.InstantAt(5), models.InstantAt(6)}} {
			if r := reportOf(t, db, id); r.AskedAsOf != want[0] || r.AsOf != want[1] {
				t.Errorf("report %s is as of %+v, asked for %+v", id, r.AsOf, r.AskedAsOf)
			}
		}
	})
}

func TestAnOptionalInstantKeepsWhatThereIs(t *testing.T) {
	none, epoch, later := models.OptionalInstant{}, models.InstantAt(0), models.InstantAt(1)
	for name, tt := range map[string]struct{ got, want models.OptionalInstant }{
		"none or the epoch":             {none.Or(epoch), epoch},
		"the epoch or later":            {epoch.Or(later), epoch},
		"the earliest of none and some": {none.Earliest(later), later},
		"the earliest of some and none": {later.Earliest(none), later},
		"the earliest of two":           {later.Earliest(epoch), epoch},
		"the latest of none and before": {none.Latest(models.InstantAt(-1)), models.InstantAt(-1)},
		"the latest of two":             {epoch.Latest(later), later},
		"the latest of none":            {none.Latest(none), none},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, tt.got, tt.want)
		}
	}
}
