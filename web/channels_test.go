package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"gorm.io/gorm"

	"lightson/jobs"
	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// addChannel is a channel of a person, a webhook where it is confirmed and mail where not.
func (s *site) addChannel(person string, confirmed bool) deliveries.Channel {
	s.t.Helper()
	c := deliveries.Channel{
		ID: uuid.NewString(), PersonID: person, Kind: deliveries.Webhook, Name: "till", Token: deliveries.NewToken(),
		Secret: "whsec_hidden", ConfirmedAt: models.InstantAt(uptime.At(now)), CreatedAt: uptime.At(now),
	}
	c.Address = "https://hooks.example.com/hidden/" + c.ID
	if !confirmed {
		c.Kind, c.Address, c.ConfirmedAt = deliveries.Email, c.ID+"@example.com", models.OptionalInstant{}
	}
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&c) })
	return c
}

func (s *site) dropChannels(token string) {
	s.t.Helper()
	s.write(func(g *gorm.DB) *gorm.DB { return g.Where("token = ?", token).Delete(&deliveries.Channel{}) })
}

func (s *site) write(rows func(*gorm.DB) *gorm.DB) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), func(tx *models.Tx) error { return rows(tx.GORM(s.t.Context())).Error }); err != nil {
		s.t.Fatal(err)
	}
}

// addDelivery is a delivery in a state, without a job of the queue.
func (s *site) addDelivery(c deliveries.Channel, state models.State, title string, tries ...deliveries.Try) deliveries.Delivery {
	s.t.Helper()
	d := deliveries.New(c, deliveries.Alert, deliveries.Message{
		Title: title, Lines: []string{"A line."},
		Sections: []deliveries.Section{{Heading: "Offline", Rows: []deliveries.Row{{Text: "Blue Kettle", Value: "since 20:05", Path: "/stores/12"}}, More: "and 280 more"}},
		Links:    []deliveries.Link{{Text: "Stores", Path: "/stores"}, {Text: "Confirm", Path: "/confirm/" + c.Token}, {Text: "Away", Path: "//evil.example"}},
		Notes:    []string{"Why."},
	})
	d.State, d.Tries = state, tries
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&d) })
	return d
}

func (s *site) channelOf(id string) deliveries.Channel {
	s.t.Helper()
	c, err := deliveries.ChannelOf(s.t.Context(), s.db, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func TestAWebhookIsAddedAndItsSecretShownOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		who := s.as(s.person(access.Viewer, reach.All()))
		page := s.ask(http.MethodGet, "/channels", who).page(t)
		if got := text(page.Find(".empty-title")); got != "No channels yet" || page.Find("#channel-form[open]").Length() != 1 {
			t.Errorf("the first visit says %q", got)
		}
		const address = "https://hooks.example.com/very/secret?sig=alsosecret"
		a := s.ask(http.MethodPost, "/channels", who, form("kind", "webhook", "name", "kitchenette", "address", address))
		secret := a.page(t).Find("#channel-secret").AttrOr("value", "")
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(secret, "whsec_") || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("status %d, secret %q", a.StatusCode, secret)
		}
		page = s.ask(http.MethodGet, "/channels", who).page(t)
		card := page.Find("main article")
		if got := text(card.Find("h3")) + ", " + text(card.Find(".badge")) + ", " + text(card.Find(".now")); got != "kitchenette, Not tried yet, Webhook https://hooks.example.com/…" {
			t.Errorf("the card says %q", got)
		}
		id := strings.TrimPrefix(card.AttrOr("id", ""), "channel-")
		renewed := s.ask(http.MethodPost, "/channels/"+id+"/secret", who).page(t).Find("#channel-secret").AttrOr("value", "")
		if renewed == secret || !strings.HasPrefix(renewed, "whsec_") || s.channelOf(id).Secret != renewed {
			t.Errorf("the new secret is %q", renewed)
		}
		s.ask(http.MethodPost, "/channels/"+id+"/test", who)
		s.ask(http.MethodPost, "/channels/"+id+"/name", who, form("name", strings.Repeat("x", 81)))
		s.ask(http.MethodPost, "/channels", who, form("kind", "webhook", "address", address)) // refused: it is there already
		operator := s.as(s.person(access.Operator, reach.All()))
		refused := s.ask(http.MethodPost, "/channels", who, form("kind", "slack", "name", strings.Repeat("x", 81), "address", address)).body
		seen := refused + s.ask(http.MethodGet, "/channels", who).body + s.ask(http.MethodGet, "/deliveries", who).body + s.ask(http.MethodGet, "/channels/"+id+"/now", who).body +
			s.ask(http.MethodGet, "/audit", operator).body + s.ask(http.MethodGet, "/audit.csv", operator).body + s.log.String()
		token := s.channelOf(id).Token
		if strings.Contains(s.ask(http.MethodGet, "/audit", operator).body, "kitchenette") {
			t.Error("an operator reads how somebody calls a channel")
		}
		for _, hidden := range []string{secret, renewed, strings.TrimPrefix(renewed, "whsec_"), "very/secret", "alsosecret", token} {
			if strings.Contains(seen, hidden) {
				t.Errorf("%q is to be seen again", hidden)
			}
		}
	})
}

