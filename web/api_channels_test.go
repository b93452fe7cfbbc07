package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

type channelJSON struct {
	ID, Kind, Name, Address, Secret, Hint string
	Works                                 bool
	ConfirmedAt                           string `json:"confirmed_at"`
	DisabledWhy                           string `json:"disabled_why"`
}

func TestAScriptKeepsChannelsAndSeesTheirSecretsOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a, other := s.person(access.Viewer, reach.All()), s.person(access.Operator, reach.All())
		who := s.as(a)
		for kind, address := range map[string]string{
			"slack": "https://hooks.slack.com/services/T0/B0/hidden", "teams": "https://x.webhook.office.com/hidden",
			"discord": "https://discord.com/api/webhooks/1/hidden",
		} {
			c := done[channelJSON](s, 201, http.MethodPost, "/api/v1/channels", who, jsonBody(`{"kind":"`+kind+`","address":"`+address+`"}`))
			if c.Secret != "" || !c.Works || strings.Contains(c.Address, "hidden") || !strings.EqualFold(strings.TrimPrefix(c.Name, "Microsoft "), kind) {
				t.Errorf("of %s there is %+v", kind, c)
			}
		}
		hook := done[channelJSON](s, 201, http.MethodPost, "/api/v1/channels", who, jsonBody(`{"kind":"webhook","name":"Till","address":"https://hooks.example.com/hidden"}`))
		at := "/api/v1/channels/" + hook.ID
		if !strings.HasPrefix(hook.Secret, "whsec_") || hook.Address != "https://hooks.example.com/…" {
			t.Errorf("the webhook is %+v", hook)
		}
		renewed := done[channelJSON](s, 200, http.MethodPost, at+"/secret", who)
		if !strings.HasPrefix(renewed.Secret, "whsec_") || renewed.Secret == hook.Secret {
			t.Errorf("its secret was %s and is %s", hook.Secret, renewed.Secret)
		}
		if got := done[channelJSON](s, 200, http.MethodPatch, at, who, jsonBody(`{"name":"Counter"}`)); got.Name != "Counter" {
			t.Errorf("renamed, it is %+v", got)
		}
		if got := done[channelJSON](s, 200, http.MethodPost, at+"/disable", who); got.Works || got.DisabledWhy != "You disabled it." {
			t.Errorf("disabled, it is %+v", got)
		}
		refused(t, s.call(http.MethodPost, at+"/test", who), http.StatusConflict, "")
		if got := done[channelJSON](s, 200, http.MethodPost, at+"/enable", who); !got.Works {
			t.Errorf("enabled, it is %+v", got)
		}
		sent := done[deliveryJSON](s, 202, http.MethodPost, at+"/test", who)
		if sent.Kind != "test" || sent.State != "waiting" || sent.ChannelID != hook.ID {
			t.Errorf("the test is %+v", sent)
		}
		list := s.call(http.MethodGet, "/api/v1/channels", who).body + s.call(http.MethodGet, at, who).body + s.call(http.MethodGet, "/api/v1/deliveries", who).body
		for _, secret := range []string{"hidden", "whsec_", hook.Secret, renewed.Secret} {
			if strings.Contains(list, secret) {
				t.Errorf("%s is told again: %s", secret, list)
			}
		}
		if theirs := s.call(http.MethodGet, "/api/v1/channels", s.as(other)); !strings.Contains(theirs.body, `"channels":[]`) {
			t.Errorf("an operator sees those of somebody else: %s", theirs.body)
		}
		s.gone(at, who)
	})
}

func TestAMailChannelIsConfirmedByItsCode(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a := s.person(access.Viewer, reach.All())
		who, c := s.as(a), s.addChannel(a.ID, false)
		at := "/api/v1/channels/" + c.ID
		refused(t, s.call(http.MethodPost, at+"/confirm", who, jsonBody(`{"code":"abcd-efgh"}`)), http.StatusBadRequest, "code: ")
		refused(t, s.call(http.MethodPost, at+"/secret", who), http.StatusConflict, "Only webhooks have a secret")
		if got := done[channelJSON](s, 200, http.MethodPost, at+"/ask", who); got.Works || got.ConfirmedAt != "" {
			t.Errorf("asked, it is %+v", got)
		}
		if mail := s.call(http.MethodGet, "/api/v1/deliveries", who); !strings.Contains(mail.body, `"kind":"confirmation"`) || strings.Contains(mail.body, c.Token) {
			t.Errorf("it was sent %s", mail.body)
		}
	})
}

