package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

// withKeys makes an operator with so many keys for everything, and returns their secrets.
func (s *site) withKeys(email string, count int) (secrets []string) {
	s.t.Helper()
	accounts := access.NewAccounts(s.db, access.Options{Now: func() time.Time { return now }})
	person, err := accounts.AddPerson(s.t.Context(), access.NewPerson{Email: email, Name: "Ann", Role: access.Operator})
	if err != nil {
		s.t.Fatal(err)
	}
	for range count {
		secret, _, err := accounts.MakeKey(s.t.Context(), person.ID, access.NewKey{Name: "script", Scope: access.AdminScope, Reach: reach.All()})
		if err != nil {
			s.t.Fatal(err)
		}
		secrets = append(secrets, secret)
	}
	return secrets
}

func bearer(secret string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Accept", "application/json")
	}
}

func TestAKeyMayAskSoOftenFromWherever(t *testing.T) {
	s, _ := hurried(t, 600)
	keys := s.withKeys("ann@example.com", 2)
	const path = "/api/v1/keys/nowhere"
	for n, peer := range []string{"192.0.2.1:9", "127.0.0.2:9"} {
		if got := s.allowed(350, http.MethodGet, path, from(peer), bearer(keys[0])); got != []int{350, 250}[n] {
			t.Errorf("from %s: %d were answered", peer, got)
		}
	}
	a := s.ask(http.MethodGet, path, from("127.0.0.2:9"), bearer(keys[0]))
	if !strings.Contains(a.body, "This account sent more than 600 requests in a minute.") || a.Header.Get("RateLimit-Remaining") != "0" || a.Header.Get("Retry-After") != "1" {
		t.Errorf("status %d, %v: %s", a.StatusCode, a.Header, a.body)
	}
	// The emptier bucket is told, and that of the address has 249 left.
	if a := s.ask(http.MethodGet, path, from("192.0.2.1:9"), bearer(keys[1])); a.StatusCode == http.StatusTooManyRequests || a.Header.Get("RateLimit-Remaining") != "249" {
		t.Errorf("another key: status %d, %v", a.StatusCode, a.Header)
	}
}

// Whoever guesses keys is counted before anything is looked up.
func TestGuessesOfKeysAreCountedByAddress(t *testing.T) {
	s, _ := hurried(t, 600)
	s.withKeys("ann@example.com", 1)
	guesses := 0
	if got := s.allowed(650, http.MethodGet, "/api/v1/stores", from("192.0.2.1:9"), func(r *http.Request) {
		guesses++
		bearer("lo_a_" + strings.Repeat("a", guesses%50))(r)
	}); got != 600 {
		t.Errorf("%d guesses were looked up, want 600", got)
	}
}

func TestOneAccountSendsOnlySoManyUploadsAtOnce(t *testing.T) {
	s := onSQLite(t)
	keys := s.withKeys("ann@example.com", 2)
	other := s.withKeys("bob@example.com", 1)[0]
	asked, hungUp := make(chan struct{}), make(chan struct{})
	var idle sync.WaitGroup
	for n := range 4 { // with several keys, since they are of one person
		idle.Go(func() {
			s.ask(http.MethodPost, "/api/v1/imports", body("multipart/form-data; boundary=b", ""), bearer(keys[n%2]), func(r *http.Request) {
				r.Body, r.ContentLength = idleBody{asked, hungUp}, 60_000
			})
		})
	}
	for range 4 {
		<-asked
	}
	zones := files(file{"zones.csv", goodZones})
	for _, path := range []string{"/api/v1/imports", "/api/v1/imports?dry_run=true"} {
		a := s.ask(http.MethodPost, path, zones, bearer(keys[0]))
		if a.StatusCode != http.StatusTooManyRequests || !strings.Contains(a.body, "This account is sending 4 uploads already. Nothing was imported") || a.Header.Get("Retry-After") == "" {
			t.Errorf("POST %s: %d %s", path, a.StatusCode, a.body)
		}
	}
	if a := s.ask(http.MethodPost, "/api/v1/imports", zones, bearer(other)); a.StatusCode != http.StatusAccepted {
		t.Errorf("another account: %d %s", a.StatusCode, a.body)
	}
	go func() { // those that are refused are read to their end
		for range asked {
		}
	}()
	close(hungUp)
	idle.Wait()
	close(asked)
	if a := s.ask(http.MethodPost, "/api/v1/imports", zones, bearer(keys[0])); a.StatusCode >= 300 {
		t.Errorf("afterwards: %d %s", a.StatusCode, a.body)
	}
}

