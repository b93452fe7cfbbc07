package web_test

import (
	"net/http"
	"testing"
)

func TestAPIImportIsCancelledWhileItsPreviewWaits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.preview(file{"zones.csv", goodZones})
		for range 2 {
			if got := decode[jsonImport](t, s.call(http.MethodPost, "/api/v1/imports/"+id+"/cancel")); got.State != "cancelled" {
				t.Errorf("it is %s", got.State)
			}
		}
		if left := s.staged(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if a := s.ask(http.MethodPost, "/imports/"+id+"/confirm", form("anyway", "1")); a.StatusCode != http.StatusConflict {
			t.Errorf("confirmed afterwards: status %d", a.StatusCode)
		}
		done := s.load(file{"zones.csv", goodZones}).ID
		refused(t, s.call(http.MethodPost, "/api/v1/imports/"+done+"/cancel"), 409, "It is complete.")
	})
}

// A page that was opened before the import became a preview, or a script that sends its form.
func TestThePageCancelsAnImportWhosePreviewWaits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.preview(file{"zones.csv", goodZones})
		s.ask(http.MethodPost, "/imports/"+id+"/cancel").leadsTo(t, "/imports/"+id)
		if got := text(s.open("/imports/" + id).Find(".badge-word")); got != "Cancelled" || len(s.staged()) > 0 {
			t.Errorf("it is %s, and left are %v", got, s.staged())
		}
	})
}
