package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/reach"
)

// oddTexts are what nobody types into a field.
var oddTexts = map[string]string{
	"NUL": "a\x00b", "no UTF-8": "\xff\xfe", "much": strings.Repeat("x", 10_000), "much of four bytes": strings.Repeat("😀", 5_000),
	"line breaks": "a\r\nBcc: all@example.com\r\n\r\nx", "markup": `"><script>alert(1)</script>`, "a path": "../../../etc/passwd", "a device": "CON", "a formula": "=1+1",
	"minus": "-1", "a big number": "99999999999999999999", "no number": "NaN", "a fraction": "1e309", "nothing": "", "a blank": " ", "right to left": "\u202egpj.exe",
	"a template": "{{.}}", "a surrogate": "\xed\xa0\x80", "SQL": "' OR 1=1 --", "a percent": "%00%ff%",
}

// tellingForms are the forms of what tells people things, with what they take.
func tellingForms(channel string) map[string][]string {
	return map[string][]string{
		"/channels": {"kind", "webhook", "name", "n", "address", "https://hooks.example.com/x"},
		"/alerts": {"kind", "offline", "scope", "group", "for_group", "Kowalski", "for_store", "kettle", "after", "30", "after_unit", "minutes", "back", "true", "enabled", "true",
			"remind", "240", "again", "60", "quiet_from", "23:00", "quiet_to", "07:00", "zone", "America/Chicago", "channel", channel},
		"/alerts/backtest": {"id", "", "kind", "offline", "scope", "group", "for_group", "Kowalski", "after", "30", "after_unit", "minutes", "remind", "240", "again", "60",
			"quiet_from", "23:00", "quiet_to", "07:00", "zone", "America/Chicago", "channel", channel},
		"/digests": {"scope", "group", "for_group", "Kowalski", "for_store", "kettle", "every", "monthly", "weekday", "0", "monthday", "31", "time", "07:00", "zone", "America/Chicago",
			"channel", channel, "when_nothing", "true"},
		"/scheduled-reports": {"name", "n", "every", "cron", "weekday", "0", "month_day", "31", "at", "07:00", "cron", "0 7 * * *", "zone", "America/Chicago",
			"group", "Kowalski", "period", "last-week", "corrected", "true", "file", "range", "attach", "true", "channel", channel, "to_folder", "", "folder", ""},
		"/feeds":               {"name", "n", "scope", "group", "for_group", "Kowalski", "for_store", "kettle"},
		"/stores/kettle/pause": {"until", "2023-02-01"},
	}
}

func TestOddTextsInFormsOfWhatTellsPeopleAreNoFaults(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		owner := s.person(access.Operator, reach.All())
		who, channel := s.as(owner), s.addChannel(owner.ID, true)
		tried := 0
		for target, fields := range tellingForms(channel.ID) {
			for n := 0; n < len(fields); n += 2 {
				for what, odd := range oddTexts {
					pairs := append([]string{}, fields...)
					pairs[n+1] = odd
					a := s.ask(http.MethodPost, target, who, form(pairs...))
					tried++
					if a.StatusCode >= http.StatusInternalServerError {
						t.Errorf("%s with %s in %s: status %d: %.300s", target, what, fields[n], a.StatusCode, text(a.page(t).Find("main")))
					}
					if strings.Contains(a.body, "<script>alert(1)") {
						t.Errorf("%s with %s in %s: the page has it as markup", target, what, fields[n])
					}
				}
			}
		}
		for _, page := range []string{"/channels", "/alerts", "/digests", "/scheduled-reports", "/feeds", "/deliveries", "/audit", "/stores/kettle"} {
			a := s.ask(http.MethodGet, page, who)
			if a.StatusCode != http.StatusOK || strings.Contains(a.body, "<script>alert(1)") {
				t.Errorf("then %s is answered with %d: %.300s", page, a.StatusCode, text(a.page(t).Find("main")))
			}
		}
		if log := s.log.String(); log != "" {
			t.Errorf("after %d forms the log has %.2000s", tried, log)
		}
	})
}

func TestOddAddressesOfWhatTellsPeopleAreNoFaults(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		owner := s.person(access.Operator, reach.All())
		rule := s.addRule(owner.ID, entered.Store("kettle"))
		s.addIncident(rule, "kettle")
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, path := range s.routesOf(method) {
				if !tellsPeople(path) || !strings.Contains(path, ":") {
					continue
				}
				for _, odd := range []string{"%00", "%ff", "a%00b", "..%2f..%2fetc", "%27%20OR%201=1--", strings.Repeat("x", 9_000), "-1", "%2e%2e", "00000000-0000-0000-0000-000000000000", "%F0%9F%98%80"} {
					a := s.ask(method, echoParam.ReplaceAllString(path, odd), s.as(owner), form())
					if a.StatusCode >= http.StatusInternalServerError || a.StatusCode < http.StatusMultipleChoices && !strings.HasPrefix(path, "/unsubscribe") && !strings.HasPrefix(path, "/confirm") {
						t.Errorf("%s %s of %.30s: status %d", method, path, odd, a.StatusCode)
					}
				}
			}
		}
		if log := s.log.String(); log != "" {
			t.Errorf("the log has %.2000s", log)
		}
	})
}

func tellsPeople(path string) bool {
	for _, begin := range []string{"/alerts", "/acknowledge", "/digests", "/channels", "/deliveries", "/unsubscribe", "/confirm", "/scheduled-reports", "/feeds", "/stores/:id/pause", "/stores/:id/resume"} {
		if strings.HasPrefix(path, begin) {
			return true
		}
	}
	return false
}
