package rig

import (
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// Newest is the newest poll of the demo data.
var Newest = time.Date(2023, time.January, 25, 18, 13, 22, 479_220_000, time.UTC)

// WriteHour writes one poll of each store in the hour that begins after from.
func WriteHour(path string, codes []string, from time.Time) error {
	random := rand.New(rand.NewPCG(uint64(from.Unix()), 0))
	text := []byte("store_id,status,timestamp_utc\n")
	for n, place := range random.Perm(len(codes)) {
		state := "active"
		if random.IntN(10) == 0 {
			state = "inactive"
		}
		at := from.Add(time.Hour * time.Duration(n+1) / time.Duration(len(codes))).Truncate(time.Microsecond)
		text = fmt.Appendf(text, "%s,%s,%s\n", codes[place], state, at.Format("2006-01-02 15:04:05.999999 UTC"))
	}
	return os.WriteFile(path, text, 0o600)
}
