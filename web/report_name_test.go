package web_test

import (
	"encoding/csv"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/web"
)

// Two reports about different things have different names, in every place.
func TestAReportIsCalledByWhatItIsAbout(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"names.csv", "store_id,name,group\n1,Café,Kowalski Family\n2,,\"A/B: \"\"C\"\"?\"\n"},
		file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:13:22.5 UTC\n2,inactive,2023-01-24 18:00:00 UTC\n"})
	names := map[string]bool{}
	for _, tt := range []struct {
		about      []string
		name, file string
	}{
		{nil, "All stores · as of 25 Jan 2023, 18:13 UTC", "All stores · as of 25 Jan 2023, 18.13 UTC.csv"},
		{[]string{"group", "Kowalski Family"}, "Kowalski Family · as of 25 Jan 2023, 18:13 UTC", "Kowalski Family · as of 25 Jan 2023, 18.13 UTC.csv"},
		{[]string{"as_of", "2023-01-25"}, "All stores · as of 25 Jan 2023, 00:00 UTC", "All stores · as of 25 Jan 2023, 00.00 UTC.csv"},
		{[]string{"as_of", "2023-01-25 12:00:07"}, "All stores · as of 25 Jan 2023, 12:00:07 UTC", "All stores · as of 25 Jan 2023, 12.00.07 UTC.csv"},
		{[]string{"group", "Kowalski Family", "from", "2023-01-05", "to", "2023-01-20"}, "Kowalski Family · 5–19 Jan 2023", "Kowalski Family · 5–19 Jan 2023.csv"},
		{[]string{"from", "2023-01-05", "to", "2023-01-06"}, "All stores · 5 Jan 2023", "All stores · 5 Jan 2023.csv"},
		{[]string{"from", "2022-12-28", "to", "2023-01-04"}, "All stores · 28 Dec 2022 – 3 Jan 2023", "All stores · 28 Dec 2022 – 3 Jan 2023.csv"},
		{[]string{"from", "2022-11-28", "to", "2022-12-04"}, "All stores · 28 Nov – 3 Dec 2022", "All stores · 28 Nov – 3 Dec 2022.csv"},
		{[]string{"from", "2023-01-05 09:00", "to", "2023-01-05 17:30:15"}, "All stores · 5 Jan 2023, 09:00–17:30:15 UTC", "All stores · 5 Jan 2023, 09.00–17.30.15 UTC.csv"},
		{[]string{"from", "2023-01-05 09:00", "to", "2023-01-07"}, "All stores · 5 Jan 2023, 09:00 – 7 Jan 2023, 00:00 UTC", "All stores · 5 Jan 2023, 09.00 – 7 Jan 2023, 00.00 UTC.csv"},
		{[]string{"from", "2023-01-05", "to", "2023-01-20", "as_of", "2023-01-19"}, "All stores · 5–19 Jan 2023 · as of 19 Jan 2023, 00:00 UTC", "All stores · 5–19 Jan 2023 · as of 19 Jan 2023, 00.00 UTC.csv"},
		{[]string{"group", `A/B: "C"?`}, `A/B: "C"? · as of 25 Jan 2023, 18:13 UTC`, "A-B. -C-- · as of 25 Jan 2023, 18.13 UTC.csv"},
	} {
		r := s.asked(tt.about...)
		page, list, row := s.open("/reports/"+r.ID), s.open("/reports"), "#report-"+r.ID+" th a"
		for place, got := range map[string]string{
			"heading": text(page.Find("h1")), "list": text(list.Find(row)), "tab": strings.TrimSuffix(page.Find("title").Text(), " · Lights On"),
			"overview": text(s.open("/").Find(row)), "script": page.Find("#report").AttrOr("data-name", ""),
		} {
			if got != tt.name {
				t.Errorf("%v: the %s says %q, want %q", tt.about, place, got, tt.name)
			}
		}
		if names[tt.name] {
			t.Errorf("two reports are called %q", tt.name)
		}
		names[tt.name] = true
		_, params, err := mime.ParseMediaType(s.ask(http.MethodGet, "/reports/"+r.ID+"/report.csv").Header.Get("Content-Disposition"))
		if err != nil || params["filename"] != tt.file {
			t.Errorf("%v: the file is %q, %v; want %q", tt.about, params["filename"], err, tt.file)
		}
		if got := s.ask(http.MethodGet, "/get_report/"+r.ID).Header.Get("Content-Disposition"); got != `attachment; filename="`+r.ID+`.csv"` {
			t.Errorf("for scripts the file is %s", got)
		}
	}
}

