package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"lightson/jobs"
	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A hookServer receives webhooks, checks their signatures and keeps their ids.
type hookServer struct {
	*httptest.Server
	mu      sync.Mutex
	secrets map[string]string // by path
	got     map[string][]string
	answer  func(path string, n int) int
	held    map[string]chan struct{} // paths that do not answer until it is closed
}

func newHookServer(t *testing.T) *hookServer {
	t.Helper()
	h := &hookServer{secrets: map[string]string{}, got: map[string][]string{}, held: map[string]chan struct{}{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		key, err := webhooks.NewWebhook(h.secrets[r.URL.Path])
		if err == nil {
			err = key.Verify(body, r.Header)
		}
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		h.got[r.URL.Path] = append(h.got[r.URL.Path], r.Header.Get("webhook-id"))
		n, held, answer := len(h.got[r.URL.Path]), h.held[r.URL.Path], h.answer
		h.mu.Unlock()
		if held != nil {
			<-held
		}
		if answer != nil {
			w.WriteHeader(answer(r.URL.Path, n))
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hookServer) received(path string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got[path])
}

// A sendingDesk is a desk that may send to this machine.
type sendingDesk struct {
	*desk
	hooks *hookServer
}

func newSendingDesk(t *testing.T, db *models.DB) *sendingDesk {
	t.Helper()
	allow, err := notify.ParseNetworks("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return &sendingDesk{newDeskIn(t, db, jobs.Settings{Dir: t.TempDir(), Inbox: t.TempDir(), IngestEvery: never, Allow: allow}), newHookServer(t)}
}

func (d *sendingDesk) channel(person, path string) deliveries.Channel {
	d.t.Helper()
	c := deliveries.Channel{PersonID: person, Kind: deliveries.Webhook, Name: path, Address: d.hooks.URL + path}
	if err := deliveries.AddChannel(d.t.Context(), d.db, d, &c, "", false); err != nil {
		d.t.Fatal(err)
	}
	d.hooks.mu.Lock()
	d.hooks.secrets[path] = c.Secret
	d.hooks.mu.Unlock()
	return c
}

// tell writes deliveries, one to each channel given, and returns their ids.
func (d *sendingDesk) tell(channels ...deliveries.Channel) (ids []string) {
	d.t.Helper()
	for _, c := range channels {
		told := deliveries.New(c, deliveries.Alert, deliveries.Message{Title: "Offline"})
		if err := d.db.Update(d.t.Context(), func(tx *models.Tx) error { return d.Deliver(d.t.Context(), tx, []deliveries.Delivery{told}) }); err != nil {
			d.t.Fatal(err)
		}
		ids = append(ids, told.ID)
	}
	return ids
}

func (d *sendingDesk) delivery(id string) deliveries.Delivery {
	d.t.Helper()
	found, err := deliveries.Of(d.t.Context(), d.db, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return found
}

func (d *sendingDesk) waitFor(id string, otherwise string, is func(deliveries.Delivery) bool) deliveries.Delivery {
	d.t.Helper()
	modelstest.Eventually(d.t, otherwise, func() bool { return is(d.delivery(id)) })
	return d.delivery(id)
}

func inState(state models.State) func(deliveries.Delivery) bool {
	return func(d deliveries.Delivery) bool { return d.State == state }
}

func (d *sendingDesk) startFor(t *testing.T) {
	t.Helper()
	if err := d.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			t.Log(err)
		}
	})
}

func TestAWebhookThatFailsIsTriedAgainUnderTheSameId(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		d.hooks.answer = func(path string, n int) int {
			switch {
			case path == "/gone":
				return http.StatusGone
			case n == 1:
				return http.StatusInternalServerError
			}
			return http.StatusNoContent
		}
		c, gone := d.channel("", "/a"), d.channel("", "/gone")
		d.startFor(t)
		ids := d.tell(c, gone)
		id := ids[0]
		waits := d.waitFor(id, "it is not tried", func(d deliveries.Delivery) bool { return d.State == models.Queued && d.Tried == 1 })
		if pause := uptime.Micros(waits.DueAt - waits.Tries[0].At); waits.Tries[0].Sent || !strings.Contains(waits.Tries[0].Answer.String(), "500") || pause < 4*uptime.Second || pause > 10*uptime.Second {
			t.Errorf("%+v, again after %d", waits.Tries, pause)
		}
		if err := deliveries.Retry(t.Context(), db, d, id); err != nil {
			t.Fatal(err)
		}
		sent := d.waitFor(id, "it is not sent", inState(models.Complete))
		if got := d.hooks.received("/a"); !slices.Equal(got, []string{"msg_" + id, "msg_" + id}) || len(sent.Tries) != 2 || !sent.Tries[1].Sent {
			t.Errorf("received %v, tries %+v", got, sent.Tries)
		}
		d.waitFor(ids[1], "it is not given up", inState(models.Failed))
		if c, err := deliveries.ChannelOf(t.Context(), db, gone.ID); err != nil || c.Works() || c.DisabledWhy == "" {
			t.Errorf("%+v, %v", c.DisabledWhy, err)
		}
		if err := deliveries.Retry(t.Context(), db, d, id); !errors.As(err, new(entered.Problem)) {
			t.Errorf("what was sent is sent again: %v", err)
		}
	})
}

