package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const twoPolls = "store_id,status,timestamp_utc\n1,active,2023-01-25 15:00:00 UTC\n1,inactive,2023-01-25 16:00:00 UTC\n"

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A pipe can be read once only, so that its first bytes cannot be looked at beforehand.
func TestFeedsAndArchivesComeByPipes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program itself")
	}
	for name, body := range map[string][]byte{"plain": []byte(twoPolls), "packed": gzipped(t, twoPolls)} {
		for _, path := range []string{"-", "/dev/stdin"} {
			dir := t.TempDir()
			load := command(t, "load", path, "--data="+dir)
			load.Stdin = bytes.NewReader(body)
			out, err := load.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "2 rows: 2 kept") || !strings.Contains(string(out), "stdin") {
				t.Errorf("%s by %s: %v\n%s", name, path, err, out)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "files", "imports", "*")); len(left) > 0 {
				t.Errorf("%s by %s leaves %v", name, path, left)
			}
		}
		pipe := filepath.Join(t.TempDir(), "polls.fifo")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		go func() { _ = os.WriteFile(pipe, body, 0) }()
		for _, how := range [][]string{{"--dry-run"}, {}} {
			if len(how) == 0 {
				go func() { _ = os.WriteFile(pipe, body, 0) }()
			}
			out := mustRun(t, append([]string{"load", pipe, "--data=" + t.TempDir()}, how...)...)
			if !strings.Contains(out, "2 rows: 2 kept") {
				t.Errorf("%s by a named pipe, %v: %s", name, how, out)
			}
		}
	}
	load := command(t, "load", "-", "--data="+t.TempDir())
	load.Stdin = strings.NewReader("")
	if out, err := load.CombinedOutput(); err == nil || !strings.Contains(string(out), "stdin: this is an empty file") {
		t.Errorf("nothing by a pipe: %v\n%s", err, out)
	}
}
