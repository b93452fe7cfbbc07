package jobs_test

import (
	"strings"
	"testing"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

func TestAMailHasTheFilesOfAReportThatItsReaderMaySee(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls, hours, zones)
		made := modelstest.MakeReport(t, db)
		mail := func(kind deliveries.ChannelKind, person, format string) notify.Outgoing {
			out := notify.Outgoing{Channel: deliveries.Channel{Kind: kind}, Delivery: deliveries.Delivery{PersonID: person}}
			out.Delivery.Message.Attachments = []deliveries.Attachment{{Report: made.ID, Format: format, Name: "week.csv"}, {Report: "no such", Format: "csv", Name: "old.csv"}}
			if err := d.Attach(t.Context(), &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		if out := mail(deliveries.Email, "", "csv"); len(out.Files) != 1 || !strings.HasPrefix(string(out.Files[0].Body), "store_id,") || out.Files[0].Name != "week.csv" || len(out.Delivery.Message.Notes) != 1 {
			t.Errorf("%d files, notes %q", len(out.Files), out.Delivery.Message.Notes)
		}
		if out := mail(deliveries.Email, "", "details"); len(out.Files) != 1 || !strings.HasPrefix(string(out.Files[0].Body), "\uFEFFstore_id,") {
			t.Errorf("%d files", len(out.Files))
		}
		if out := mail(deliveries.Slack, "", "csv"); len(out.Files) != 0 {
			t.Error("a chat has files")
		}
		accounts := access.NewAccounts(db, access.Options{})
		for _, n := range []access.NewPerson{{Email: "op@example.com", Role: access.Operator}, {Email: "ana@example.com", Role: access.Owner, Reach: reach.Of([]string{"Orbit"}, nil)}} {
			p, err := accounts.AddPerson(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			if out := mail(deliveries.Email, p.ID, "csv"); (len(out.Files) == 1) != (n.Role == access.Operator) {
				t.Errorf("%s gets %d files", n.Email, len(out.Files))
			}
		}
	})
}