// A server dies after it sent a message and before it could write that.
func TestAMessageWhoseServerDiedIsSentAgainUnderTheSameId(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		c := d.channel("", "/a")
		ids := d.tell(c, c)
		turn, err := deliveries.Begin(t.Context(), db, ids[0], models.Now(), true)
		if err != nil {
			t.Fatal(err)
		}
		sender := notify.NewClient(notify.Mail{}, d.settings.Allow)
		if _, err := sender.Send(t.Context(), notify.Outgoing{Channel: turn.Channel, Delivery: turn.Delivery, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if err := modelstest.Exec(db, "UPDATE deliveries SET lease_until = 0 WHERE id = ?", ids[0]); err != nil {
			t.Fatal(err)
		}
		d.startFor(t) // and with it Rescue
		sent := d.waitFor(ids[0], "it is not sent again", inState(models.Complete))
		d.waitFor(ids[1], "the next is not sent", inState(models.Complete))
		if got := d.hooks.received("/a"); !slices.Equal(got, []string{"msg_" + ids[0], "msg_" + ids[0], "msg_" + ids[1]}) {
			t.Errorf("received %v", got)
		}
		if sent.Deaths != 1 || len(sent.Tries) != 2 || !strings.Contains(sent.Tries[0].Answer.String(), "The server stopped while sending it") {
			t.Errorf("%d deaths, %+v", sent.Deaths, sent.Tries)
		}
	})
}

func TestThreeServersSendEachMessageOnceAndADeadReceiverDelaysNobody(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		dead := make(chan struct{})
		var open sync.Once
		free := func() { open.Do(func() { close(dead) }) }
		t.Cleanup(free)
		d.hooks.held["/dead"] = dead
		slow := d.channel("", "/dead")
		stuck := d.tell(slow, slow, slow)
		var channels []deliveries.Channel
		for n := range 5 {
			channels = append(channels, d.channel("", fmt.Sprint("/", n)))
		}
		var ids []string
		for range 4 {
			ids = append(ids, d.tell(channels...)...)
		}
		for range 2 {
			other := newDeskIn(t, db, jobs.Settings{Dir: t.TempDir(), Inbox: t.TempDir(), IngestEvery: never, Allow: d.settings.Allow})
			(&sendingDesk{other, d.hooks}).startFor(t)
		}
		d.startFor(t)
		for _, id := range ids {
			d.waitFor(id, "it waits for another channel", inState(models.Complete))
		}
		for n := range channels {
			var want []string
			for round := range 4 {
				want = append(want, "msg_"+ids[5*round+n])
			}
			if got := d.hooks.received(fmt.Sprint("/", n)); !slices.Equal(got, want) {
				t.Errorf("channel %d received %v, want %v", n, got, want)
			}
		}
		if got := d.hooks.received("/dead"); len(got) > 1 {
			t.Errorf("the slow one is sent several at a time: %v", got)
		}
		free()
		d.waitFor(stuck[2], "the slow one gets no more", inState(models.Complete))
	})
}