func TestFormsOfChannelsAreRefusedAtTheirField(t *testing.T) {
	s := onSQLite(t)
	c := s.addChannel("", false)
	for name, tt := range map[string]struct {
		target, field string
		says          string
		form          []string
	}{
		"kind":    {"/channels", "channel-kind-problem", "Choose a kind", []string{"kind", "pigeon", "address", "x", "name", "n"}},
		"address": {"/channels", "channel-address-problem", "begins with https://", []string{"kind", "slack", "address", "hooks.slack.com/x", "name", "n"}},
		"mail":    {"/channels", "channel-address-problem", "such as ana@example.com", []string{"kind", "email", "address", "nobody", "name", "n"}},
		"name":    {"/channels", "channel-name-problem", "at most 80 characters", []string{"kind", "slack", "address", "https://hooks.slack.com/x", "name", strings.Repeat("x", 81)}},
		"rename":  {"/channels/" + c.ID + "/name", "channel-" + c.ID + "-new-name-problem", "Enter a name", []string{"name", " "}},
		"code":    {"/channels/" + c.ID + "/confirm", "channel-" + c.ID + "-code-problem", "This code is wrong", []string{"code", "aaaa-aaaa"}},
		"test":    {"/channels/" + c.ID + "/test", "", "not confirmed yet", nil},
		"secret":  {"/channels/" + c.ID + "/secret", "", "Only webhooks", nil},
	} {
		a := s.ask(http.MethodPost, tt.target, form(tt.form...))
		problem := a.page(t).Find("main [role=alert]")
		if tt.field != "" {
			problem = a.page(t).Find("#" + tt.field)
		}
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(problem), tt.says) {
			t.Errorf("%s: status %d, %q", name, a.StatusCode, text(problem))
		}
	}
}

func TestAChannelIsTestedRenamedDisabledEnabledAndRemoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.ask(http.MethodPost, "/channels", form("kind", "webhook", "name", "till", "address", "https://hooks.example.com/x"))
		id := strings.TrimPrefix(s.open("/channels").Find("main article").AttrOr("id", ""), "channel-")
		post := func(what string, pairs ...string) answer {
			t.Helper()
			a := s.ask(http.MethodPost, "/channels/"+id+"/"+what, form(pairs...))
			if a.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s: status %d, %s", what, a.StatusCode, s.log)
			}
			return s.ask(http.MethodGet, a.Header.Get("Location"))
		}
		now := post("test").page(t).Find("#channel-" + id + "-now")
		if got := text(now.Find(".badge").First()); got != "Not tried yet" {
			t.Errorf("before anything arrived the channel is %q", got)
		}
		if _, polls := now.Attr("data-poll"); !polls || text(now.Find(".badge-word")) != "Waiting" || now.Find("noscript").Length() != 1 {
			t.Errorf("a test that waits: %s", text(now))
		}
		row := s.open("/deliveries").Find("#deliveries tbody tr")
		if text(row.Find("th .name")) != "Test message" || row.AttrOr("hx-trigger", "") != "every 1s" || text(row.Find("td[data-label=Channel]")) != "till" {
			t.Errorf("the log has %q", text(row))
		}
		for range 4 {
			post("test")
		}
		refused := s.ask(http.MethodPost, "/channels/"+id+"/test")
		if got := text(refused.page(t).Find("main article [role=alert]")); refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "at most 5 test messages an hour") {
			t.Errorf("the sixth test in an hour: status %d, %q", refused.StatusCode, got)
		}
		if page := post("name", "name", "till 2").page(t); text(page.Find("main article h3")) != "till 2" || text(page.Find(".done")) != "Channel renamed." {
			t.Errorf("renamed: %s", text(page.Find("main")))
		}
		page := post("disable").page(t)
		if got := text(page.Find("#channel-" + id + "-now .badge").First()); got != "Disabled" || page.Find("#channel-"+id+"-test").Length() != 0 {
			t.Errorf("disabled: %q", got)
		}
		if got := texts(s.open("/deliveries").Find("#deliveries .badge-word")); strings.Join(got, " ") != strings.TrimSpace(strings.Repeat("Cancelled ", 5)) {
			t.Errorf("what waited for it is %v", got)
		}
		if page := post("enable").page(t); page.Find("#channel-"+id+"-test").Length() != 1 {
			t.Error("enabled, and cannot be tested")
		}
		if page := post("remove").page(t); page.Find("main article").Length() != 0 {
			t.Error("removed, and still there")
		}
		row = s.open("/deliveries").Find("#deliveries tbody tr").First()
		if channel := row.Find("td[data-label=Channel]"); text(channel) != "till" || channel.Find("a").Length() != 0 || row.Find("form").Length() != 0 {
			t.Errorf("the log has %q, with links to a channel that was removed", text(row))
		}
	})
}

