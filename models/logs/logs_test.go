package logs_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"lightson/models/logs"
)

func TestALineSaysWhatItsContextIsAbout(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(logs.Text(&out, slog.LevelInfo)).With("part", "queue")
	ctx := logs.With(context.Background(), logs.Request, "first")
	inner := logs.With(logs.With(ctx, logs.Request, "second"), logs.Work, "7")

	log.InfoContext(inner, "inside", "n", 1)
	log.InfoContext(ctx, "outside")
	log.Info("elsewhere")

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for n, want := range []string{`msg=inside part=queue n=1 request=second work=7`, `msg=outside part=queue request=first`, `msg=elsewhere part=queue`} {
		if !strings.HasSuffix(lines[n], want) {
			t.Errorf("expected %q at the end, found %q", want, lines[n])
		}
	}
	if got := logs.Of(inner, logs.Request) + logs.Of(ctx, logs.Work); got != "second" {
		t.Errorf("found %q", got)
	}
}
