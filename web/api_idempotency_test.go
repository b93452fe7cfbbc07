package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/idempotency"
	"lightson/web"
)

const aCorrection = `{"scope":"all","from":"2023-01-24T20:00:00Z","to":"2023-01-24T21:00:00Z","category":"other","note":"%s"}`

// correct makes a correction with an idempotency key.
func (s *site) correct(key, note string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/api/v1/corrections", header("Idempotency-Key", key), body("application/json", fmt.Sprintf(aCorrection, note)))
}

func (s *site) corrections() int {
	s.t.Helper()
	return len(s.tableOf("/api/v1/corrections"))
}

func TestTheSameKeyGetsTheSameAnswerAndDoesItOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		first, again := s.correct("k", "a"), s.correct("k", "a")
		if first.StatusCode != http.StatusCreated || again.StatusCode != http.StatusCreated || first.body != again.body ||
			again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("Content-Type") != first.Header.Get("Content-Type") {
			t.Errorf("first %d %s, then %d %s", first.StatusCode, first.body, again.StatusCode, again.body)
		}
		if first.Header.Get("Idempotency-Replayed") != "" || again.Header.Get("Idempotency-Replayed") != "true" || s.corrections() != 1 {
			t.Errorf("%d corrections, replayed: %q", s.corrections(), again.Header.Get("Idempotency-Replayed"))
		}
		refused(t, s.correct("k", "b"), http.StatusUnprocessableEntity, "another body")
		if other := s.correct("l", "b"); other.StatusCode != http.StatusCreated || s.corrections() != 2 {
			t.Errorf("another key: %d, %d corrections", other.StatusCode, s.corrections())
		}
		s.server.SetClock(func() time.Time { return time.Now().Add(25 * time.Hour) })
		if late := s.correct("k", "c"); late.StatusCode != http.StatusCreated || late.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("a day later: %d %s", late.StatusCode, late.body)
		}
	})
}

func TestAKeyIsOfOneOperation(t *testing.T) {
	s := onSQLite(t).withDemo()
	first := s.correct("k", "a")
	if first.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	special := func(date string) answer {
		return s.call(http.MethodPost, "/api/v1/special-days", header("Idempotency-Key", "k"), body("application/json", `{"scope":"all","date":"`+date+`"}`))
	}
	if a := special("2026-12-24"); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	refused(t, special("2026-12-25"), http.StatusUnprocessableEntity, "another body")
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	refused(t, s.correct("k", strings.Repeat("x", 5000)), http.StatusBadRequest, "note")
	if a := s.correct("k", "short"); a.StatusCode != http.StatusCreated {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	refused(t, s.correct(strings.Repeat("k", 256), "a"), http.StatusBadRequest, "at most 255")
}

func TestWhileARequestRunsItsKeyIsTaken(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		dead, _, err := idempotency.New(s.db, time.Now).Begin(t.Context(), idempotency.Key{Caller: "open", Operation: "/api/v1/corrections", Text: "k"})
		if err != nil || dead == nil {
			t.Fatal(err)
		}
		a := s.correct("k", "a")
		refused(t, a, http.StatusConflict, "is being answered")
		if a.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		s.server.SetClock(func() time.Time { return time.Now().Add(2 * idempotency.LeasedFor) })
		if a := s.correct("k", "a"); a.StatusCode != http.StatusCreated {
			t.Errorf("once the server that held it is dead: %d %s", a.StatusCode, a.body)
		}
		if err := dead.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a := s.correct("k", "a"); a.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("the dead released what it had lost: %d %s", a.StatusCode, a.body)
		}
	})
}

func TestManyWithOneKeyAtOnceDoItOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		s.snapshot()
		statuses := make([]int, 12)
		var together sync.WaitGroup
		for n := range statuses {
			together.Go(func() {
				statuses[n] = s.ask(http.MethodPost, "/api/v1/corrections", asScript, header("Idempotency-Key", "k"), body("application/json", fmt.Sprintf(aCorrection, "a"))).StatusCode
			})
		}
		together.Wait()
		for _, status := range statuses {
			if status != http.StatusCreated && status != http.StatusConflict {
				t.Errorf("answered with %d", status)
			}
		}
		if n := s.corrections(); n != 1 {
			t.Errorf("%d corrections", n)
		}
	})
}

// anUpload is a form with a file, as a client sends it that chooses its own boundary.
func anUpload(boundary, content string) func(*http.Request) {
	return body("multipart/form-data; boundary="+boundary, "--"+boundary+"\r\nContent-Disposition: form-data; name=\"files\"; filename=\"polls.csv\"\r\n\r\n"+
		content+"\r\n--"+boundary+"--\r\n")
}

func TestAnUploadIsKnownAgainByItsFiles(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		upload := func(boundary, content string) answer {
			return s.call(http.MethodPost, "/api/v1/imports", header("Idempotency-Key", "k"), anUpload(boundary, content))
		}
		first, again := upload("a", onePoll.text), upload("bbbb", onePoll.text)
		if first.StatusCode != http.StatusAccepted || again.StatusCode != http.StatusAccepted || again.body != first.body || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("first %d %s, then %d %s", first.StatusCode, first.body, again.StatusCode, again.body)
		}
		refused(t, upload("a", onePoll.text+"1,active,2023-01-25 18:00:00 UTC\n"), http.StatusUnprocessableEntity, "another body")
		if imports := len(s.tableOf("/api/v1/imports")); imports != 1 {
			t.Errorf("%d imports", imports)
		}
	})
}

func TestAnAnswerWithASecretIsNotKept(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	defer web.AnswerSecretly(access.CorrectionMade)()
	if first := s.correct("k", "hush"); first.StatusCode != http.StatusCreated || !strings.Contains(first.body, "hush") {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	refused(t, s.correct("k", "hush"), http.StatusConflict, "is not kept")
	refused(t, s.correct("k", "other"), http.StatusUnprocessableEntity, "another body")
	if s.corrections() != 1 {
		t.Errorf("%d corrections", s.corrections())
	}
}

func TestEveryPostOfTheDocumentTakesAnIdempotencyKey(t *testing.T) {
	posts := 0
	for path, item := range loadDocument(t).Paths.Map() {
		if item.Post == nil {
			continue
		}
		posts++
		if item.Post.Parameters.GetByInAndName("header", "Idempotency-Key") == nil {
			t.Errorf("POST %s takes none", path)
		}
	}
	if posts < 9 {
		t.Errorf("only %d operations were found", posts)
	}
}
