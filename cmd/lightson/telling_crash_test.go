package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// A receiver takes webhooks as a program of somebody else does.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	bodies map[string]string // by webhook-id
	tries  map[string]int
	other  []string // of ids that came with several bodies
	hang   chan struct{}
	refuse int // how many are answered with 500
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{bodies: map[string]string{}, tries: map[string]int{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(func() {
		r.let()
		r.Close()
	})
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return // whoever sent it died
	}
	id := request.Header.Get("webhook-id")
	r.mu.Lock()
	if before, known := r.bodies[id]; known && before != string(body) {
		r.other = append(r.other, id)
	}
	r.bodies[id] = string(body)
	r.tries[id]++
	hang, refused := r.hang, r.refuse > 0
	r.refuse = max(r.refuse-1, 0)
	r.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if refused {
		http.Error(w, "not now", http.StatusInternalServerError)
	}
}

// hold lets nobody have an answer until let.
func (r *receiver) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hang = make(chan struct{})
}

func (r *receiver) let() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hang != nil {
		close(r.hang)
		r.hang = nil
	}
}

func (r *receiver) refuseNext() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse = 1
}

// told are the ids of the messages that said something of a store: "began a", "ended a".
func (r *receiver) told(t *testing.T) map[string][]string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	told := map[string][]string{}
	for id, body := range r.bodies {
		for _, found := range toldOf.FindAllStringSubmatch(body, -1) {
			told[found[1]+" "+found[2]] = append(told[found[1]+" "+found[2]], id)
		}
		var m struct {
			Type string
			Data struct{ Incidents []any }
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil || !strings.HasPrefix(m.Type, "alert.offline") || len(m.Data.Incidents) == 0 {
			t.Errorf("%s is no message of incidents (%v): %s", id, err, body)
		}
	}
	return told
}

var toldOf = regexp.MustCompile(`"event":"(\w+)","kind":"offline","store_id":"(\w+)"`)

// pass lets some time pass for what waits for it: messages that others could join, tries
// after others that failed, work of the dead.
func pass(t *testing.T, db *models.DB) {
	t.Helper()
	some := fmt.Sprint((11 * time.Minute).Microseconds())
	for _, statement := range []string{
		"UPDATE notices SET made_at = made_at - " + some + " WHERE told_at IS NULL",
		"UPDATE notices SET told_at = told_at - " + some + " WHERE told_at IS NOT NULL",
		"UPDATE deliveries SET due_at = due_at - " + some + " WHERE state = 'queued'",
		// Otherwise a server would come for it when it looks for what nobody came for.
		"UPDATE river_job SET state = 'available', scheduled_at = CURRENT_TIMESTAMP WHERE kind = 'delivery' AND state = 'scheduled'",
	} {
		if err := modelstest.Exec(db, statement); err != nil {
			t.Fatal(err)
		}
	}
}

// inTime waits while time passes.
func inTime(t *testing.T, db *models.DB, what string, is func() bool) {
	t.Helper()
	var passed time.Time
	until(t, what, func() bool {
		if time.Since(passed) > 300*time.Millisecond {
			pass(t, db)
			passed = time.Now()
		}
		return is()
	})
}

// loseWorkers makes workers of all kinds be missed at once that are dead.
func loseWorkers(t *testing.T, db *models.DB) {
	t.Helper()
	for _, table := range []string{"imports", "deliveries"} {
		if err := modelstest.Exec(db, "UPDATE "+table+" SET lease_until = 0 WHERE state = 'running'"); err != nil {
			t.Fatal(err)
		}
	}
}

