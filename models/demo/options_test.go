package demo

import (
	"bytes"
	"io"
	"testing"
	"time"
)

func TestDefaultOptionsAreValid(t *testing.T) {
	if err := DefaultOptions().Validate(); err != nil {
		t.Error(err)
	}
}

func TestBadOptionsAreRefusedWithASentence(t *testing.T) {
	tests := map[string]struct {
		change func(*Options)
		want   string
	}{
		"no stores":           {func(o *Options) { o.Stores = 0 }, "1 to 1,000,000 stores, not for 0"},
		"too many stores":     {func(o *Options) { o.Stores = 1_000_001 }, "not for 1000001"},
		"negative days":       {func(o *Options) { o.Days = -1 }, "1 to 366 days, not for -1"},
		"too many days":       {func(o *Options) { o.Days = 367 }, "not for 367"},
		"too much altogether": {func(o *Options) { o.Stores, o.Days = 1_000_000, 11 }, "at most 10,000,000"},
		"no until":            {func(o *Options) { o.Until = time.Time{} }, "years 2000 to 2199, not at 0001-01-01T00:00:00Z"},
		"until far ahead":     {func(o *Options) { o.Until = latest }, "not at 2200-01-01"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := DefaultOptions()
			tt.change(&o)
			wantSentence(t, o.Validate(), tt.want)
			for feed, write := range map[string]func(io.Writer) (int64, error){
				"polls": func(w io.Writer) (int64, error) { return WritePolls(w, o, nil) },
				"hours": func(w io.Writer) (int64, error) { return WriteHours(w, o) },
				"zones": func(w io.Writer) (int64, error) { return WriteZones(w, o) },
			} {
				var b bytes.Buffer
				if _, err := write(&b); err == nil || b.Len() > 0 {
					t.Errorf("%s: wrote %d bytes with error %v, want none and an error", feed, b.Len(), err)
				}
			}
		})
	}
}