func TestAMailOfSomebodyElseIsConfirmedByItsLinkAlone(t *testing.T) {
	mail, err := notify.ParseMail("smtp://127.0.0.1:2525", "lights@example.com")
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := newSiteWith(t, db, jobs.Settings{Mail: mail})
		owner := s.person(access.Owner, reach.All())
		who := s.as(owner)
		s.ask(http.MethodPost, "/channels", who, form("kind", "email", "name", "boss", "address", "Boss@Example.com"))
		own := s.ask(http.MethodPost, "/channels", who, form("kind", "email", "name", "me", "address", owner.Email))
		page := s.ask(http.MethodGet, own.Header.Get("Location"), who).page(t)
		if got := texts(page.Find("main article div > p.state .badge")); strings.Join(got, ", ") != "Waiting for confirmation, Not tried yet" {
			t.Fatalf("the channels are %v", got)
		}
		id := strings.TrimPrefix(page.Find("main article").First().AttrOr("id", ""), "channel-")
		link := "/confirm/" + s.channelOf(id).Token
		list := s.ask(http.MethodGet, "/deliveries", who).page(t)
		to := list.Find("#deliveries tbody th a").AttrOr("href", "")
		if all := s.ask(http.MethodGet, to, who).body + page.Text(); strings.Contains(all, s.channelOf(id).Token) || strings.Contains(all, s.channelOf(id).Code()) {
			t.Error("who asked can confirm it without the mail")
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} { // as programs do that check links
			if a := s.ask(method, link); a.StatusCode != http.StatusOK || s.channelOf(id).ConfirmedAt.Known {
				t.Errorf("%s: status %d", method, a.StatusCode)
			}
		}
		if a := s.ask(http.MethodPost, link); a.StatusCode != http.StatusSeeOther || !s.channelOf(id).Works() {
			t.Errorf("confirmed: status %d", a.StatusCode)
		}
		if got := text(s.open(link).Find("h1")); got != "Thank you" {
			t.Errorf("then it says %q", got)
		}
	})
}

