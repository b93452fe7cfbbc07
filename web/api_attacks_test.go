package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/reach"
)

// oddValues are what a field of JSON is not expected to be.
var oddValues = []string{`null`, `-1`, `1e300`, `99999999999999999999`, `true`, `[]`, `[null]`, `[["a"]]`, `{}`, `{"all":3}`, `""`}

// toldBodies are what scripts send to be told things, by their address.
func toldBodies(channel string) map[string]map[string]string {
	text := func(s string) string { return `"` + s + `"` }
	return map[string]map[string]string{
		"/api/v1/alerts": {
			"kind": text("offline"), "scope": text("group"), "name": text("Kowalski"), "after_minutes": "30", "remind_minutes": "240", "again_minutes": "60", "tell_back": "true",
			"quiet": `{"from":"23:00","to":"07:00"}`, "zone": text("America/Chicago"), "channels": `["` + channel + `"]`, "enabled": "true",
		},
		"/api/v1/channels":          {"kind": text("webhook"), "name": text("n"), "address": text("https://hooks.example.com/x")},
		"/api/v1/digests":           {"scope": text("store"), "name": text("kettle"), "every": text("weekly"), "day": "6", "time": text("07:00"), "zone": text("UTC"), "channels": `["` + channel + `"]`, "when_nothing": "true"},
		"/api/v1/scheduled-reports": {"name": text("n"), "every": text("monthly"), "day": "31", "time": text("07:00"), "cron": text("0 7 * * *"), "zone": text("UTC"), "group": text("Kowalski"), "period": text("last-week"), "files": `["range"]`, "channels": `["` + channel + `"]`, "to_folder": "true", "folder": text("west")},
		"/api/v1/feeds":             {"name": text("n"), "scope": text("group"), "subject": text("Kowalski")},
		"/api/v1/people":            {"email": text("ana@example.com"), "name": text("Ana"), "role": text("owner"), "reach": `{"groups":["Kowalski"]}`},
		"/api/v1/account/keys":      {"name": text("n"), "scope": text("read"), "reach": `{"stores":["kettle"]}`, "expires_in_days": "30"},
	}
}

func TestOddBodiesOfScriptsAreNoFaults(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		operator := s.person(access.Operator, reach.All())
		key, channel := withKey(s.key(operator, access.AdminScope, reach.All())), s.addChannel(operator.ID, true)
		var odd []string
		for _, text := range oddTexts {
			value, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			odd = append(odd, string(value))
		}
		odd = append(odd, oddValues...)
		for target, fields := range toldBodies(channel.ID) {
			for field := range fields {
				for _, value := range odd {
					sent := maps.Clone(fields)
					sent[field] = value
					var parts []string
					for name, value := range sent {
						parts = append(parts, `"`+name+`":`+value)
					}
					a := s.ask(http.MethodPost, target, key, jsonBody("{"+strings.Join(parts, ",")+"}"))
					if a.StatusCode >= http.StatusInternalServerError {
						t.Errorf("%s with %s = %.60s: status %d: %.300s", target, field, value, a.StatusCode, a.body)
					}
				}
			}
			if a := s.call(http.MethodGet, target, key); a.StatusCode != http.StatusOK {
				t.Errorf("then %s is answered with %d: %.300s", target, a.StatusCode, a.body)
			}
		}
		if log := s.log.String(); log != "" {
			t.Errorf("the log has %.2000s", log)
		}
	})
}

func TestOddAddressesOfScriptsAreNothingAtAll(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		operator := s.person(access.Operator, reach.All())
		key := withKey(s.key(operator, access.AdminScope, reach.All()))
		s.addIncident(s.addRule(operator.ID, entered.All), "kettle")
		tried := 0
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
			for _, path := range s.routesOf(method) {
				if begin, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/v1/"), "/"); !strings.HasPrefix(path, "/api/v1/") || !strings.Contains(path, ":") ||
					!strings.Contains(" alerts channels deliveries digests scheduled-reports feeds people account ", " "+begin+" ") {
					continue
				}
				tried++
				for _, odd := range []string{"%00", "%ff", "a%00b", "..%2f..%2fetc", "%27%20OR%201=1--", "-1", "%2e%2e", "00000000-0000-0000-0000-000000000000", "%F0%9F%98%80"} {
					a := s.ask(method, echoParam.ReplaceAllString(path, odd), key, jsonBody(`{}`))
					if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusBadRequest {
						t.Errorf("%s %s of %.30s: status %d: %.200s", method, path, odd, a.StatusCode, a.body)
					}
				}
			}
		}
		if log := s.log.String(); log != "" || tried < 30 {
			t.Errorf("of %d routes the log has %.2000s", tried, log)
		}
	})
}
