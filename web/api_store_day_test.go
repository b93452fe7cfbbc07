package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models/uptime"
)

type jsonDay struct {
	Date     string
	From, To time.Time
	Figures  jsonWindow
	Openings []struct {
		From, To time.Time
		Figures  jsonWindow
		Polls    []struct {
			At     time.Time
			Active bool
			Length int64 `json:"length_us"`
		}
		Stretches []struct {
			From, To       time.Time
			Length         int64 `json:"length_us"`
			State, Why     string
			Certain, Close bool
			Poll           *time.Time
		}
	}
	Excused     []struct{ From, To time.Time }
	Corrections []struct{ Category string }
	SpecialDay  *struct{ Closed bool } `json:"special_day"`
}

func TestTheStretchesOfAnExplainedDayAddUpToItsFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		snapshot := s.snapshot()
		reasons := map[string]int{}
		for n := 0; n < len(snapshot.Stores); n += 12 {
			address := "/api/v1/stores/" + snapshot.Stores[n].Code + "/days"
			for _, day := range decode[jsonDays](t, s.call(http.MethodGet, address)).Days {
				explained := decode[jsonDay](t, s.call(http.MethodGet, address+"/"+day.Date))
				if explained.Figures.Open != day.Figures.Open || explained.Figures.Up != day.Figures.Up || explained.Figures.Down != day.Figures.Down {
					t.Errorf("%s on %s: %+v, in the list %+v", address, day.Date, explained.Figures, day.Figures)
				}
				open := int64(0)
				for _, opening := range explained.Openings {
					sums, end := map[string]int64{}, opening.From
					for _, stretch := range opening.Stretches {
						if !stretch.From.Equal(end) || stretch.Length != stretch.To.Sub(stretch.From).Microseconds() {
							t.Errorf("%s on %s: a stretch from %v after one to %v", address, day.Date, stretch.From, end)
						}
						if stretch.Certain != (stretch.Why == "between_equal_polls") || (stretch.State == "no_data") != (stretch.Why == "no_poll") || (stretch.Poll == nil) != (stretch.Why == "no_poll") {
							t.Errorf("%s on %s: %+v", address, day.Date, stretch)
						}
						sums[stretch.State] += stretch.Length
						end = stretch.To
						reasons[stretch.Why]++
					}
					if !end.Equal(opening.To) || sums["online"] != opening.Figures.Up || sums["offline"] != opening.Figures.Down || sums["no_data"] != opening.Figures.NoData {
						t.Errorf("%s on %s: stretches of %v, figures %+v", address, day.Date, sums, opening.Figures)
					}
					open += opening.Figures.Open
				}
				if open != explained.Figures.Open {
					t.Errorf("%s on %s: %d open, in openings %d", address, day.Date, explained.Figures.Open, open)
				}
			}
		}
		if len(reasons) < 4 {
			t.Errorf("reasons of stretches: %v", reasons)
		}
	})
}

func TestAnExplainedDayNamesItsSpecialDayAndItsCorrections(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	code, day := "", uptime.Date(0)
	for n, store := range snapshot.Stores {
		if len(snapshot.Hours(n)) > 0 {
			code, day = store.Code, snapshot.Today(n)-1
			break
		}
	}
	date := uptime.DateText(day)
	address := "/api/v1/stores/" + code + "/days/"
	added := s.call(http.MethodPost, "/api/v1/special-days", body("application/json", `{"scope":"store","name":"`+code+`","date":"`+date+`","hours":[{"start":"00:00","end":"12:00"}],"note":"Fair"}`))
	if added.StatusCode != http.StatusOK {
		t.Fatal(added.body)
	}
	s.catchUp()
	before := decode[jsonDay](t, s.call(http.MethodGet, address+date))
	if before.SpecialDay == nil || before.SpecialDay.Closed || len(before.Openings) != 1 || before.Figures.Open != 12*int64(time.Hour/time.Microsecond) {
		t.Fatalf("%+v", before)
	}
	from, to := before.Openings[0].From.Format(time.RFC3339), before.Openings[0].From.Add(time.Hour).Format(time.RFC3339)
	made := s.call(http.MethodPost, "/api/v1/corrections", body("application/json", `{"scope":"store","name":"`+code+`","from":"`+from+`","to":"`+to+`","category":"planned_work"}`))
	if made.StatusCode != http.StatusCreated {
		t.Fatal(made.body)
	}
	s.catchUp()
	after := decode[jsonDay](t, s.call(http.MethodGet, address+date))
	if len(after.Excused) != 1 || after.Excused[0].To.Sub(after.Excused[0].From) != time.Hour || len(after.Corrections) != 1 || after.Figures.Up != before.Figures.Up {
		t.Errorf("%+v", after)
	}
	refused(t, s.call(http.MethodGet, address+"soon"), http.StatusBadRequest, "date: expected one from")
	refused(t, s.call(http.MethodGet, strings.Replace(address, code, "nobody", 1)+date), http.StatusNotFound, "nobody")
}

func TestNoDayIsExplainedBeforeTheFirstPoll(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	refused(t, s.call(http.MethodGet, "/api/v1/stores/1/days/2023-01-24"), http.StatusNotFound, "polled")
}
