package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lightson/jobs"
	"lightson/jobs/notify"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// An owner has a program told, tests it, reads in the log what it answered, and comes back
// from unsubscribing.
func testChannels(t *testing.T, chromium context.Context) {
	told := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		told <- r.Header.Get("Webhook-Signature") + " " + string(sent)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(receiver.Close)
	allow, err := notify.ParseNetworks("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteWith(t, modelstest.Open(t, modelstest.SQLite), jobs.Settings{Allow: allow})
	s.server.SetClock(time.Now) // the jobs end sessions that are years old
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	v := newTab(t, chromium, s.handler)
	v.signIn(p.Email)
	v.open("/channels")
	v.click("#channel-form input[value=webhook]")
	v.write("#channel-address", receiver.URL+"/hook/of-my-own")
	v.write("#channel-name", "till")
	v.follow("#channel-form button[type=submit]")
	v.shows("#channel-secret-once", "You see it only once.")

	// The card tells by itself what becomes of a test, also while it waits.
	v.open("/channels")
	v.follow("main article form[action$='/test'] button")
	v.shows("main article .badge-word", "Waiting")
	v.do("mark the page", chromedp.Evaluate[chromedp.Void]("window.stayed = true;undefined"))
	s.start()
	v.shows("main article", ": 202 Accepted")
	v.shows("main article .badge", "Works")
	v.until("the page was not loaded anew", "window.stayed === true")
	if got := <-told; !strings.HasPrefix(got, "v1,") || !strings.Contains(got, "Test message") {
		t.Errorf("the receiver was told %s", got)
	}
	v.looksWell("channels")

	v.follow("nav[aria-label=Alerts] a[href='/deliveries']")
	v.shows("#deliveries tbody", "202 Accepted")
	v.follow("#deliveries tbody th a")
	v.shows("section[aria-labelledby=message-heading]", "through the channel till")

	v.open("/channels")
	id := strings.TrimPrefix(ask[string](v, `document.querySelector("main article").id`), "channel-")
	v.open("/unsubscribe/" + s.channelOf(id).Token)
	v.follow("main form button")
	v.shows("h1", "You are unsubscribed")
	v.follow("main form button")
	v.shows(".done", "Channel enabled.")
	v.shows("main article .badge", "Works")
}
