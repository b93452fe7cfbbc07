package rig_test

import (
	"errors"
	"flag"
	"io"
	"slices"
	"testing"
	"time"

	"lightson/cmd/rig"
)

// options are what a harness may let one choose.
type options struct {
	runs    int
	every   time.Duration
	only    []string
	kinds   []rig.Kind
	program string
}

func parse(args ...string) (o options, err error) {
	f := rig.NewFlags("harness", io.Discard)
	f.Count(&o.runs, "runs", 5, "how often")
	f.Period(&o.every, "every", time.Second, "how soon")
	f.Only(&o.only, []string{"load", "report"}, "what to do")
	f.Database(&o.kinds)
	f.Program(&o.program)
	return o, f.Parse(args)
}

func TestWithoutFlagsAHarnessDoesEverything(t *testing.T) {
	o, err := parse()
	if err != nil || o.runs != 5 || o.every != time.Second || o.program != "bin/lightson" ||
		!slices.Equal(o.only, []string{"load", "report"}) || !slices.Equal(o.kinds, rig.Kinds) {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestFlagsChoose(t *testing.T) {
	o, err := parse("--runs=1", "--every", "5ms", "--only", " report ,,", "--database=sqlite", "--program=/bin/true")
	if err != nil || o.runs != 1 || o.every != 5*time.Millisecond || o.program != "/bin/true" ||
		!slices.Equal(o.only, []string{"report"}) || !slices.Equal(o.kinds, []rig.Kind{rig.SQLite}) {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestFlagsThatMakeNoSenseAreSentences(t *testing.T) {
	for flag, want := range map[string]string{
		"--runs=0":          "--runs: expected at least 1, found 0",
		"--every=0s":        "--every: expected more than 0s, found 0s",
		"--only=load,lunch": "--only: expected some of load, report, found lunch",
		"--database=mysql":  "--database: expected PostgreSQL or SQLite, found mysql",
		"load":              "expected nothing but flags, found load",
	} {
		if _, err := parse(flag); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", flag, err, want)
		}
	}
	if _, err := parse("--help"); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
}
