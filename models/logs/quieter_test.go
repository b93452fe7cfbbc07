package logs

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestWhatALibrarySaysInPassingIsLoggedForWhoeverAsksForAll(t *testing.T) {
	for level, want := range map[slog.Level]string{
		slog.LevelInfo:  "level=WARN msg=warning part=queue of=river\n",
		slog.LevelDebug: "level=DEBUG msg=passing part=queue of=river\nlevel=WARN msg=warning part=queue of=river\n",
	} {
		var out bytes.Buffer
		log := Quieter(slog.New(Text(&out, level))).With("part", "queue")
		log.Info("passing", "of", "river")
		log.Warn("warning", "of", "river")
		var got strings.Builder
		for line := range strings.Lines(out.String()) {
			_, rest, _ := strings.Cut(line, " ")
			got.WriteString(rest)
		}
		if got.String() != want {
			t.Errorf("at %s:\n%swant:\n%s", level, &got, want)
		}
	}
}