// Whatever a group is called, the header is read as the name of one file.
func TestReportsOfAGroupWithALongNameAreSavedUnderNamesOfTheirOwn(t *testing.T) {
	for _, group := range []string{strings.Repeat("x", 200), strings.Repeat("é", 100), strings.Repeat("寿", 66), strings.Repeat("😀", 50)} {
		for _, end := range []string{
			" · as of 25 Jan 2023, 18:13 UTC", " · 10–24 Jan 2023",
			" · 20 Sep 2022, 10:10:10.123456 – 21 Sep 2023, 10:10:10.123456 UTC · as of 25 Sep 2023, 10:00 UTC",
		} {
			got := web.SavedName(group + end)
			if want := strings.ReplaceAll(end, ":", "."); !strings.HasSuffix(got, want) || !strings.HasPrefix(got, string([]rune(group)[:10])) || len(got) > 180 || !utf8.ValidString(got) {
				t.Errorf("%s of a long name is saved as %q", end, got)
			}
		}
	}
}

func TestEveryNameMakesAFileName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a/\\:"%;'.é–＝\r\n ]{1,20}`), rapid.StringN(150, 300, -1)).Draw(t, "name")
		saved := web.SavedName(name)
		header := web.Disposition(saved + ".csv")
		_, params, err := mime.ParseMediaType(header)
		if err != nil || params["filename"] != saved+".csv" || len(saved) > 200 || strings.ContainsAny(saved, "/\\:*?\"<>|\r\n\x00") {
			t.Fatalf("%q became %q and is read as %q, %v", name, header, params["filename"], err)
		}
		if !regexp.MustCompile(`^attachment; filename="[ !#-\[\]-~]+"(; filename\*=UTF-8''[!#$&+.^_` + "`" + `|~0-9A-Za-z%-]+)?$`).MatchString(header) {
			t.Fatalf("header %q", header)
		}
	})
}

// The range of a report is what its page, its list and its files speak of first.
func TestAReportWithARangeIsAboutTheRange(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		// "was" had downtime in the range only, "is" in the last week only, and
		// "new" has data in the last week only. All are always open.
		polls := "store_id,status,timestamp_utc\n"
		for hour := modelstest.At("2023-01-03 00:00"); hour <= modelstest.At("2023-01-25 18:00"); hour = hour.Add(uptime.Hour) {
			stamp := hour.Time().Format("2006-01-02 15:04:05")
			state := map[bool]string{true: "active", false: "inactive"}
			polls += "was," + state[hour < modelstest.At("2023-01-06 00:00") || hour >= modelstest.At("2023-01-07 00:00")] + "," + stamp + "\n"
			polls += "is," + state[hour < modelstest.At("2023-01-24 00:00")] + "," + stamp + "\n"
			if hour > modelstest.At("2023-01-20 00:00") {
				polls += "new,active," + stamp + "\n"
			}
		}
		s.load(file{"polls.csv", polls}, file{"names.csv", "store_id,name,group\nwas,a;=1,＝G\n"})
		r := s.asked("from", "2023-01-05", "to", "2023-01-10")
		rows := func(query string) (ids []string) {
			s.open("/reports/" + r.ID + query).Find("#report-rows tbody .id").Each(func(_ int, e *goquery.Selection) { ids = append(ids, text(e)) })
			return ids
		}
		for query, want := range map[string]string{
			"?down=true": "was", "?bin=7": "new", "?bin=0": "is", "?sort=availability": "was is new", "?sort=availability&order=desc": "is was new",
		} {
			if got := strings.Join(rows(query), " "); got != want {
				t.Errorf("%s shows %q, want %q", query, got, want)
			}
		}
		page := s.open("/reports/" + r.ID)
		for place, want := range map[string]string{
			"table.distribution caption": "3 stores by availability in the range, 5–9 Jan 2023",
			".tile h3":                   "5–9 Jan 2023Last hourLast dayLast week",
			"#report-rows .groups th":    "DownUpRange",
		} {
			if got := strings.Join(texts(page.Find(place)), ""); got != want {
				t.Errorf("%s says %q, want %q", place, got, want)
			}
		}
		if got := strings.Join(texts(page.Find("#report-rows tbody tr:first-child td")), " "); got != "24.00 0.00 0.00 0.00 96.00 60.00 24.00 168.00 80.00 % 0 %" {
			t.Errorf("the row of was says %s", got)
		}
		if r.NoData != 1 {
			t.Errorf("%d stores without data, want one", r.NoData)
		}

		link := page.Find(".actions a[download]").First()
		a := s.ask(http.MethodGet, link.AttrOr("href", ""))
		want := "\ufeffstore_id,name,group,uptime_range,downtime_range,no_data_range,availability_range,outages_range," +
			"uptime_last_hour,downtime_last_hour,no_data_last_hour,availability_last_hour,outages_last_hour," +
			"uptime_last_day,downtime_last_day,no_data_last_day,availability_last_day,outages_last_day," +
			"uptime_last_week,downtime_last_week,no_data_last_week,availability_last_week,outages_last_week\n" +
			"is,,,120.00,0.00,0.00,100.00,0,0.00,60.00,0.00,0.00,1,0.00,24.00,0.00,0.00,1,126.00,42.00,0.00,75.00,1\n" +
			"new,,,0.00,0.00,120.00,—,0,60.00,0.00,0.00,100.00,0,24.00,0.00,0.00,100.00,0,161.00,0.00,7.00,100.00,0\n" +
			"was,a;'=1,'＝G,96.00,24.00,0.00,80.00,1,60.00,0.00,0.00,100.00,0,24.00,0.00,0.00,100.00,0,168.00,0.00,0.00,100.00,0\n"
		if a.body != want || !strings.HasPrefix(text(link), "Range CSV") || text(link.Find(".size")) == "" {
			t.Errorf("%s:\n%s\nwant:\n%s", text(link), a.body, want)
		}
		script := s.call(http.MethodGet, "/api/v1/reports/"+r.ID+"/range")
		if script.body != want[len("\ufeff"):] || int64(len(script.body)) != r.RangeBytes {
			t.Errorf("the API says:\n%s", script.body)
		}
		plain := s.asked()
		refused(t, s.call(http.MethodGet, "/api/v1/reports/"+plain.ID+"/range"), 404, "reports with a range")
	})
}

