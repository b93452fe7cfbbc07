// Package rig runs the program as people do, as processes of its own on
// databases of its own, for the harnesses beside it: bench, faults and soak. It
// knows the program from outside only: its commands, its URLs, its files, and
// its databases by psql and sqlite3.
package rig

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
)

// A Rig is one run of a harness.
type Rig struct {
	Dir string // everything that is written, removed at the end

	name    string   // begins the names of its databases on the server
	program string   // the lightson that is run
	server  *url.URL // PostgreSQL

	mu      sync.Mutex
	made    map[string]*Database // on the server, to be dropped
	nextDir int
}

// New prepares a run of a program. It makes databases on the PostgreSQL server
// at TEST_POSTGRES_URL.
func New(name, program string) (*Rig, error) {
	postgres := os.Getenv("TEST_POSTGRES_URL")
	if postgres == "" {
		return nil, fmt.Errorf("TEST_POSTGRES_URL is not set: run make %s", name)
	}
	server, err := url.Parse(postgres)
	if err != nil {
		return nil, fmt.Errorf("TEST_POSTGRES_URL: %w", err)
	}
	if program, err = filepath.Abs(program); err != nil {
		return nil, err
	}
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("%w: run make build", err)
	}
	dir, err := os.MkdirTemp("", "lightson-"+name+"-*")
	if err != nil {
		return nil, err
	}
	return &Rig{Dir: dir, name: name, program: program, server: server, made: map[string]*Database{}}, nil
}

// Close removes what the run made, also after it was interrupted.
func (r *Rig) Close() error {
	var err error
	for _, d := range r.made {
		err = errors.Join(err, r.Drop(context.Background(), d))
	}
	return errors.Join(err, os.RemoveAll(r.Dir))
}