func TestAServerThatStopsGivesAMessageBack(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		held := make(chan struct{})
		d.hooks.held["/a"] = held
		id := d.tell(d.channel("", "/a"))[0]
		if err := d.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		modelstest.Eventually(t, "it is not sent", func() bool { return len(d.hooks.received("/a")) == 1 })
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Stop(stopped); err != nil {
			t.Log(err)
		}
		close(held)
		given := d.delivery(id)
		if given.State != models.Queued || given.Deaths != 0 || given.Tried != 0 || len(given.Tries) != 0 {
			t.Errorf("%s after %d deaths, %+v", given.State, given.Deaths, given.Tries)
		}
		other := newDeskIn(t, db, jobs.Settings{Dir: t.TempDir(), Inbox: t.TempDir(), IngestEvery: never, Allow: d.settings.Allow})
		(&sendingDesk{other, d.hooks}).startFor(t)
		d.waitFor(id, "nobody sends it", inState(models.Complete))
	})
}

func TestWhoeverMayNotSeeItAnyMoreIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		accounts := access.NewAccounts(db, access.Options{})
		add := func(email string, role access.Role, within reach.Reach) access.Person {
			p, err := accounts.AddPerson(t.Context(), access.NewPerson{Email: email, Role: role, Reach: within})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		open := d.tell(d.channel("", "/open"))[0] // from when there were no accounts
		add("op@example.com", access.Operator, reach.All())
		wide := reach.Of([]string{"Orbit", "Kettle"}, nil)
		ana, ben, cleo := add("ana@example.com", access.Owner, wide), add("ben@example.com", access.Viewer, wide), add("cleo@example.com", access.Owner, wide)
		ids := d.tell(d.channel(ana.ID, "/ana"), d.channel(ben.ID, "/ben"), d.channel(cleo.ID, "/cleo"))
		narrow := reach.Of([]string{"Orbit"}, nil)
		if _, err := accounts.ChangePerson(t.Context(), ana.ID, access.Change{Reach: &narrow}); err != nil {
			t.Fatal(err)
		}
		if _, err := accounts.DisablePerson(t.Context(), ben.ID); err != nil {
			t.Fatal(err)
		}
		d.startFor(t)
		for _, id := range []string{open, ids[0], ids[1]} {
			if got := d.waitFor(id, "it is not cancelled", inState(models.Cancelled)); got.Error == "" {
				t.Error("nobody is told why")
			}
		}
		d.waitFor(ids[2], "it is not sent", inState(models.Complete))
		if got := slices.Concat(d.hooks.received("/open"), d.hooks.received("/ana"), d.hooks.received("/ben")); len(got) > 0 {
			t.Errorf("received %v", got)
		}
	})
}

func TestAddressesThatTheSettingsForbidAreRefusedWhenTheyAreEntered(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		for address, refused := range map[string]bool{"https://127.0.0.1/x": false, "https://10.0.0.1/x": true, "https://example.com/x": false} {
			err := d.CheckChannel(deliveries.Channel{Kind: deliveries.Webhook, Address: address})
			if errors.As(err, new(entered.Problem)) != refused {
				t.Errorf("%s: %v", address, err)
			}
		}
		if d.MailWorks() {
			t.Error("mail works without a server")
		}
	})
}

func TestOneWorkerIsWokenForWhatComesNext(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		c := d.channel("", "/hook")
		ids := d.tell(c, c, c, c, c)
		d.startFor(t)
		d.waitFor(ids[4], "the last was not sent", inState(models.Complete))
		got := d.hooks.received("/hook")
		if len(got) != len(ids) {
			t.Errorf("%d messages arrived, want %d", len(got), len(ids))
		}
		made, err := modelstest.Count(db, "river_job WHERE kind = 'delivery'")
		if err != nil {
			t.Fatal(err)
		}
		if most := int64(2*len(ids) - 1); made > most {
			t.Errorf("%d jobs for %d deliveries, want one with each and at most one after each but the last: %d", made, len(ids), most)
		}
	})
}
