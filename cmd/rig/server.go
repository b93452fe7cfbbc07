package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// A Server is lightson serve on a database.
type Server struct {
	Addr   string // where it listens, once it answers
	Inbox  string
	Cookie string        // of whoever has signed in and asks for JSON; empty for nobody
	Ended  chan struct{} // closed when its process ended

	cmd  *exec.Cmd
	said log
	end  error
}

// Serve starts a server and does not wait for it.
func (r *Rig) Serve(ctx context.Context, d *Database, flags ...string) (*Server, error) {
	s := &Server{Inbox: filepath.Join(d.Dir, "inbox"), Ended: make(chan struct{})}
	args := []string{"serve", "--addr", "127.0.0.1:0", "--inbox", s.Inbox, "--ingest-every", "1s"}
	s.cmd = r.Command(ctx, d, append(args, flags...)...)
	s.cmd.Stderr = &s.said
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.end = s.cmd.Wait()
		close(s.Ended)
	}()
	return s, nil
}

// patience is how long a server may take for its first answer before we give up.
const patience = 30 * time.Second

var urlInLog = regexp.MustCompile(`msg=serving url=http://(\S+)`)

// Answers waits until the server answers a path with 200.
func (s *Server) Answers(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if match := urlInLog.FindStringSubmatch(s.Said()); match != nil {
			s.Addr = match[1]
			return s.visit(ctx, path)
		}
		select {
		case <-s.Ended:
			return fmt.Errorf("the server ended: %w: %s", s.end, s.Said())
		case <-ctx.Done():
			return fmt.Errorf("the server did not answer: %w: %s", ctx.Err(), s.Said())
		case <-time.After(time.Millisecond / 2):
		}
	}
}

func (s *Server) visit(ctx context.Context, path string) error {
	c, err := Dial(ctx, s.Addr)
	if err != nil {
		return err
	}
	return errors.Join(c.Get(path), c.Close())
}

// Stop stops the server as a service manager would.
func (s *Server) Stop() error {
	if err := s.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-s.Ended
	if s.end != nil {
		return fmt.Errorf("the server stopped: %w: %s", s.end, s.Said())
	}
	return nil
}

// Kill ends the server as a crash does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	<-s.Ended
}

// Signal sends the server a signal. One that has ended already needs none.
func (s *Server) Signal(signal os.Signal) error {
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Process is its process.
func (s *Server) Process() *os.Process { return s.cmd.Process }

// Said is its log so far.
func (s *Server) Said() string { return s.said.String() }
