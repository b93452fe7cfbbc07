//go:build ignore

// Gotest runs go test with the arguments that it is given, shows a line for each
// package and everything that a failed test said, and ends with how many tests
// passed, failed and were skipped. A run without any test is a failure, and so
// is a skipped test where CI or LIGHTSON_NO_SKIP asks for all of them.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// event is what go test -json prints; see go doc test2json.
type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	Elapsed                                                float64
}

type run struct {
	out        io.Writer
	said       map[string]*strings.Builder // by package and test, until it passes
	parents    map[string]bool             // tests that have subtests
	ended      map[string]string           // pass, fail or skip, by package and test
	unfinished map[string][]string         // tests that began and did not end, by package
}

func main() {
	began := time.Now()
	command := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	command.Stderr = os.Stderr
	pipe, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(1)
	}
	r := &run{os.Stdout, map[string]*strings.Builder{}, map[string]bool{}, map[string]string{}, map[string][]string{}}
	r.read(pipe)
	status := 0
	if err := command.Wait(); err != nil {
		status = 1
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() > 0 {
			status = exit.ExitCode()
		}
	}
	os.Exit(r.sum(status, time.Since(began)))
}

func (r *run) read(src io.Reader) {
	lines := bufio.NewReader(src)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if len(line) > 0 {
			if json.Unmarshal(line, &e) == nil {
				r.take(e)
			} else {
				r.out.Write(line) // not an event: nothing that go says may be lost
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *run) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "run":
		if parent := strings.LastIndexByte(e.Test, '/'); parent > 0 {
			r.parents[e.Package+" "+e.Test[:parent]] = true
		}
		r.unfinished[e.Package] = append(r.unfinished[e.Package], e.Test)
	case "output":
		if r.said[key] == nil {
			r.said[key] = &strings.Builder{}
		}
		r.said[key].WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e)
			return
		}
		r.ended[key] = e.Action
		if e.Action == "fail" {
			r.tell(key)
		}
		if e.Action == "pass" || e.Action == "fail" {
			delete(r.said, key)
		}
	}
}

func (r *run) endPackage(e event) {
	if e.Action == "fail" {
		for _, test := range r.unfinished[e.Package] {
			if key := e.Package + " " + test; r.ended[key] == "" {
				r.ended[key] = "fail"
				fmt.Fprintf(r.out, "=== %s did not end\n", test)
				r.tell(key)
			}
		}
		r.tell(e.Package + " ") // the last line is go's own FAIL
	} else if len(r.unfinished[e.Package]) > 0 {
		fmt.Fprintf(r.out, "ok  \t%s\t%.1fs\n", e.Package, e.Elapsed)
	}
	delete(r.unfinished, e.Package)
	delete(r.said, e.Package+" ")
}

func (r *run) tell(key string) {
	if said := r.said[key]; said != nil {
		fmt.Fprint(r.out, said.String())
	}
}

// sum prints the last lines and returns the exit status. Of tests with subtests
// the subtests are counted, or the test itself where it failed on its own.
func (r *run) sum(status int, took time.Duration) int {
	count := map[string]int{}
	failedBelow := map[string]bool{}
	for key, action := range r.ended {
		if action == "fail" {
			for n := strings.LastIndexByte(key, '/'); n > 0; n = strings.LastIndexByte(key[:n], '/') {
				failedBelow[key[:n]] = true
			}
		}
	}
	for key, action := range r.ended {
		if !r.parents[key] || action == "fail" && !failedBelow[key] {
			count[action]++
		}
	}
	if count["skip"] > 0 {
		strict := os.Getenv("CI") == "true" || os.Getenv("LIGHTSON_NO_SKIP") != ""
		for key, action := range r.ended {
			if action == "skip" {
				fmt.Fprintln(r.out, "skipped:", key)
				if strict {
					r.tell(key)
				}
			}
		}
		if strict {
			fmt.Fprintln(r.out, "FAIL\tevery test was to run, and some were skipped")
			status = max(status, 1)
		}
	}
	if count["pass"]+count["fail"] == 0 {
		fmt.Fprintln(r.out, "FAIL\tno test ran")
		status = max(status, 1)
	}
	if status != 0 && count["fail"] == 0 {
		fmt.Fprintln(r.out, "FAIL\tsee above")
	}
	fmt.Fprintf(r.out, "took %s\n%d passed, %d failed, %d skipped\n",
		took.Round(time.Second), count["pass"], count["fail"], count["skip"])
	return status
}
