package logs

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// slow writes lines as slog does.
func slow(out *bytes.Buffer, json bool) slog.Handler {
	if json {
		return slog.NewJSONHandler(out, nil)
	}
	return slog.NewTextHandler(out, nil)
}

func TestAQuickLineHasTheBytesOfASlowOne(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.StringMatching(`[a-z0-9/:._%-]{0,20}`), rapid.String())
	levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, slog.LevelInfo + 1}
	zones := []*time.Location{time.UTC, time.FixedZone("", -5*3600), time.FixedZone("", 5*3600+1800)}
	quickOnes := 0
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "seconds"), rapid.SampledFrom([]int64{0, 1, 999_999, 1_000_000, 120_000_000, 999_999_999}).Draw(t, "ns")).In(rapid.SampledFrom(zones).Draw(t, "zone"))
		level, message := rapid.SampledFrom(levels).Draw(t, "level"), text.Draw(t, "message")
		attrs := []slog.Attr{
			slog.String("route", text.Draw(t, "route")), slog.Int("status", rapid.Int().Draw(t, "status")),
			slog.Duration("took", time.Duration(rapid.Int64().Draw(t, "took"))),
		}
		if rapid.Bool().Draw(t, "other kind") {
			attrs = append(attrs, slog.Bool("other", true))
		}
		more := []slog.Attr{slog.String(Request, text.Draw(t, "request"))}
		for _, json := range []bool{false, true} {
			var got, want bytes.Buffer
			q := quick{out: &output{w: &got}, json: json}
			if !q.write(at, level, message, attrs, more) {
				if got.Len() > 0 {
					t.Fatalf("what was left to others was written: %q", got.String())
				}
				continue
			}
			quickOnes++
			r := slog.NewRecord(at, level, message, 0)
			r.AddAttrs(append(attrs, more...)...)
			if err := slow(&want, json).Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			if got.String() != want.String() {
				t.Fatalf("expected %q, found %q", want.String(), got.String())
			}
		}
	})
	if quickOnes == 0 {
		t.Error("no line was written")
	}
}

func TestALineIsWrittenWhateverItsValuesAre(t *testing.T) {
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return Text(b, slog.LevelInfo) },
		func(b *bytes.Buffer) slog.Handler {
			return Text(b, slog.LevelInfo).WithAttrs([]slog.Attr{slog.Int("part", 1)})
		},
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		for _, path := range []string{"/stores", "", `/stores/a "b"`, "/stores/ä", "/a=b"} {
			var got, want bytes.Buffer
			ctx := With(context.Background(), Request, "abc")
			Line(ctx, slog.New(handler(&got)), slog.LevelInfo, "request", slog.String("path", path))
			slog.New(handler(&want)).LogAttrs(ctx, slog.LevelInfo, "request", slog.String("path", path))
			_, gotLine, _ := strings.Cut(got.String(), " ")
			_, wantLine, _ := strings.Cut(want.String(), " ")
			if gotLine != wantLine || gotLine == "" {
				t.Errorf("%q: expected %q, found %q", path, wantLine, gotLine)
			}
			got.Reset()
			if Line(ctx, slog.New(handler(&got)), slog.LevelDebug, "request"); got.Len() > 0 {
				t.Errorf("a line below the level was written: %s", &got)
			}
		}
	}
}

func TestLinesOfManyAreWhole(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(Text(&out, slog.LevelInfo))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				Line(t.Context(), log, slog.LevelInfo, "quick", slog.String("with", "a"))
				log.Info("slow", "with", "a")
			}
		})
	}
	wait.Wait()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "time=") || !strings.HasSuffix(line, " with=a") || strings.Count(line, "time=") != 1 {
			t.Fatalf("found %q", line)
		}
	}
	if len(lines) != 800 {
		t.Errorf("expected 800 lines, found %d", len(lines))
	}
}

// BenchmarkLine says what Line is for.
func BenchmarkLine(b *testing.B) {
	ctx := With(context.Background(), Request, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	for name, write := range map[string]func(*slog.Logger, ...slog.Attr){
		"quick": func(l *slog.Logger, attrs ...slog.Attr) { Line(ctx, l, slog.LevelInfo, "request", attrs...) },
		"slow":  func(l *slog.Logger, attrs ...slog.Attr) { l.LogAttrs(ctx, slog.LevelInfo, "request", attrs...) },
	} {
		b.Run(name, func(b *testing.B) {
			var out bytes.Buffer
			log := slog.New(Text(&out, slog.LevelInfo))
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				write(log, slog.String("method", "GET"), slog.String("route", "/stores"), slog.String("path", "/stores"), slog.Int("status", 200),
					slog.Int64("bytes", 12345), slog.Duration("took", 123456), slog.String("who", ""), slog.String("address", "127.0.0.1"))
			}
		})
	}
}
