package main

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"lightson/cmd/rig"
)

func TestTheTableCountsWhatWasLost(t *testing.T) {
	h := &harness{options: options{only: []string{"load"}, kinds: []rig.Kind{rig.SQLite}}}
	of := ofKind{"load", rig.SQLite}
	h.outcomes = []outcome{
		{ofKind: of, inWork: true, recovery: 2 * time.Second},
		{ofKind: of, recovery: time.Second},
		{ofKind: of, inWork: true, lost: errors.New("half data")},
		{ofKind: ofKind{"upload", rig.SQLite}, lost: errors.New("of another")},
	}
	var out strings.Builder
	if lost := h.print(&out); lost != 1 {
		t.Errorf("%d lost", lost)
	}
	if want := regexp.MustCompile(`load +SQLite +3 +2 +2 +1 +2\.0 s\n`); !want.MatchString(out.String()) {
		t.Errorf("table:\n%s", out.String())
	}
}

func TestTheSameSeedGivesTheSameChoices(t *testing.T) {
	h := &harness{options: options{seed: 7}}
	one, same := h.dice(rig.SQLite, 3), h.dice(rig.SQLite, 3)
	other, elsewhere := h.dice(rig.SQLite, 4), h.dice(rig.PostgreSQL, 3)
	n := one.Uint64()
	if n != same.Uint64() || n == other.Uint64() || n == elsewhere.Uint64() {
		t.Error("the choices do not depend on the seed, the fault and the database alone")
	}
}
