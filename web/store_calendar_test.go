package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"

	"lightson/models/entered"
	"lightson/models/uptime"
)

func init() { openapi3filter.RegisterBodyDecoder("text/calendar", openapi3filter.PlainBodyDecoder) }

// withPlanned loads stores that a calendar can go wrong with.
func (s *site) withPlanned() *site {
	s.t.Helper()
	s.load(
		file{"polls.csv", "store_id,status,timestamp_utc\nday,active,2023-03-10 18:00:00 UTC\n"},
		file{"hours.csv", "store_id,day,start_time_local,end_time_local\n" +
			"day,0,09:00,17:00\nday,1,09:00,17:00\nday,2,09:00,17:00\nday,3,09:00,17:00\nday,4,18:00,02:00\nday,5,22:00,02:30\n" +
			"\"a/b;c,d\",0,09:00,17:00\nnever,0,,\n"},
		file{"zones.csv", "store_id,timezone_str\nday,America/Chicago\n\"a/b;c,d\",Asia/Beirut\nalways,Europe/Berlin\nnever,Europe/Berlin\nmostly,Europe/Berlin\n"},
		file{"names.csv", "store_id,name,group,city\nday,\"Käthe; Söhne, \"\"der\"\" Laden\\n mit einem sehr langen Namen, der umbrochen wird\",Family,\"Köln, Süd\"\n"})
	s.schedule("day", "2023-04-03", 11*hour, 15*hour)
	date := func(text string) uptime.Date {
		d, ok := uptime.ParseDate(text)
		if !ok {
			s.t.Fatal(text)
		}
		return d
	}
	hours := entered.SpecialDay{Subject: entered.Store("day"), Date: date("2023-03-14"), Start: 10 * 3600, End: 12 * 3600, Note: "Inventory, short; day"}
	later := hours
	later.Start, later.End = 20*3600, 3600
	closed, of := entered.ClosedOn(entered.Group("Family"), date("2023-03-15")), entered.ClosedOn(entered.Store("mostly"), date("2023-03-20"))
	closed.Note = "Closed day"
	if err := entered.AddSpecialDays(s.t.Context(), s.db, []entered.SpecialDay{hours, later, closed, of}); err != nil {
		s.t.Fatal(err)
	}
	s.catchUp()
	return s
}

// calendar fetches and parses the openings of a store.
func (s *site) calendar(code, query string) (*ics.Calendar, answer) {
	s.t.Helper()
	a := s.call(http.MethodGet, "/api/v1/stores/"+url.PathEscape(code)+"/openings.ics"+query)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		s.t.Fatalf("%s%s: %d %s", code, query, a.StatusCode, a.body)
	}
	parsed, err := ics.ParseCalendar(strings.NewReader(a.body))
	if err != nil {
		s.t.Fatalf("%s%s: %v\n%s", code, query, err, a.body)
	}
	return parsed, a
}

func spansOf(t *testing.T, c *ics.Calendar) (spans []uptime.Span) {
	t.Helper()
	for _, e := range c.Events() {
		from, err1 := e.GetStartAt()
		to, err2 := e.GetEndAt()
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		spans = append(spans, uptime.Span{From: uptime.At(from), To: uptime.At(to)})
	}
	return spans
}

func TestTheCalendarOfAStoreHasTheOpeningsThatAreComputedWith(t *testing.T) {
	s := onSQLite(t).withPlanned()
	snapshot := s.snapshot()
	for code, least := range map[string]int{"day": 170, "a/b;c,d": 30, "never": 0, "always": 1, "mostly": 2} {
		n, _ := snapshot.Find(code)
		today := snapshot.Today(n)
		midnight := func(d uptime.Date) uptime.Instant {
			z := uptime.NewZone(snapshot.Location(n), uptime.Span{From: snapshot.AsOf, To: snapshot.AsOf})
			return z.Instant(d, 0)
		}
		over := uptime.Span{From: midnight(today - 30), To: midnight(today + 181)}
		want := uptime.Openings(uptime.NewZone(snapshot.Location(n), over), snapshot.Calendars[n], over)
		for i := range want {
			if want[i].From == uptime.Beginning {
				want[i].From = over.From
			}
			if want[i].To == uptime.Forever {
				want[i].To = over.To
			}
		}
		parsed, a := s.calendar(code, "")
		if got := spansOf(t, parsed); !slices.Equal(got, want) || len(want) < least {
			t.Errorf("%s: %d openings (-computed +calendar):\n%s", code, len(want), cmp.Diff(want, got))
		}
		if page := s.ask(http.MethodGet, "/stores/"+url.PathEscape(code)+"/openings.ics"); page.body != a.body {
			t.Errorf("%s: the page and the API have other calendars", code)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(a.body, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%s: the line %q is not one of RFC 5545", code, line)
			}
		}
	}
}

