package modelstest

import (
	"testing"
	"time"
)

// Eventually waits up to 5 seconds until a condition is true, for what another
// goroutine or process is about to do. If it stays false the test fails, with the
// text otherwise.
func Eventually(t *testing.T, otherwise string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(otherwise)
		}
	}
}