// What RFC 8058 has mail programs send is taken from anywhere, and nothing else is.
func TestUnsubscribingByOneClick(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		owner := s.person(access.Owner, reach.All())
		oneClick := form("List-Unsubscribe", "One-Click")
		multi := &bytes.Buffer{}
		parts := multipart.NewWriter(multi)
		if err := parts.WriteField("List-Unsubscribe", "One-Click"); err != nil {
			t.Fatal(err)
		}
		_ = parts.Close()
		inParts := body(parts.FormDataContentType(), multi.String())
		evil := func(r *http.Request) {
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		nothing := func(*http.Request) {}
		for name, tt := range map[string]struct {
			body, from func(*http.Request)
			query      string
			status     int
			gone       bool
		}{
			"a server":                     {oneClick, nothing, "", 200, true},
			"a server, in parts":           {inParts, nothing, "", 200, true},
			"a browser elsewhere":          {oneClick, evil, "", 200, true},
			"a browser elsewhere in parts": {inParts, evil, "", 200, true},
			"our own button":               {form(), nothing, "", 303, true},
			"another site's button":        {form(), evil, "", 403, false},
			"in the address":               {form(), evil, "?List-Unsubscribe=One-Click", 403, false},
			"as text":                      {body("text/plain", "List-Unsubscribe=One-Click"), evil, "", 403, false},
			"another word":                 {form("List-Unsubscribe", "Two-Clicks"), evil, "", 403, false},
			"too much":                     {form("x", strings.Repeat("x", 5000), "List-Unsubscribe", "One-Click"), evil, "", 403, false},
		} {
			c := s.addChannel(owner.ID, true)
			link := "/unsubscribe/" + c.Token
			a := s.ask(http.MethodPost, link+tt.query, tt.body, tt.from)
			if a.StatusCode != tt.status || s.channelOf(c.ID).DisabledAt.Known != tt.gone || len(a.Cookies()) > 0 {
				t.Errorf("%s: status %d, want %d", name, a.StatusCode, tt.status)
			}
			if tt.gone && (a.StatusCode == http.StatusOK) != (text(a.page(t).Find("h1")) == "You are unsubscribed") {
				t.Errorf("%s: says %q", name, text(a.page(t).Find("main")))
			}
		}
		c := s.addChannel(owner.ID, true)
		for _, target := range []string{"/channels/" + c.ID + "/disable", "/confirm/" + c.Token, "/sign-out"} {
			if a := s.ask(http.MethodPost, target, s.as(owner), oneClick, evil); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s takes one click of another site: status %d", target, a.StatusCode)
			}
		}
	})
}

func TestTheLinkToUnsubscribeChangesNothingUntilItsButtonIsPressed(t *testing.T) {
	s := onSQLite(t)
	owner := s.person(access.Owner, reach.All())
	other := s.person(access.Operator, reach.All())
	c := s.addChannel(owner.ID, true)
	link := "/unsubscribe/" + c.Token
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a := s.ask(method, link)
		if a.StatusCode != http.StatusOK || s.channelOf(c.ID).DisabledAt.Known {
			t.Errorf("%s: status %d", method, a.StatusCode)
		}
		if h := a.Header; h.Get("Referrer-Policy") != "no-referrer, strict-origin" || h.Get("X-Robots-Tag") != "noindex, nofollow" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", method, h)
		}
	}
	page := s.open(link)
	if page.Find("main form").Length() != 1 || page.Find("main form").AttrOr("action", "") != link || page.Find("nav").Length() != 0 {
		t.Errorf("the page has not one button: %s", text(page.Find("main")))
	}
	if a := s.ask(http.MethodPost, link); a.Header.Get("Location") != link {
		t.Errorf("leads to %q", a.Header.Get("Location"))
	}
	enable := "main form[action='/channels/" + c.ID + "/enable']"
	if page := s.open(link); text(page.Find("h1")) != "You are unsubscribed" || page.Find("main form").Length() != 0 || page.Find("main a[href='/sign-in?next=%2Fchannels']").Length() != 1 {
		t.Errorf("who is not signed in sees %s", text(page.Find("main")))
	}
	if _, page := s.get(link, s.as(owner)); page.Find(enable).Length() != 1 {
		t.Error("its owner cannot turn it on again")
	}
	if _, page := s.get(link, s.as(other)); page.Find("main form, main a").Length() != 0 {
		t.Error("an operator is offered to turn on a channel of somebody else")
	}
	if _, page := s.get("/channels", s.as(owner)); !strings.Contains(text(page.Find("main article")), "unsubscribed") {
		t.Errorf("its card does not say why: %s", text(page.Find("main article")))
	}
	if a := s.ask(http.MethodPost, "/channels/"+c.ID+"/enable", s.as(owner)); a.StatusCode != http.StatusSeeOther || !s.channelOf(c.ID).Works() {
		t.Error("it is not turned on again")
	}
	seen := s.ask(http.MethodGet, "/audit.csv", s.as(other)).body + s.log.String()
	if strings.Contains(seen, c.Token) || strings.Contains(seen, "hidden") {
		t.Error("the token or the address is in the audit log")
	}
	want := s.ask(http.MethodGet, "/invitation/unknown")
	for what, path := range map[string]string{"unknown": "unknown", "odd": "%00%2f..%2f" + strings.Repeat("x", 500), "the id": c.ID, "cut off": c.Token[:40], "longer": c.Token + "A", "in capitals": strings.ToUpper(c.Token)} {
		for _, prefix := range []string{"/unsubscribe/", "/confirm/"} {
			if a := s.ask(http.MethodGet, prefix+path); a.StatusCode != http.StatusNotFound || a.body != want.body {
				t.Errorf("%s%s: status %d", prefix, what, a.StatusCode)
			}
		}
	}
}