func TestTheCalendarSaysWhatIsSpecialAboutAnOpening(t *testing.T) {
	s := onSQLite(t).withPlanned()
	parsed, a := s.calendar("day", "?from=2023-03-13&to=2023-03-16")
	var said []string
	for _, e := range parsed.Events() {
		from, _ := e.GetStartAt()
		text := from.UTC().Format("01-02 15:04")
		if d := e.GetProperty(ics.ComponentPropertyDescription); d != nil {
			text += " " + d.Value
		}
		said = append(said, text)
		if got, want := e.GetProperty(ics.ComponentPropertySummary).Value, `Käthe; Söhne, "der" Laden\n mit einem sehr langen Namen, der umbrochen wird: open`; got != want {
			t.Errorf("the summary is %q", got)
		}
		if e.GetProperty(ics.ComponentPropertyTransp).Value != "TRANSPARENT" || e.GetProperty(ics.ComponentPropertyLocation).Value != "Köln, Süd" {
			t.Errorf("an event without its place, or one that keeps people busy: %s", e.Serialize(&ics.SerializationConfiguration{MaxLength: 75, NewLine: "\n"}))
		}
	}
	want := []string{"03-13 14:00", "03-14 15:00 Special hours: Inventory, short; day", "03-15 01:00 Special hours: Inventory, short; day", "03-16 14:00"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := a.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") || !strings.HasSuffix(got, ".ics") {
		t.Errorf("saved as %s", got)
	}
}

// A calendar program tells events apart by their ids.
func TestAnOpeningKeepsItsIdWhateverElseChanges(t *testing.T) {
	s := onSQLite(t).withPlanned()
	ids := func(code, query string) (list []string) {
		parsed, _ := s.calendar(code, query)
		for _, e := range parsed.Events() {
			list = append(list, e.Id())
		}
		if slices.Sort(list); len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s: ids twice in %q", code, list)
		}
		return list
	}
	all, some := ids("day", "?from=2023-03-01&to=2023-05-31"), ids("day", "?from=2023-03-20&to=2023-03-26")
	for _, id := range some {
		if !slices.Contains(all, id) {
			t.Errorf("%s has another id where more is asked for", id)
		}
	}
	s.load(file{"more.csv", "store_id,status,timestamp_utc\nday,active,2023-03-11 18:00:00 UTC\n"})
	if diff := cmp.Diff(some, ids("day", "?from=2023-03-20&to=2023-03-26")); diff != "" || len(some) != 6 {
		t.Errorf("another poll changed ids, or there are not six:\n%s", diff)
	}
	if always := ids("always", ""); slices.Contains(ids("mostly", ""), always[0]) {
		t.Error("two stores share an id")
	}
}

func TestDatesOfACalendarThatAreNoneAreSaidAtTheirField(t *testing.T) {
	s := onSQLite(t).withPlanned()
	for query, want := range map[string]string{
		"?from=yesterday":                "from: expected a date such as 2023-01-25, found yesterday",
		"?from=2023-02-29":               "from: expected a date such as 2023-01-25, found 2023-02-29",
		"?to=0001-01-01":                 "to: expected a date such as 2023-01-25, found 0001-01-01",
		"?from=2023-03-02&to=2023-03-01": "to: expected a date from 2023-03-02 to 2025-03-02, found 2023-03-01",
		"?from=2023-03-02&to=2027-03-01": "to: expected a date from 2023-03-02 to 2025-03-02, found 2027-03-01",
	} {
		refused(t, s.call(http.MethodGet, "/api/v1/stores/day/openings.ics"+query), http.StatusBadRequest, want)
	}
	refused(t, s.call(http.MethodGet, "/api/v1/stores/nowhere/openings.ics"), http.StatusNotFound, "nowhere")
}