// A report that was made before its files were written as today has them too.
func TestTheFilesOfAnOldReportAreWhole(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"names.csv", "store_id,name\n1,a;=1\n"}, file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00\n"})
		r := s.asked("from", "2023-01-24", "to", "2023-01-25")
		if err := modelstest.Exec(s.db, "UPDATE reports SET files_version = 0, range_bytes = 0, details_bytes = details_bytes - 1 WHERE id = ?", r.ID); err != nil {
			t.Fatal(err)
		}
		page := s.open("/reports/" + r.ID)
		page.Find(".actions a[download]").Each(func(_ int, link *goquery.Selection) {
			a := s.ask(http.MethodGet, link.AttrOr("href", ""))
			if strings.HasSuffix(link.AttrOr("href", ""), ".xlsx") {
				book, err := excelize.OpenReader(strings.NewReader(a.body))
				if err != nil {
					t.Fatal(err)
				}
				for _, sheet := range book.GetSheetList() {
					if rows, err := book.GetRows(sheet); err != nil || len(rows) < 2 {
						t.Errorf("the sheet %s has %d rows, %v", sheet, len(rows), err)
					}
				}
				return
			}
			if rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll(); a.StatusCode != http.StatusOK || err != nil || len(rows) != 2 || !strings.HasSuffix(a.body, "\n") {
				t.Errorf("%s: %d %q, %v", text(link), a.StatusCode, a.body, err)
			}
		})
		if labels := texts(page.Find(".actions a[download] span:not(.size)")); !slices.Equal(labels, []string{"Range CSV", "CSV", "Details CSV", "Excel"}) {
			t.Errorf("the page links %q", labels)
		}
	})
}

// Excel reads a CSV as UTF-8 only behind a mark; programs want none.
func TestFilesForPeopleBeginWithAMark(t *testing.T) {
	s := onSQLite(t)
	i := s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00\n=2,asleep,2023-01-25 18:00:00\n"})
	r := s.asked("from", "2023-01-24", "to", "2023-01-25")
	for target, marked := range map[string]bool{
		"/stores.csv": true, "/reports/" + r.ID + "/details.csv": true, "/reports/" + r.ID + "/range.csv": true, "/quality/no_hours/list.csv": true,
		"/imports/" + i.ID + "/files/1/rejects.csv": true, "/samples/store_names.csv": true,
		"/reports/" + r.ID + "/report.csv": false, "/get_report/" + r.ID: false, "/api/v1/reports/" + r.ID + "/details": false,
		"/api/v1/reports/" + r.ID + "/range": false, "/api/v1/imports/" + i.ID + "/files/1/rejects": false,
	} {
		a := s.ask(http.MethodGet, target)
		if got := strings.HasPrefix(a.body, "\ufeff"); a.StatusCode != http.StatusOK || got != marked || strings.Count(a.body, "\ufeff") > 1 || !strings.Contains(a.body, "store_id") {
			t.Errorf("%s: %d, begins with a mark: %v, want %v", target, a.StatusCode, got, marked)
		}
	}
	mended := strings.Replace(s.ask(http.MethodGet, "/imports/"+i.ID+"/files/1/rejects.csv").body, "asleep", "active", 1)
	if again := s.load(file{"rejects.csv", mended}); again.Kept != 1 || again.Rejected != 0 {
		t.Errorf("mended: %+v", again.Counts)
	}
	if _, found := s.snapshot().Find("=2"); !found {
		t.Errorf("the guard of =2 stayed in its id: %+v", s.snapshot().Stores)
	}
}

