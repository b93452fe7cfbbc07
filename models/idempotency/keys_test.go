package idempotency_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/idempotency"
	"lightson/models/modelstest"
)

func TestAnAnswerIsKeptForADayForWhoAsked(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		now := time.Now()
		keys, ctx := idempotency.New(db, func() time.Time { return now }), t.Context()
		key := idempotency.Key{Caller: "key:1", Operation: "/a", Text: "k"}
		claim, _, err := keys.Begin(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := keys.Begin(ctx, key); !errors.Is(err, idempotency.ErrRunning) {
			t.Errorf("while it runs: %v", err)
		}
		answer := idempotency.Answer{Request: "r", Status: 201, ContentType: "application/json", Location: "/x", Body: []byte(`{"a":1}`)}
		if err := claim.Finish(ctx, answer); err != nil {
			t.Fatal(err)
		}
		_, kept, err := keys.Begin(ctx, key)
		if err != nil || kept == nil || !kept.IsTo("r") || kept.IsTo("s") {
			t.Fatalf("kept is %+v, %v", kept, err)
		}
		answer.Request = kept.Request
		if diff := cmp.Diff(answer, *kept); diff != "" {
			t.Errorf("(-answered +kept):\n%s", diff)
		}
		for _, other := range []idempotency.Key{{"key:2", "/a", "k"}, {"key:1", "/b", "k"}, {"key:1", "/a", "l"}} {
			if claim, _, err := keys.Begin(ctx, other); err != nil || claim == nil {
				t.Errorf("%v is taken: %v", other, err)
			}
		}
		now = now.Add(idempotency.KeptFor + time.Minute)
		if err := keys.Prune(ctx); err != nil {
			t.Error(err)
		}
		if claim, _, err := keys.Begin(ctx, key); err != nil || claim == nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestALeaseThatIsRenewedHolds(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		now := time.Now()
		keys, ctx := idempotency.New(db, func() time.Time { return now }), t.Context()
		key := idempotency.Key{Caller: "open", Operation: "/a", Text: "k"}
		first, _, err := keys.Begin(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(idempotency.LeasedFor * 3 / 4)
		if err := first.Renew(ctx); err != nil {
			t.Fatal(err)
		}
		now = now.Add(idempotency.LeasedFor * 3 / 4)
		if _, _, err := keys.Begin(ctx, key); !errors.Is(err, idempotency.ErrRunning) {
			t.Errorf("the lease was renewed, but: %v", err)
		}
		now = now.Add(idempotency.LeasedFor)
		second, _, err := keys.Begin(ctx, key)
		if err != nil || second == nil {
			t.Fatalf("the lease is over, but: %v", err)
		}
		if err := first.Finish(ctx, idempotency.Answer{Request: "r", Status: 200}); err != nil {
			t.Error(err)
		}
		if _, kept, err := keys.Begin(ctx, key); !errors.Is(err, idempotency.ErrRunning) {
			t.Errorf("who lost the key answered for it: %+v, %v", kept, err)
		}
	})
}

func TestASecretAnswerIsNotInTheDatabase(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		keys, ctx := idempotency.New(db, time.Now), t.Context()
		key := idempotency.Key{Caller: "open", Operation: "/a", Text: "k"}
		claim, _, err := keys.Begin(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := claim.Finish(ctx, idempotency.Answer{Request: "r", Status: 201, Location: "/invitation/hush", Body: []byte("hush"), Secret: true}); err != nil {
			t.Fatal(err)
		}
		if _, kept, err := keys.Begin(ctx, key); err != nil || !kept.Secret || len(kept.Body) != 0 || kept.Location != "" || !kept.IsTo("r") {
			t.Errorf("kept is %+v, %v", kept, err)
		}
	})
}
