package figures_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
)

// A panic in a goroutine would end the program.
func TestAPanicWhileFiguresAreComputedIsAnErrorOfThoseWhoWait(t *testing.T) {
	f := figures.New(modelstest.Open(t, modelstest.SQLite))
	defer f.Close()
	isPanic := func(err error) bool {
		var p models.PanicError
		return errors.As(err, &p) && p.Value == "no paper" && strings.Contains(string(p.Stack), "panic_test.go")
	}
	f.ComputeSnapshotsBy(func(ctx context.Context) (*figures.Snapshot, error) {
		return nil, figures.Parallel(ctx, 5000, func(first, _ int) error {
			if first > 0 {
				panic("no paper")
			}
			return nil
		})
	})
	if _, err := f.Snapshot(ctx); !isPanic(err) {
		t.Errorf("a panic of a worker: %v", err)
	}
	f.ComputeSnapshotsBy(func(context.Context) (*figures.Snapshot, error) { panic("no paper") })
	var all errgroup.Group
	for range 5 {
		all.Go(func() error {
			if _, err := f.Snapshot(ctx); !isPanic(err) {
				t.Errorf("a panic of the computation: %v", err)
			}
			return nil
		})
	}
	_ = all.Wait() // which has no error
}

func TestFiguresThatAreBeingComputedAtTheEndAreClosed(t *testing.T) {
	f := figures.New(modelstest.Open(t, modelstest.SQLite))
	begun := make(chan struct{})
	f.ComputeSnapshotsBy(func(ctx context.Context) (*figures.Snapshot, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	answer := make(chan error)
	go func() {
		_, err := f.Snapshot(ctx)
		answer <- err
	}()
	<-begun
	f.Close()
	if err := <-answer; !errors.Is(err, figures.ErrClosed) || errors.Is(err, context.Canceled) {
		t.Errorf("%v, want ErrClosed", err)
	}
}
