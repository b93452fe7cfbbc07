package jobs_test

import (
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/imports"
)

func TestTheSameBytesAreReadOnce(t *testing.T) {
	const (
		otherHours = "store_id,day,start_time_local,end_time_local\none,1,10:00,12:00\n"
		moreHours  = "store_id,day,start_time_local,end_time_local\ntwo,1,10:00,12:00\n"
		bad        = "store_id,status,timestamp_utc\none,asleep,2023-01-23 16:14:00 UTC\n"
	)
	for name, tt := range map[string]struct {
		before [][]string
		again  []string
		same   bool
	}{
		"polls":                            {[][]string{{polls}}, []string{polls}, true},
		"polls, though others came later":  {[][]string{{polls}, {strings.ReplaceAll(polls, "inactive", "active")}}, []string{polls}, true},
		"polls of two imports":             {[][]string{{polls}, {hours}}, []string{hours, polls}, true},
		"polls of which a row was bad":     {[][]string{{bad}}, []string{bad}, false},
		"something else beside":            {[][]string{{polls}}, []string{polls, zones}, false},
		"hours":                            {[][]string{{hours}}, []string{hours}, true},
		"hours, though zones came later":   {[][]string{{hours}, {zones}}, []string{hours}, true},
		"hours that others replaced":       {[][]string{{hours}, {otherHours}}, []string{hours}, false},
		"hours that are back":              {[][]string{{hours}, {otherHours}, {hours}}, []string{hours}, true},
		"half of the hours of an import":   {[][]string{{hours, otherHours}}, []string{hours}, false},
		"all of the hours of an import":    {[][]string{{hours, moreHours, polls}}, []string{moreHours, hours}, true},
		"hours of two imports":             {[][]string{{hours}, {moreHours}}, []string{hours, moreHours}, false},
		"the same length, but other bytes": {[][]string{{zones}}, []string{strings.ReplaceAll(zones, "two", "six")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *models.DB) {
				d := newDesk(t, db)
				for _, files := range tt.before {
					d.load(files...)
				}
				facts := func() int {
					return query(t, db, "SELECT count(*) + coalesce(sum(day * 7 + start_s + end_s), 0) FROM hours") +
						query(t, db, "SELECT count(*) FROM poll_days")
				}
				before := facts()
				d.load(tt.again...)
				list := d.imports()
				i := list[len(list)-1]
				if i.State != models.Complete || (i.SameAs != "") != tt.same {
					t.Errorf("%s, the same as %q", i.State, i.SameAs)
				}
				if tt.same && (facts() != before || i.Duplicate != i.Rows || i.Rows == 0 || i.Kept != 0) {
					t.Errorf("%+v, facts %d, before %d", i.Counts, facts(), before)
				}
			})
		})
	}
}

// What had the same bytes as earlier imports changed nothing: it stands in nobody's
// way, and there is nothing to undo.
func TestWhatSeveralImportsHadBlocksNone(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls)
		d.load(hours)
		d.load(polls, hours)
		list := d.imports()
		if _, err := imports.Undo(t.Context(), db, list[2].ID, "ana"); err == nil || !strings.Contains(err.Error(), "nothing to undo") {
			t.Errorf("undone though it changed nothing: %v", err)
		}
		for _, i := range list[:2] {
			if _, err := imports.Undo(t.Context(), db, i.ID, "ana"); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhatWasUndoneIsReadAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(hours)
		first := d.imports()[0]
		d.load(hours)
		again := d.imports()[1]
		if again.SameAs != first.ID {
			t.Fatalf("the same as %q", again.SameAs)
		}
		if _, err := imports.Undo(t.Context(), db, first.ID, "ana"); err != nil {
			t.Fatal(err)
		}
		d.load(hours)
		if i := d.imports()[2]; i.SameAs != "" || i.Kept != 1 {
			t.Errorf("the same as %q, %d kept", i.SameAs, i.Kept)
		}
	})
}
