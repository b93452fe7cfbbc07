package deliveries_test

import (
	"testing"

	"pgregory.net/rapid"

	"lightson/models/deliveries"
	"lightson/models/uptime"
)

func TestADeliveryIsTriedForThreeDaysAndThenGivenUp(t *testing.T) {
	const began = uptime.Instant(1_800_000_000_000_000)
	var tries []uptime.Instant
	for now, tried := began, 1; ; tried++ {
		tries = append(tries, now-began)
		next, again := deliveries.NextTry(began, now, tried, 0, 0.5)
		if !again {
			break
		}
		now = next
	}
	const s, m, h = 1_000_000, 60_000_000, 3_600_000_000
	pauses := []uptime.Instant{5 * s, 5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h}
	var at uptime.Instant
	for n, pause := range pauses {
		if at += pause; tries[n+1] != at {
			t.Errorf("try %d after %d s, want %d s", n+2, tries[n+1]/s, at/s)
		}
	}
	if last := tries[len(tries)-1]; last != 72*h || len(tries) != len(pauses)+2 {
		t.Errorf("the last of %d tries is after %d s", len(tries), last/s)
	}
}

func TestTriesEndWithinThreeDaysWhateverTheReceiverAsks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		began := uptime.Instant(1_800_000_000_000_000)
		now := began
		for tried := 1; ; tried++ {
			asked := uptime.Micros(rapid.Int64Range(-1e12, 1e15).Draw(t, "asked"))
			next, again := deliveries.NextTry(began, now, tried, asked, rapid.Float64Range(0, 1).Draw(t, "jitter"))
			if !again {
				return
			}
			if next <= now || next > began.Add(72*uptime.Hour) || tried > 20 {
				t.Fatalf("try %d at %d, the next at %d", tried, now-began, next-began)
			}
			if pause := uptime.Micros(next - now); asked > 0 && asked <= 24*uptime.Hour && pause < asked && next < began.Add(72*uptime.Hour) {
				t.Fatalf("it asked for %d and got %d", asked, pause)
			}
			now = next
		}
	})
}