// Whoever unsubscribed is asked again before anybody else can have them written to.
func TestAMailThatUnsubscribedIsAskedBeforeItIsWrittenTo(t *testing.T) {
	s := onSQLite(t)
	owner := s.person(access.Owner, reach.All())
	c := s.addChannel(owner.ID, false)
	s.ask(http.MethodPost, "/confirm/"+c.Token)
	s.ask(http.MethodPost, "/channels/"+c.ID+"/disable", s.as(owner))
	if page := s.open("/unsubscribe/" + c.Token); page.Find("main form").Length() != 1 {
		t.Error("whoever gets the mails of a channel that is off cannot see to it that it stays so")
	}
	s.ask(http.MethodPost, "/unsubscribe/"+c.Token, form("List-Unsubscribe", "One-Click"))
	s.ask(http.MethodPost, "/channels/"+c.ID+"/enable", s.as(owner))
	if got := s.channelOf(c.ID); got.Works() || got.DisabledAt.Known {
		t.Errorf("it is written to again: %+v", got.ConfirmedAt)
	}
}

func TestTheLogShowsWhatBecameOfEachMessage(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := newSite(t, db)
		c := s.addChannel("", true)
		try := func(answer string, sent bool) deliveries.Try {
			return deliveries.Try{At: uptime.At(now), Took: 400_000, Answer: words.Said(answer).Stored(), Sent: sent}
		}
		sent := s.addDelivery(c, models.Complete, "Sent <b>message</b>", try("503 Service Unavailable", false), try("200 OK", true))
		waits := s.addDelivery(c, models.Queued, "Tried in vain", try("503 Service Unavailable", false))
		running := s.addDelivery(c, models.Running, "Under way")
		failed := s.addDelivery(c, models.Failed, "Failed", try("404 Not Found", false))
		for id, want := range map[string]string{
			sent.ID:    "Sent Connection lost, retrying Sent in 0.4 s: 200 OK 2 attempts",
			running.ID: "Sending Connection lost, retrying",
			failed.ID:  "Failed Connection lost, retrying 404 Not Found",
		} {
			if got := text(s.open("/deliveries/" + id).Find("#delivery-badge")); got != want {
				t.Errorf("the state is %q, want %q", got, want)
			}
		}
		if got := text(s.open("/deliveries/" + waits.ID).Find("#delivery-badge")); !strings.HasPrefix(got, "Waiting Connection lost, retrying 503 Service Unavailable next attempt ") {
			t.Errorf("what waits is %q", got)
		}
		page := s.open("/deliveries/" + sent.ID)
		message := page.Find("section[aria-labelledby=message-heading]")
		if got := text(message.Find(".panel")); got != "Sent <b>message</b>A line.OfflineBlue Kettle since 20:05and 280 moreStoresWhy." {
			t.Errorf("the message is %q", got)
		}
		if got := texts(page.Find("#delivery tbody td[data-label=Answer]")); strings.Join(got, ", ") != "200 OK, 503 Service Unavailable" {
			t.Errorf("the tries are %v", got)
		}
		for query, want := range map[string]int{
			"": 4, "?state=waiting": 1, "?state=sending": 1, "?state=sent": 1, "?state=failed": 1, "?state=cancelled": 0,
			"?channel=" + c.ID: 4, "?channel=" + uuid.NewString(): 0, "?state=sent&channel=" + c.ID: 1, "?before=" + waits.ID: 1, "?before=" + uuid.NewString(): 4,
		} {
			if got := s.open("/deliveries" + query).Find("#deliveries tbody tr").Length(); got != want {
				t.Errorf("%s: %d rows, want %d", query, got, want)
			}
		}
		for query, want := range map[string]int{"?state=lost": 400, "?channel=x": 404, "?before=%00": 404} {
			if status, _ := s.get("/deliveries" + query); status != want {
				t.Errorf("%s: status %d, want %d", query, status, want)
			}
		}
		for _, tt := range []struct {
			id, what string
			status   int
		}{
			{sent.ID, "retry", 409}, {running.ID, "retry", 409}, {failed.ID, "retry", 303}, {waits.ID, "retry", 303},
			{sent.ID, "cancel", 409}, {running.ID, "cancel", 409}, {failed.ID, "cancel", 303}, {failed.ID, "cancel", 409},
		} {
			if a := s.ask(http.MethodPost, "/deliveries/"+tt.id+"/"+tt.what); a.StatusCode != tt.status {
				t.Errorf("%s: status %d, want %d", tt.what, a.StatusCode, tt.status)
			}
		}
		if got := s.open("/deliveries/" + failed.ID).Find("#delivery form[action$='/retry']").Length(); got != 1 {
			t.Errorf("what was cancelled has %d buttons to send it again", got)
		}
		s.ask(http.MethodPost, "/channels/"+c.ID+"/disable")
		if got := s.open("/deliveries").Find("form[action$='/retry']").Length(); got != 0 {
			t.Errorf("%d messages to a channel that is off could be sent again", got)
		}
		if row := s.ask(http.MethodGet, "/deliveries/"+running.ID+"/row"); !strings.Contains(row.body, `hx-get="/deliveries/`+running.ID+`/row"`) {
			t.Error("a row that is not final does not renew itself")
		}
		if part := s.ask(http.MethodGet, "/deliveries/"+sent.ID, asHTMX); strings.Contains(part.body, "<html") || strings.Contains(part.body, "hx-get") {
			t.Errorf("the part of a final one is %s", part.body)
		}
	})
}

