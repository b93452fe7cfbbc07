package rig

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Flags are the flags of a harness. Those that have a method are checked by
// Parse.
type Flags struct {
	*flag.FlagSet
	checks []func() error
}

// NewFlags begins the flags of a harness; what is wrong with them is told to
// stderr.
func NewFlags(harness string, stderr io.Writer) *Flags {
	f := &Flags{FlagSet: flag.NewFlagSet(harness, flag.ContinueOnError)}
	f.SetOutput(stderr)
	return f
}

// Parse reads the arguments, which must be flags only.
func (f *Flags) Parse(args []string) error {
	if err := f.FlagSet.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("expected nothing but flags, found %s", f.Arg(0))
	}
	for _, check := range f.checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// Count adds a flag for a number that is at least 1.
func (f *Flags) Count(into *int, name string, usual int, usage string) {
	f.IntVar(into, name, usual, usage)
	f.checks = append(f.checks, func() error {
		if *into < 1 {
			return fmt.Errorf("--%s: expected at least 1, found %d", name, *into)
		}
		return nil
	})
}

// Period adds a flag for a length of time that is more than none.
func (f *Flags) Period(into *time.Duration, name string, usual time.Duration, usage string) {
	f.DurationVar(into, name, usual, usage)
	f.checks = append(f.checks, func() error {
		if *into <= 0 {
			return fmt.Errorf("--%s: expected more than 0s, found %s", name, *into)
		}
		return nil
	})
}

// Only adds the flag that chooses some of the names; without it, all are chosen.
func (f *Flags) Only(into *[]string, names []string, usage string) {
	text := f.String("only", "", usage+", with commas between: "+strings.Join(names, ", "))
	f.checks = append(f.checks, func() error {
		for name := range strings.SplitSeq(*text, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(names, name) {
				return fmt.Errorf("--only: expected some of %s, found %s", strings.Join(names, ", "), name)
			}
			*into = append(*into, name)
		}
		if len(*into) == 0 {
			*into = names
		}
		return nil
	})
}

// Database adds the flag that chooses a kind of database; without it, all are
// chosen.
func (f *Flags) Database(into *[]Kind) {
	text := f.String("database", "", "PostgreSQL or SQLite; empty for both")
	f.checks = append(f.checks, func() error {
		for _, kind := range Kinds {
			if *text == "" || strings.EqualFold(*text, string(kind)) {
				*into = append(*into, kind)
			}
		}
		if len(*into) == 0 {
			return fmt.Errorf("--database: expected PostgreSQL or SQLite, found %s", *text)
		}
		return nil
	})
}

// Program adds the flag for the lightson that is run.
func (f *Flags) Program(into *string) {
	f.StringVar(into, "program", "bin/lightson", "the program to run")
}
