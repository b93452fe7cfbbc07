// Package idempotency remembers what was answered to requests that carry an Idempotency-Key,
// so that a client whose connection broke can send the same again without doing it twice.
//
// A key is of one caller and one operation. It is kept as a hash, and so is what was asked:
// the rows tell neither. Requests that were refused or failed leave their key free, since they
// changed nothing. A request that is being answered holds its key by a lease, which it renews;
// where its server dies, the key is free again when the lease ends, and whoever asks then does
// so for the first time.
package idempotency

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

const (
	// KeptFor is how long an answer is kept.
	KeptFor = 24 * time.Hour
	// LeasedFor is how long a request holds its key without renewing its lease.
	LeasedFor = time.Minute
	// rowsPerPrune bounds one transaction: SQLite has one writer at a time.
	rowsPerPrune = 500
)

// ErrRunning says that a request with the same key is being answered.
var ErrRunning = errors.New("a request with this idempotency key is being answered")

// Keys are the keys of a database.
type Keys struct {
	db  *models.DB
	now func() time.Time
}

// New gives the keys of a database.
func New(db *models.DB, now func() time.Time) *Keys { return &Keys{db, now} }

// A Key is one that a caller sent for an operation.
type Key struct{ Caller, Operation, Text string }

func (k Key) hash() string { return hashOf(k.Caller, k.Operation, k.Text) }

func hashOf(texts ...string) string {
	sum := sha256.New()
	for _, text := range texts {
		fmt.Fprintf(sum, "%d:%s", len(text), text) // no two lists of texts look the same
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// An Answer is what was answered to a request.
type Answer struct {
	Request     string // stands for what was asked
	Status      int
	ContentType string
	Location    string
	Body        []byte
	Secret      bool // neither Location nor Body is kept
}

// row is a row of the table idempotency_keys.
type row struct {
	Hash        string
	Attempt     string
	LeasedUntil uptime.Instant
	Request     string
	Status      int
	ContentType string
	Location    string
	Body        []byte
	Secret      int
	CreatedAt   uptime.Instant
}

// TableName implements schema.Tabler.
func (row) TableName() string { return "idempotency_keys" }

// A Claim is the right of one request to answer for its key.
type Claim struct {
	keys          *Keys
	hash, attempt string
}

// Begin claims a key for a request. Where it was answered already, it returns the answer and
// no claim, and ErrRunning where it is being answered.
func (k *Keys) Begin(ctx context.Context, key Key) (claim *Claim, kept *Answer, err error) {
	now := uptime.At(k.now())
	fresh := row{Hash: key.hash(), Attempt: uuid.NewString(), LeasedUntil: now.Add(micros(LeasedFor)), CreatedAt: now}
	err = k.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		done := g.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh)
		if done.Error != nil || done.RowsAffected == 1 {
			return done.Error
		}
		var found row
		if err := g.Where("hash = ?", fresh.Hash).Take(&found).Error; err != nil {
			return err
		}
		switch {
		case found.Status != 0 && found.CreatedAt.Add(micros(KeptFor)) > now:
			kept, err = found.answer()
			return err
		case found.Status == 0 && found.LeasedUntil > now:
			return ErrRunning
		}
		done = g.Where("hash = ? AND attempt = ?", found.Hash, found.Attempt).Select("*").Updates(&fresh)
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrRunning // another request was faster
		}
		return done.Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrRunning // it was released this moment
	}
	if err != nil {
		return nil, nil, fmt.Errorf("claim an idempotency key: %w", err)
	}
	if kept != nil {
		return nil, kept, nil
	}
	return &Claim{k, fresh.Hash, fresh.Attempt}, nil, nil
}

func micros(d time.Duration) uptime.Micros { return uptime.Micros(d.Microseconds()) }

// Renew holds the key for another LeasedFor.
func (c *Claim) Renew(ctx context.Context) error {
	return c.update(ctx, map[string]any{"leased_until": uptime.At(c.keys.now()).Add(micros(LeasedFor))})
}

// Finish keeps the answer.
func (c *Claim) Finish(ctx context.Context, a Answer) error {
	values := map[string]any{"request": hashOf(a.Request), "status": a.Status, "secret": 1, "created_at": uptime.At(c.keys.now())}
	if !a.Secret {
		values["secret"], values["content_type"], values["location"], values["body"] = 0, a.ContentType, a.Location, packed(a.Body)
	}
	return c.update(ctx, values)
}

// update changes the row, unless another request has taken it over.
func (c *Claim) update(ctx context.Context, values map[string]any) error {
	err := c.keys.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Model(&row{}).Where("hash = ? AND attempt = ?", c.hash, c.attempt).Updates(values).Error
	})
	if err != nil {
		return fmt.Errorf("keep an idempotency key: %w", err)
	}
	return nil
}

// Release frees the key: the request changed nothing.
func (c *Claim) Release(ctx context.Context) error {
	err := c.keys.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Where("hash = ? AND attempt = ?", c.hash, c.attempt).Delete(&row{}).Error
	})
	if err != nil {
		return fmt.Errorf("release an idempotency key: %w", err)
	}
	return nil
}

// IsTo reports whether the answer is one to this request.
func (a *Answer) IsTo(request string) bool { return a.Request == hashOf(request) }

func (r row) answer() (*Answer, error) {
	body, err := unpacked(r.Body)
	return &Answer{r.Request, r.Status, r.ContentType, r.Location, body, r.Secret == 1}, err
}

func packed(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(body) // into memory: neither can fail
	_ = w.Close()
	return packed.Bytes()
}

func unpacked(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Prune deletes what is kept no longer.
func (k *Keys) Prune(ctx context.Context) error {
	limit := uptime.At(k.now().Add(-KeptFor))
	for {
		var old []string
		err := k.db.GORM(ctx).Model(&row{}).Where("created_at <= ? AND leased_until <= ?", limit, limit).Limit(rowsPerPrune).Pluck("hash", &old).Error
		if err == nil && len(old) == 0 {
			return nil
		}
		if err == nil {
			err = k.db.Update(ctx, func(tx *models.Tx) error { // the condition again: one may be claimed anew by now
				return tx.GORM(ctx).Where("hash IN ? AND created_at <= ? AND leased_until <= ?", old, limit, limit).Delete(&row{}).Error
			})
		}
		if err != nil {
			return fmt.Errorf("prune idempotency keys: %w", err)
		}
	}
}