// A key of a client is for one report, whoever sends it how often and in what words.
func TestAKeyWithAnotherBodyIsRefused(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		key := header("Idempotency-Key", "k")
		first := trigger(t, s, key, form("as_of", "2023-01-25 12:00"))
		for _, same := range []func(*http.Request){
			body("application/json", `{"as_of": "2023-01-25T12:00:00Z"}`), form("as_of", "2023-01-25T06:00:00-06:00"), form("as_of", "2023-01-25 12:00:00 UTC", "group", " "),
		} {
			if again := trigger(t, s, key, same); again.ID != first.ID {
				t.Errorf("the same in other words made %s and %s", first.ID, again.ID)
			}
		}
		for _, other := range []func(*http.Request){form(), form("as_of", "2023-01-25 12:01"), form("as_of", "2023-01-25 12:00", "group", groupsOf(s.snapshot())[0])} {
			if a := s.ask(http.MethodPost, "/trigger_report", asScript, key, other); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refusal(t, a), "report "+first.ID) {
				t.Errorf("another body: %d %s", a.StatusCode, a.body)
			}
		}
		if list, err := s.db.Reports(t.Context(), 0, 10); err != nil || len(list) != 1 {
			t.Errorf("%d reports, %v", len(list), err)
		}
	})
}

// No client can choose what a button of another leads to.
func TestKeysOfClientsAndOfTheServerDoNotMeet(t *testing.T) {
	s := onSQLite(t).withChains()
	first := trigger(t, s)
	s.ask(http.MethodPost, "/reports/"+first.ID+"/cancel")
	taken := map[string]bool{first.ID: true}
	for _, key := range []string{"retry of " + first.ID, "retry:" + first.ID, "page:k", "k"} {
		taken[trigger(t, s, header("Idempotency-Key", key), form("group", groupsOf(s.snapshot())[0])).ID] = true
	}
	retry := func() string {
		return strings.TrimPrefix(s.ask(http.MethodPost, "/reports/"+first.ID+"/retry").Header.Get("Location"), "/reports/")
	}
	press := func(pairs ...string) string {
		return strings.TrimPrefix(s.ask(http.MethodPost, "/reports", form(pairs...)).Header.Get("Location"), "/reports/")
	}
	again := retry()
	if taken[again] || retry() != again {
		t.Errorf("the button leads to %s and %s", again, retry())
	}
	page := press("key", "k", "as_of", "2023-01-24")
	if taken[page] || press("key", "k", "as_of", "2023-01-24") != page {
		t.Errorf("the form leads to %s", page)
	}
	// A form that the visitor came back to asks for something else by the same key.
	if other := press("key", "k", "as_of", "2023-01-23"); other == page || taken[other] {
		t.Error("the form leads to a report about something else")
	}
}

// All stores are those of everybody, so a report that was made for less does not call its
// stores so: an operator reads it beside those of other people.
func TestAReportOfLessThanAllStoresSaysWhichTheyAre(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"names.csv", "store_id,name,group\n1,One,North\n2,Two,North\n3,Three,South\n4,Four,\n"}, onePoll)
	operator := s.person(access.Operator, reach.All())
	for _, tt := range []struct {
		within reach.Reach
		group  string
		name   string
	}{
		{reach.All(), "", "All stores"},
		{reach.All(), "North", "North"},
		{reach.Of([]string{"North"}, nil), "", "North"},
		{reach.Of([]string{"North"}, nil), "North", "North"},
		{reach.Of([]string{"North", "South"}, nil), "South", "South"},
		{reach.Of([]string{"North", "South"}, nil), "", "The groups North and South"},
		{reach.Of([]string{"South"}, []string{"1"}), "North", "Some stores of North"},
		{reach.Of([]string{"South"}, []string{"4"}), "", "The group South, and store 4"},
		{reach.Of(nil, []string{"1", "4"}), "", "Stores 1 and 4"},
	} {
		asker := operator
		if !tt.within.IsAll() {
			asker = s.person(access.Owner, tt.within)
		}
		a := s.ask(http.MethodPost, "/trigger_report", asScript, s.as(asker), form("group", tt.group))
		id := decode[map[string]string](t, a)["report_id"]
		for _, reader := range []account{asker, operator} {
			if got := text(s.openAs("/reports/"+id, s.as(reader)).Find("h1")); !strings.HasPrefix(got, tt.name+" · as of ") {
				t.Errorf("%s, group %q: the report is called %q, want %s", tt.within, tt.group, got, tt.name)
			}
		}
	}
}