// What somebody was told of stores that they have lost is not told again.
func TestTheLogKeepsToWhatItsReaderSeesNow(t *testing.T) {
	s := onSQLite(t)
	family, both := reach.Of([]string{"Family"}, nil), reach.Of([]string{"Family", "Other"}, nil)
	p := s.person(access.Owner, both)
	c := s.addChannel(p.ID, true)
	add := func(kind deliveries.Kind, within reach.Reach, title string) (id string) {
		d := deliveries.New(c, kind, deliveries.Message{Title: title, Lines: []string{title}})
		d.State, d.Reach, d.Tries = models.Failed, within.String(), []deliveries.Try{{Answer: words.Said("500: " + title).Stored()}}
		s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&d) })
		return d.ID
	}
	lost, kept, test := add(deliveries.Alert, both, "Wyrmo is offline"), add(deliveries.Alert, family, "Qzavi is offline"), add(deliveries.Test, both, "Test message")
	seen := func() (all string) {
		for _, target := range []string{"/deliveries", "/deliveries/" + lost, "/deliveries/" + kept, "/deliveries/" + test, "/deliveries/" + lost + "/row", "/channels"} {
			all += s.ask(http.MethodGet, target, s.as(p)).body
		}
		return all
	}
	if all := seen(); !strings.Contains(all, "Wyrmo") || !strings.Contains(all, "Qzavi") {
		t.Fatal("the log does not say what was said")
	}
	if _, err := s.server.Accounts().ChangePerson(t.Context(), p.ID, access.Change{Reach: &family}); err != nil {
		t.Fatal(err)
	}
	if all := seen(); strings.Contains(all, "Wyrmo") || !strings.Contains(all, "Qzavi") || !strings.Contains(all, "stores you can no longer see") {
		t.Error("the log goes on to tell of stores that are lost, or no more of those that are kept")
	}
}

func TestTheLogIsTurnedOver(t *testing.T) {
	s := onSQLite(t)
	c := s.addChannel("", true)
	for range 101 {
		s.addDelivery(c, models.Complete, "Sent", deliveries.Try{Sent: true, Answer: "200 OK"})
	}
	seen, target := map[string]bool{}, "/deliveries?channel="+url.QueryEscape(c.ID)
	for pages := 1; target != ""; pages++ {
		page := s.open(target)
		page.Find("#deliveries tbody th a").Each(func(_ int, a *goquery.Selection) { seen[a.AttrOr("href", "")] = true })
		target = page.Find("#page-deliveries-older").AttrOr("href", "")
		if pages > 3 {
			t.Fatal("it never ends")
		}
	}
	if len(seen) != 101 {
		t.Errorf("%d of 101 messages were on its pages", len(seen))
	}
}
