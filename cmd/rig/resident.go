package rig

import (
	"fmt"
	"os"
	"strings"
)

// Resident is the memory of a process that is resident, in bytes. It works on Linux only.
func Resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0, fmt.Errorf("/proc: resident memory: %w", err)
	}
	return kilobytes << 10, nil
}
