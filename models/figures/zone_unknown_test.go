package figures_test

import (
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// A server with newer zone data may have stored the zone of store far, an earlier
// release that of store right.
func TestAZoneThatTheProgramDoesNotKnowCostsNobodyElseAnything(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile("far,active,2023-01-25 18:00:00 UTC", "known,active,2023-01-25 18:00:00 UTC", "right,active,2023-01-25 18:00:00 UTC", "none,active,2023-01-25 18:00:00 UTC"),
			hoursFile("far,2,09:00,17:00", "known,2,09:00,17:00", "right,2,09:00,17:00", "none,2,09:00,17:00"),
			zonesFile("far,UTC", "known,Asia/Beirut", "right,UTC", "idle,UTC"))
		for store, zone := range map[string]string{"far": "Mars/Olympus_Mons", "right": "right/America/Chicago", "idle": "Local"} {
			if err := modelstest.Exec(db, "UPDATE stores SET zone = ? WHERE code = ?", zone, store); err != nil {
				t.Fatal(err)
			}
		}
		s := snapshotAt(t, db, 0)
		q := qualityOf(t, s)
		if got := codesOf(s, q.NoZone); got != "far idle none right" {
			t.Errorf("without a zone: %s", got)
		}
		figures := map[string]int{}
		for n, store := range s.Stores {
			figures[store.Code] = n
		}
		for _, code := range []string{"far", "right"} {
			n := figures[code]
			if s.Figures[n] != s.Figures[figures["none"]] || s.Location(n).String() != models.AssumedZone {
				t.Errorf("%s is computed in %s: %+v", code, s.Location(n), s.Figures[n])
			}
		}
		if n := figures["known"]; s.Location(n).String() != "Asia/Beirut" || s.Figures[n] == s.Figures[figures["none"]] {
			t.Errorf("known is computed in %s", s.Location(n))
		}
		r := makeReport(t, db)
		_, details := writtenReport(t, db, r.ID)
		if r.State != models.Complete || r.Stores != 5 {
			t.Errorf("%+v\n%s", r, details)
		}
	})
}