// What is sent again by its key is nothing more: it is answered while the account may send nothing
// else, as often as it is sent, and takes nothing of what others of the account may.
func TestAnUploadThatIsSentAgainTakesNoQuota(t *testing.T) {
	s := onSQLite(t)
	key := s.withKeys("ann@example.com", 1)[0]
	polls := func(boundary string) answer {
		return s.ask(http.MethodPost, "/api/v1/imports", bearer(key), header("Idempotency-Key", "k"), anUpload(boundary, "store_id,status,timestamp_utc\na,active,2023-01-25 12:00:00 UTC\n"))
	}
	first := polls("one")
	if first.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	asked, hungUp := make(chan struct{}), make(chan struct{})
	again := func(boundary string) {
		if a := polls(boundary); a.StatusCode != first.StatusCode || a.body != first.body || a.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("sent again: %d %s, want %s", a.StatusCode, a.body, first.body)
		}
	}
	for _, boundary := range []string{"two", "three", "four", "five", "six"} {
		again(boundary)
	}
	var idle sync.WaitGroup
	for range 4 {
		idle.Go(func() {
			s.ask(http.MethodPost, "/api/v1/imports", body("multipart/form-data; boundary=b", ""), bearer(key), func(r *http.Request) {
				r.Body, r.ContentLength = idleBody{asked, hungUp}, 60_000
			})
		})
	}
	for range 4 {
		<-asked // none of them is refused
	}
	again("seven")
	if a := s.ask(http.MethodPost, "/api/v1/imports", files(file{"zones.csv", goodZones}), bearer(key), header("Idempotency-Key", "l")); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("something else: %d %s", a.StatusCode, a.body)
	}
	go func() {
		for range asked {
		}
	}()
	close(hungUp)
	idle.Wait()
	close(asked)
	// A key whose request was refused for the quota is free for the next.
	if a := s.ask(http.MethodPost, "/api/v1/imports", files(file{"zones.csv", goodZones}), bearer(key), header("Idempotency-Key", "l")); a.StatusCode != http.StatusAccepted || a.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("afterwards: %d %s", a.StatusCode, a.body)
	}
}

func TestOneAccountSendsOnlySoManyPushesAtOnce(t *testing.T) {
	s := onSQLite(t)
	key := s.withKeys("ann@example.com", 1)[0]
	began, end := make(chan bool), make(chan bool)
	var merging sync.WaitGroup
	merging.Go(func() { // an import, for which all pushes wait
		_ = s.db.Update(t.Context(), func(*models.Tx) error {
			close(began)
			<-end
			return nil
		})
	})
	<-began
	answers := make(chan answer, 9)
	for range 9 {
		merging.Go(func() {
			answers <- s.ask(http.MethodPost, "/api/v1/polls", body("application/json", "["+pushOf("a", "active", "2023-01-25T10:00:00Z")+"]"), bearer(key))
		})
	}
	refused(t, <-answers, http.StatusTooManyRequests, "This account is sending 8 pushes already.")
	close(end)
	merging.Wait()
	for range 8 {
		if a := <-answers; a.StatusCode != http.StatusOK {
			t.Errorf("one of the eight: %d %s", a.StatusCode, a.body)
		}
	}
}