func TestEachFieldOfAChannelIsRefusedByItsName(t *testing.T) {
	s := onSQLite(t)
	a := s.person(access.Viewer, reach.All())
	who, c := s.as(a), s.addChannel(a.ID, true)
	for sent, want := range map[string]string{
		`{"kind":"pigeon","address":"loft"}`:                                                            "kind: expected ",
		`{"address":"https://example.com/"}`:                                                            "kind: expected ",
		`{"kind":"webhook","address":"ftp://example.com/"}`:                                             "address: expected ",
		`{"kind":"webhook","address":""}`:                                                               "address: expected ",
		`{"kind":"email","address":"nobody"}`:                                                           "address: expected an e-mail address such as ana@example.com, found nobody",
		`{"kind":"webhook","address":"` + c.Address + `"}`:                                              "address: expected one that no channel of yours has yet, found that of till",
		`{"kind":"webhook","address":"https://example.com/","name":"` + strings.Repeat("x", 500) + `"}`: "name: expected ",
		`{"kind":"webhook","address":"https://example.com/","secret":"mine"}`:                           "a field that is not known",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/channels", who, jsonBody(sent)), http.StatusBadRequest, want)
	}
	refused(t, s.call(http.MethodPatch, "/api/v1/channels/"+c.ID, who, jsonBody(`{"name":""}`)), http.StatusBadRequest, "name: expected ")
	refused(t, s.call(http.MethodPatch, "/api/v1/channels/"+c.ID, who, jsonBody(`{"name":null}`)), http.StatusBadRequest, "name: expected something other than null")
	refused(t, s.call(http.MethodPatch, "/api/v1/channels/"+c.ID, who, jsonBody(`{"address":"https://example.com/"}`)), http.StatusBadRequest, "a field that is not known")
}

type deliveryJSON struct {
	ID, Kind, State string
	ChannelID       string `json:"channel_id"`
	Message         struct {
		Title string
		Links []struct{ Path string }
	}
}

func TestDeliveriesAreListedRetriedAndCancelledByScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a := s.person(access.Owner, reach.All())
		who, c, second := s.as(a), s.addChannel(a.ID, true), s.addChannel(a.ID, true)
		failed, sent := s.addDelivery(c, models.Failed, "First"), s.addDelivery(second, models.Complete, "Second")
		waits := s.addDelivery(c, models.Queued, "Third")
		list := func(query string) (titles string) {
			for at, pages := "/api/v1/deliveries?limit=1&"+query, 0; pages < 5; pages++ {
				got := done[struct {
					Deliveries []deliveryJSON
					Next       string `json:"next_cursor"`
				}](s, 200, http.MethodGet, at, who)
				for _, d := range got.Deliveries {
					titles += d.Message.Title + " "
				}
				if got.Next == "" {
					break
				}
				at = "/api/v1/deliveries?limit=1&" + query + "&cursor=" + got.Next
			}
			return strings.TrimSpace(titles)
		}
		for query, want := range map[string]string{"": "Third Second First", "state=failed": "First", "state=sent": "Second", "state=sending": "", "channel=" + c.ID: "Third First"} {
			if got := list(query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		at := "/api/v1/deliveries/"
		shown := done[deliveryJSON](s, 200, http.MethodGet, at+failed.ID, who)
		if len(shown.Message.Links) != 1 || shown.Message.Links[0].Path != "/stores" {
			t.Errorf("its links are %+v", shown.Message.Links)
		}
		if got := done[deliveryJSON](s, 200, http.MethodPost, at+failed.ID+"/retry", who); got.State != "waiting" {
			t.Errorf("tried again, it is %s", got.State)
		}
		refused(t, s.call(http.MethodPost, at+sent.ID+"/retry", who), http.StatusConflict, "")
		if got := done[deliveryJSON](s, 200, http.MethodPost, at+waits.ID+"/cancel", who); got.State != "cancelled" {
			t.Errorf("cancelled, it is %s", got.State)
		}
		refused(t, s.call(http.MethodPost, at+waits.ID+"/cancel", who), http.StatusConflict, "already finished")
		refused(t, s.call(http.MethodGet, "/api/v1/deliveries?state=lost", who), http.StatusBadRequest, "state: expected waiting, sending, sent, failed or cancelled, found lost")
		refused(t, s.call(http.MethodGet, "/api/v1/deliveries?channel=lost", who), http.StatusBadRequest, "channel: expected the id of a channel, found lost")
	})
}
