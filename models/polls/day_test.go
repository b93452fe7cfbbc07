package polls

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

// marks draws the marks of a day: sorted, one per instant.
func marks(t *rapid.T, label string) []uint64 {
	micros := rapid.SliceOfDistinct(microOfDay(), func(m int64) int64 { return m }).Draw(t, label)
	slices.Sort(micros)
	var marks []uint64
	for _, m := range micros {
		marks = append(marks, MarkOf(m, rapid.Bool().Draw(t, "active")))
	}
	return marks
}

// microOfDay draws from few instants as often as from all, so that they meet.
func microOfDay() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.SampledFrom([]int64{0, 1, 2, microsPerDay / 2, microsPerDay - 2, microsPerDay - 1}),
		rapid.Int64Range(0, microsPerDay-1))
}

func TestAPackedDayGivesItsPollsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := marks(t, "micros")
		if len(want) == 0 {
			return // never stored
		}
		packed := Pack(nil, want)
		if packed.Len() != len(want) || len(packed) != 1+MarkBytes*len(want) {
			t.Fatalf("%d polls in %d bytes, want %d polls", packed.Len(), len(packed), len(want))
		}
		got, err := packed.AppendMarks(nil)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
		micro := microOfDay().Draw(t, "until")
		until, err := appendedUntil(packed, micro)
		if before := slices.IndexFunc(append(slices.Clone(want), MarkMask), func(m uint64) bool { return int64(m>>1) > micro }); err != nil || !slices.Equal(until, want[:before]) {
			t.Fatalf("until %d there are %v, %v; want %v", micro, until, err, want[:before])
		}
		day := rapid.Int32Range(-719162, 2932896).Draw(t, "day") // years 1 to 9999
		polls, err := packed.AppendPolls(nil, day)
		if err != nil {
			t.Fatal(err)
		}
		for n, p := range polls {
			d, micro := Split(p.At)
			if d != day || MarkOf(micro, p.Active) != want[n] {
				t.Fatalf("poll %d is %+v on day %d, want mark %d on day %d", n, p, d, want[n], day)
			}
			if n > 0 && p.At <= polls[n-1].At {
				t.Fatalf("poll %d at %d is not after the one before", n, p.At)
			}
		}
	})
}

// appendedUntil are the marks of a day until a microsecond of it.
func appendedUntil(packed Day, micro int64) ([]uint64, error) {
	if until := packed.Until(micro); until != nil {
		return until.AppendMarks(nil)
	}
	return nil, nil
}

func TestADayBelongsToItsUTCDate(t *testing.T) {
	for name, tt := range map[string]struct {
		at    int64
		day   int32
		micro int64
	}{
		"the first instant of 1970":   {0, 0, 0},
		"the last of the day":         {microsPerDay - 1, 0, microsPerDay - 1},
		"the next midnight":           {microsPerDay, 1, 0},
		"just before 1970":            {-1, -1, microsPerDay - 1},
		"a midnight before 1970":      {-microsPerDay, -1, 0},
		"the first instant of year 1": {int64(uptime.Beginning), -719162, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if day, micro := Split(uptime.Instant(tt.at)); day != tt.day || micro != tt.micro {
				t.Errorf("day %d, microsecond %d; want %d, %d", day, micro, tt.day, tt.micro)
			}
		})
	}
}

func TestCorruptDaysAreToldFromSoundOnes(t *testing.T) {
	sound := Pack(nil, []uint64{MarkOf(1, true), MarkOf(2, false)})
	for name, bytes := range map[string]Day{
		"nothing":             nil,
		"a version alone":     {dayVersion},
		"half a poll":         sound[:len(sound)-1],
		"another version":     append(Day{dayVersion + 1}, sound[1:]...),
		"not sorted":          Pack(nil, []uint64{MarkOf(2, true), MarkOf(1, true)}),
		"an instant twice":    Pack(nil, []uint64{MarkOf(1, true), MarkOf(1, false)}),
		"beyond the day":      Pack(nil, []uint64{MarkOf(microsPerDay, true)}),
		"the highest of bits": {dayVersion, 255, 255, 255, 255, 255},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := bytes.AppendMarks(nil); !errors.Is(err, ErrCorrupt) {
				t.Errorf("error = %v, want it to be told as corrupt", err)
			}
			if _, err := bytes.AppendPolls(nil, 0); !errors.Is(err, ErrCorrupt) {
				t.Errorf("error = %v, want it to be told as corrupt", err)
			}
		})
	}
}

// FuzzPollDay gives bytes that no import wrote: they are refused, or they are
// exactly what packing their polls gives.
func FuzzPollDay(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte(Pack(nil, []uint64{MarkOf(0, true), MarkOf(microsPerDay-1, false)})))
	f.Add([]byte{dayVersion, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		marks, err := Day(data).AppendMarks(nil)
		polls, pollsErr := Day(data).AppendPolls(nil, 19000)
		if (err == nil) != (pollsErr == nil) || len(marks) != len(polls) && err == nil {
			t.Fatalf("%d marks, %v; %d polls, %v", len(marks), err, len(polls), pollsErr)
		}
		if err != nil {
			return
		}
		if again := Pack(nil, marks); !slices.Equal([]byte(again), data) {
			t.Fatalf("%x was taken for %x", data, again)
		}
		if !slices.IsSortedFunc(polls, func(a, b uptime.Poll) int { return int(a.At - b.At) }) {
			t.Fatalf("%v is not sorted", polls)
		}
	})
}
