package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/uptime"
)

type jsonSources struct {
	Sources []jsonSource
}

type jsonSource struct {
	URL, State, Outcome string
	Import              *string
	Bytes               int64
	Failures            int
	CheckedAt           *time.Time `json:"checked_at"`
	ChangedAt           *time.Time `json:"changed_at"`
	NextAt              *time.Time `json:"next_at"`
}

func TestAPISourcesSayHowTheyAreDoing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if got := decode[jsonSources](t, s.call(http.MethodGet, "/api/v1/sources")); got.Sources == nil || len(got.Sources) != 0 {
			t.Errorf("%+v", got)
		}
		if err := s.db.SetSources(t.Context(), []models.RemoteSource{
			{ID: "b", Number: 1, URL: "https://b.example/?sig=xxxxx"}, {ID: "a", Number: 2, URL: "https://a.example/"},
		}); err != nil {
			t.Fatal(err)
		}
		checked := time.Date(2026, time.November, 22, 15, 0, 0, 0, time.UTC)
		if err := s.db.SaveSource(t.Context(), models.RemoteSource{
			ID: "a", Number: 2, URL: "https://a.example/", State: models.SourceFailed, Outcome: "Failed: it broke off.", ETag: "secret",
			ImportID: "some import", Bytes: 12, Failures: 3, CheckedAt: uptime.At(checked), ChangedAt: uptime.At(checked.Add(-time.Hour)), NextAt: uptime.At(checked.Add(time.Hour)),
		}); err != nil {
			t.Fatal(err)
		}
		before, after, id := checked.Add(-time.Hour), checked.Add(time.Hour), "some import"
		want := []jsonSource{
			{URL: "https://b.example/?sig=xxxxx", State: "new", Outcome: "Not checked yet."},
			{"https://a.example/", "failed", "Failed: it broke off.", &id, 12, 3, &checked, &before, &after},
		}
		if diff := cmp.Diff(want, decode[jsonSources](t, s.call(http.MethodGet, "/api/v1/sources")).Sources); diff != "" {
			t.Error(diff)
		}
	})
}
