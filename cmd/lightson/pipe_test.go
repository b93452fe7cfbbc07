package main

import (
	"bytes"
	"compress/gzip"
	"errors"
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

// stored is a gzip archive that is as long as what is in it.
func stored(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err == nil {
		_, err = z.Write([]byte(text))
	}
	if err = errors.Join(err, z.Close()); err != nil {
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

// Whoever sends may never come to an end.
func TestALoadThatWaitsForAPipeCanBeInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program itself")
	}
	rows := strings.Repeat("1,active,2023-01-25 15:00:00 UTC\n", 40_000) // more than a pipe holds, so that it is being read
	for name, body := range map[string][]byte{"a feed": []byte("store_id,status,timestamp_utc\n" + rows), "an archive": stored(t, "store_id,status,timestamp_utc\n"+rows)} {
		for _, from := range []string{"standard input", "a named pipe"} {
			t.Run(name+" from "+from, func(t *testing.T) {
				path, dir := "-", t.TempDir()
				if from == "a named pipe" {
					path = filepath.Join(dir, "polls.fifo")
					if err := syscall.Mkfifo(path, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				load := command(t, "load", path, "--data="+dir)
				var stderr bytes.Buffer
				load.Stderr = &stderr
				stdin, err := load.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := load.Start(); err != nil {
					t.Fatal(err)
				}
				sender := stdin
				if path != "-" {
					if sender, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil {
						t.Fatal(err)
					}
				}
				defer sender.Close()
				if _, err := sender.Write(body[:len(body)-100]); err != nil {
					t.Fatal(err)
				}
				if err := load.Process.Signal(syscall.SIGINT); err != nil {
					t.Fatal(err)
				}
				_ = load.Wait()
				if !strings.Contains(stderr.String(), "interrupted; nothing was changed") {
					t.Errorf("it said %q", stderr.String())
				}
			})
		}
	}
}
