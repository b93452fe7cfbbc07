package main

import (
	"slices"
	"sync"
	"time"
)

// tally is what was done so far.
type tally struct {
	mu       sync.Mutex
	took     []time.Duration // of the visits since the last line was printed
	visits   int
	errors   int
	problems []string // the first few
	imports  int
	polls    int
	reports  int
	report   string // the newest
}

func (t *tally) visited(path string, took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.visits++
	t.took = append(t.took, took)
	if err != nil {
		t.errors++
		if len(t.problems) < 10 {
			t.problems = append(t.problems, path+": "+err.Error())
		}
	}
}

func (t *tally) imported(polls int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.imports, t.polls = t.imports+1, t.polls+polls
}

func (t *tally) reported(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports, t.report = t.reports+1, id
}

func (t *tally) lastReport() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.report
}

// quantiles are the median and p99 of the visits since they were asked for last.
func (t *tally) quantiles() (median, tail time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.took) == 0 {
		return 0, 0
	}
	slices.Sort(t.took)
	median, tail = t.took[len(t.took)/2], t.took[len(t.took)*99/100]
	t.took = t.took[:0]
	return median, tail
}
