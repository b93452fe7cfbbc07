package rig

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// tick is the unit in which Linux tells programs of their processor time.
const tick = 10 * time.Millisecond

// ProcessorTime is how long processors worked for a process, in it and in the system. It works
// on Linux only.
func ProcessorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The second field is the program's name in parentheses, which may have anything in it.
	fields := strings.Fields(string(text)[strings.LastIndex(string(text), ")")+1:])
	const own, system = 11, 12
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc: processor time: %d fields", len(fields))
	}
	var a, b int64
	if _, err := fmt.Sscan(fields[own]+" "+fields[system], &a, &b); err != nil {
		return 0, fmt.Errorf("/proc: processor time: %w", err)
	}
	return time.Duration(a+b) * tick, nil
}