func count(t *testing.T, db *models.DB, of string) int64 {
	t.Helper()
	n, err := modelstest.Count(db, of)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// post sends a form of a page.
func (s *server) post(path string, pairs ...string) answer {
	s.t.Helper()
	values := url.Values{}
	for n := 0; n < len(pairs); n += 2 {
		values.Add(pairs[n], pairs[n+1])
	}
	return s.do(http.MethodPost, path, strings.NewReader(values.Encode()), header("Content-Type", "application/x-www-form-urlencoded"))
}

// An hour is a file of polls of an hour, in which some stores are offline.
func hour(t *testing.T, n int, stores []string, offline ...string) (path string) {
	t.Helper()
	rows := make([]string, len(stores))
	for i, store := range stores {
		status := "active"
		if slices.Contains(offline, store) {
			status = "inactive"
		}
		rows[i] = fmt.Sprintf("%s,%s,2023-01-24 %02d:00:00 UTC", store, status, n)
	}
	return write(t, fmt.Sprintf("hour-%02d.csv", n), modelstest.PollsFile(rows...))
}

// TestACrashNeitherLosesNorRepeatsAMessage lets stores go offline and come back while the
// server dies in whatever it does about it: taking the polls in, judging, writing messages,
// sending them.
func TestACrashNeitherLosesNorRepeatsAMessage(t *testing.T) {
	t.Parallel() // it waits most of the time
	stores := []string{"a", "b", "c", "d", "e"}
	modelstest.EachURL(t, func(t *testing.T, databaseURL, dir string) {
		to := newReceiver(t)
		start := func() *server { return serve(t, databaseURL, dir, "--webhook-allow=127.0.0.0/8") }
		s, db := start(), modelstest.OpenURL(t, databaseURL, dir)
		for n := range 3 {
			id := s.upload(hour(t, n, stores))
			until(t, "the first polls are in", func() bool { return s.theImport(id).final() })
		}
		if a := s.post("/channels", "kind", "webhook", "name", "till", "address", to.URL+"/hook"); a.StatusCode != http.StatusOK {
			t.Fatalf("no channel: %s\n%s", a.Status, a.body)
		}
		channel := channelID.FindStringSubmatch(s.get("/channels").body)
		if channel == nil {
			t.Fatal("the page shows no channel")
		}
		if a := s.post("/alerts", "kind", "offline", "scope", "all", "after", "30", "after_unit", "minutes", "back", "true", "enabled", "true",
			"again", "60", "channel", channel[1]); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("no rule: %s\n%s", a.Status, a.body)
		}

		// After each hour the message has to arrive whose store it names, however the server died.
		for n, round := range []struct {
			offline []string
			want    string
			how     string
		}{
			{[]string{"a"}, "", "no crash"},
			{[]string{"a"}, "began a", "while it is taken in"},
			{[]string{"c"}, "ended a", "while the receiver hangs"},
			{[]string{"b", "c"}, "began c", "after the receiver refused"},
			{[]string{"b", "c"}, "began b", "soon"},
			{[]string{"e"}, "ended b", "soon"},
			{[]string{"e"}, "began e", "while the receiver hangs"},
			{nil, "ended e", "soon"},
		} {
			switch round.how {
			case "while the receiver hangs":
				to.hold()
			case "after the receiver refused":
				to.refuseNext()
			}
			id := s.upload(hour(t, 3+n, stores, round.offline...))
			switch round.how {
			case "while it is taken in":
				until(t, "the import runs", func() bool { w := s.theImport(id); return w.State == "running" || w.final() })
			case "soon":
				until(t, "the import is final", func() bool { return s.theImport(id).final() })
				pass(t, db)
				time.Sleep(rand.N(2500 * time.Millisecond)) // rules are judged every two seconds
				pass(t, db)
			case "while the receiver hangs", "after the receiver refused":
				inTime(t, db, "the receiver has the message", func() bool { return len(to.told(t)[round.want]) > 0 })
			}
			if round.how != "no crash" {
				s.kill()
				to.let()
				loseWorkers(t, db)
				s = start()
			}
			until(t, "the import is final", func() bool { return s.theImport(id).final() })
			if round.want != "" {
				inTime(t, db, "it is told: "+round.want, func() bool { return len(to.told(t)[round.want]) > 0 })
			}
		}
		inTime(t, db, "nothing waits", func() bool {
			return count(t, db, "notices WHERE told_at IS NULL")+count(t, db, "deliveries WHERE state IN ('queued', 'running')") == 0
		})
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}

		told := to.told(t)
		want := []string{"began a", "began b", "began c", "began e", "ended a", "ended b", "ended c", "ended e"}
		if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
			t.Errorf("told were %q, want %q", got, want)
		}
		for what, ids := range told {
			if len(ids) != 1 {
				t.Errorf("%s was told by the messages %q, want one", what, ids)
			}
		}
		if len(to.other) > 0 {
			t.Errorf("these came with several bodies: %q", to.other)
		}
		complete := count(t, db, "deliveries WHERE state = 'complete' AND kind = 'alert'")
		if all := count(t, db, "deliveries"); int64(len(to.bodies)) != all || complete != all {
			t.Errorf("%d messages arrived, of %d deliveries %d are complete, want the same of each", len(to.bodies), all, complete)
		}
		if incidents, over := count(t, db, "incidents"), count(t, db, "incidents WHERE phase = 'over'"); incidents != 4 || over != 4 {
			t.Errorf("there are %d incidents, %d are over, want 4 that are", incidents, over)
		}
		again := 0
		for _, n := range to.tries {
			again += n - 1
		}
		if again == 0 {
			t.Error("nothing was sent again, so no crash met a message")
		}
		t.Logf("%d messages, %d tries repeated one", len(to.bodies), again)
	})
}

var channelID = regexp.MustCompile(`/channels/([0-9a-f-]{36})/`)
