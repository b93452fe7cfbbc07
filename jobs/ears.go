package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lightson/models"
)

// ears hold the one connection on which PostgreSQL tells of jobs that other servers and
// commands insert. Its health is seen by the question of commits, which is asked on it.
// Without it a server learns of such jobs by its next look: a proxy that shares connections
// among transactions, as PgBouncer may, tells of nothing.
type ears struct {
	pool *pgxpool.Pool

	mu   sync.Mutex
	wake context.CancelFunc // ends the wait for the next notification; nil without a connection
	asks []chan<- earsAnswer
}

type earsAnswer struct {
	commits string
	err     error
}

// listenAgain is the pause before another try to connect.
const listenAgain = time.Second

// insertTopic is the channel on which River tells of new jobs, after the name of the schema.
const insertTopic = "river_insert"

var errDeaf = errors.New("no connection listens")

// listen tells heard of the queues into which jobs were inserted, until ctx ends. It
// connects again where the connection is lost.
func (e *ears) listen(ctx context.Context, heard func(queue string), log *slog.Logger) {
	for told := false; ; {
		connected, err := e.listenOnce(ctx, heard)
		if ctx.Err() != nil {
			return
		}
		if connected || !told {
			told = true
			log.WarnContext(ctx, "the database tells of no new jobs until it is connected again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

func (e *ears) listenOnce(ctx context.Context, heard func(queue string)) (connected bool, err error) {
	conn, err := e.connect(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		e.deafen(err)
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitsTimeout)
		defer cancel()
		_ = conn.Close(closing) // it may be lost already
	}()
	for {
		waiting, cancel := context.WithCancel(ctx)
		asks := e.begin(cancel)
		if err := e.answer(ctx, conn, asks); err != nil {
			cancel()
			return true, err
		}
		told, err := conn.WaitForNotification(waiting)
		interrupted := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			var inserted struct{ Queue string }
			if json.Unmarshal([]byte(told.Payload), &inserted) == nil {
				heard(inserted.Queue)
			}
		case ctx.Err() != nil || !interrupted:
			return true, fmt.Errorf("listen: %w", err)
		}
	}
}

// connect takes a connection out of the pool, which then has room for another.
func (e *ears) connect(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, commitsTimeout)
	defer cancel()
	pooled, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	conn := pooled.Hijack()
	var schema string
	if err = conn.QueryRow(ctx, "SELECT COALESCE(current_schema(), '')").Scan(&schema); err == nil {
		_, err = conn.Exec(ctx, "LISTEN "+pgx.Identifier{schema + "." + insertTopic}.Sanitize())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), conn.Close(ctx))
	}
	return conn, nil
}

// begin takes the asks that wait, and lets those to come end the wait.
func (e *ears) begin(wake context.CancelFunc) []chan<- earsAnswer {
	e.mu.Lock()
	defer e.mu.Unlock()
	asks := e.asks
	e.asks, e.wake = nil, wake
	return asks
}

// answer answers all asks by one question.
func (e *ears) answer(ctx context.Context, conn *pgx.Conn, asks []chan<- earsAnswer) error {
	if len(asks) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, commitsTimeout)
	defer cancel()
	commits, err := models.CommitsOn(ctx, conn)
	for _, ask := range asks {
		ask <- earsAnswer{commits, err}
	}
	return err
}

// deafen refuses the asks that wait and those to come.
func (e *ears) deafen(err error) {
	for _, ask := range e.begin(nil) {
		ask <- earsAnswer{err: errors.Join(errDeaf, err)}
	}
}

// commits asks the connection that listens.
func (e *ears) commits(ctx context.Context) (string, error) {
	answer := make(chan earsAnswer, 1)
	e.mu.Lock()
	if e.wake == nil {
		e.mu.Unlock()
		return "", errDeaf
	}
	e.asks = append(e.asks, answer)
	e.wake()
	e.mu.Unlock()
	select {
	case a := <-answer:
		return a.commits, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
