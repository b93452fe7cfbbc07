package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each id came in a file of its own: the zeros are judged over all stores.
func TestQualityNamesTheOnlyStoreOfWhichADamagedIDMayHaveBeenMade(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const header = "store_id,timezone_str\n"
		whole := []string{"8419537941919820732", "2570000000000001234", "3810000000000005678", "1200000000000000123", "5500000000000000001", "5500000000000000002", "101"}
		s.load(file{"whole.csv", header + strings.Join(whole, ",UTC\n") + ",UTC\n"})
		for _, id := range []string{"8419537941919820000", "2570000000000000000", "3810000000000000000", "1.2E+18", "5.5E+18", "9.9E+18", `"=""101"""`} {
			s.load(file{"damaged.csv", header + id + ",UTC\n"})
		}
		want := map[string]string{
			"8419537941919820000": "8419537941919820732", "2570000000000000000": "2570000000000001234", "3810000000000000000": "3810000000000005678",
			"1.2E+18": "1200000000000000123", "5.5E+18": "—", "9.9E+18": "—", `="101"`: "101", "101": `="101"`,
		}
		got := map[string]string{}
		for _, row := range s.open("/quality/odd_ids").Find("tbody tr").EachIter() {
			cells := texts(row.Find("th, td"))
			got[cells[1]] = cells[3]
			if cells[1][1:] == "419537941919820000" && !strings.HasPrefix(cells[2], "Zeros at the end: a spreadsheet replaced") {
				t.Errorf("the cause is %q", cells[2])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the page (-want +got):\n%s", diff)
		}
		found := decode[struct {
			Found []struct {
				ID, Fault string
				LooksLike *string `json:"looks_like"`
			}
		}](t, s.call(http.MethodGet, "/api/v1/quality/odd_ids"))
		for _, odd := range found.Found {
			like := "—"
			if odd.LooksLike != nil {
				like = *odd.LooksLike
			}
			if like != want[odd.ID] || odd.ID == "1.2E+18" && odd.Fault != "scientific_notation" || odd.ID == "8419537941919820000" && odd.Fault != "ends_in_zeros" {
				t.Errorf("the API says %+v, like %s", odd, like)
			}
		}
		if len(found.Found) != len(want) {
			t.Errorf("%d in the API", len(found.Found))
		}
	})
}
