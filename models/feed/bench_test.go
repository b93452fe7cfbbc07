package feed_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"lightson/models/feed"
)

// manyPolls is a file like the real ones: rows in no order, trailing zeros of
// the fraction cut.
func manyPolls(rows int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2023, 1, 18, 0, 0, 0, 0, time.UTC)
	file := []byte("store_id,status,timestamp_utc\n")
	for range rows {
		state := "active"
		if random.IntN(10) == 0 {
			state = "inactive"
		}
		at := start.Add(time.Duration(random.Int64N(7*24*3600*1e6)) * time.Microsecond)
		file = fmt.Appendf(file, "%d,%s,%s\n", random.Int64(), state, at.Format("2006-01-02 15:04:05.999999 UTC"))
	}
	return file
}

// BenchmarkReadPolls reads polls as the pollers write them; the plain way
// takes the same file without the fast path, and the odd one a file of RFC
// 3339 times, in quotes, which the fast path leaves to the plain one.
func BenchmarkReadPolls(b *testing.B) {
	file := manyPolls(200_000)
	odd := bytes.ReplaceAll(file, []byte(" UTC\n"), []byte("Z\"\r\n"))
	odd = bytes.ReplaceAll(odd, []byte("active,"), []byte("active,\""))

	// Every poll with a reason in ASCII, and in letters that the fast path leaves out.
	reasons := bytes.ReplaceAll(file, []byte(" UTC\n"), []byte(" UTC,no answer from the register\n"))
	reasons = bytes.Replace(reasons, []byte("timestamp_utc\n"), []byte("timestamp_utc,reason\n"), 1)
	foreign := bytes.ReplaceAll(reasons, []byte("no answer from"), []byte("keine Rückmeldung von"))

	bench := func(file []byte, read func(*bytes.Reader) error) func(*testing.B) {
		return func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				if err := read(bytes.NewReader(file)); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	fast := func(src *bytes.Reader) error { return discard(feed.Read(src, now, feed.Sink{})) }
	plain := func(src *bytes.Reader) error { return discard(feed.ReadPlainly(src, now, feed.Sink{})) }
	b.Run("as pollers write them", bench(file, fast))
	b.Run("the same the plain way", bench(file, plain))
	b.Run("quoted and RFC 3339", bench(odd, fast))
	b.Run("with reasons", bench(reasons, fast))
	b.Run("with reasons that are not ASCII", bench(foreign, fast))
}

func discard(_ feed.Summary, err error) error { return err }
