package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightson/cmd/rig"
)

const (
	// signedInTime is how much longer than an open server one may take that knows who asks.
	signedInTime = 1.2
	// owners is how many people visit, each with the part ownersPart of the stores.
	owners     = 100
	ownersPart = 10
	// ownersMemory is how much more memory they may take than one person with all stores.
	ownersMemory = 1.3
	// password is that of everybody.
	password = "correct horse battery"
)

// measurePeople compares a server that people sign in to with an open one, and what a
// hundred owners take with what one operator takes.
func (b *bench) measurePeople(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		people, err := b.Create(ctx, kind, "people", week)
		if err != nil {
			return err
		}
		if err := b.addAccount(ctx, people, operator, "--role", "operator"); err != nil {
			return err
		}
		if err := b.raceSignedIn(ctx, kind, week, people); err != nil {
			return err
		}
		if err := b.measureOwners(ctx, kind, people); err != nil {
			return err
		}
	}
	return nil
}

const operator = "operator@example.com"

func owner(n int) string { return fmt.Sprintf("owner%d@example.com", n) }

// addAccount makes an account on the command line.
func (b *bench) addAccount(ctx context.Context, d *rig.Database, email string, flags ...string) error {
	cmd := b.Command(ctx, d, append([]string{"account", "add", email, "--password-stdin"}, flags...)...)
	cmd.Stdin = strings.NewReader(password + "\n")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("account add: %w: %s", err, said)
	}
	return nil
}

// signIn signs somebody in and returns the cookie.
func signIn(ctx context.Context, s *rig.Server, email string) (string, error) {
	form := url.Values{"email": {email}, "password": {password}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Addr+"/sign-in", strings.NewReader(form))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "lightson" {
			return cookie.Name + "=" + cookie.Value, nil
		}
	}
	return "", fmt.Errorf("%s was not signed in: %s", email, answer.Status)
}

// raceSignedIn visits the pages of an open server, and of one with an operator, in turn.
func (b *bench) raceSignedIn(ctx context.Context, kind rig.Kind, week, people *rig.Database) (err error) {
	open, err := b.Serve(ctx, week)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, open.Stop()) }()
	closed, err := b.Serve(ctx, people, "--rate-limit", "0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed.Stop()) }()
	if err := errors.Join(open.Answers(ctx, health), closed.Answers(ctx, health)); err != nil {
		return err
	}
	cookie, err := signIn(ctx, closed, operator)
	if err != nil {
		return err
	}
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	for _, p := range []page{always("/"), always("/stores"), varying("/stores/…", func(n int) string { return "/stores/" + f.codes[n%len(f.codes)] })} {
		var took [2]times
		for range b.runs {
			for n, s := range []*rig.Server{open, closed} {
				visited := p
				if s == closed {
					visited.cookie = cookie
				}
				seen, err := b.visitAll(ctx, s.Addr, []page{visited}, b.visit/3)
				if err != nil {
					return err
				}
				took[n] = append(took[n], seen[0].each())
			}
		}
		b.table.compare(fmt.Sprintf("%s %s, signed in", kind, p.name), took[1], "open", took[0], signedInTime)
	}
	return nil
}

// measureOwners visits a server in the name of one operator, and another one in the names
// of a hundred owners. The operator comes as often as all owners together: what visits
// leave behind for the collector must not pass for what people take.
func (b *bench) measureOwners(ctx context.Context, kind rig.Kind, people *rig.Database) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	var everybody []string
	for n := range owners {
		flags := []string{"--role", "owner"}
		for store := n % ownersPart; store < len(f.codes); store += ownersPart {
			flags = append(flags, "--store", f.codes[(store+n)%len(f.codes)]) // nobody's are another's
		}
		if err := b.addAccount(ctx, people, owner(n), flags...); err != nil {
			return err
		}
		everybody = append(everybody, owner(n))
	}
	one, err := b.visitedBy(ctx, people, slices.Repeat([]string{operator}, owners)...)
	if err != nil {
		return err
	}
	many, err := b.visitedBy(ctx, people, everybody...)
	if err != nil {
		return err
	}
	ratio := float64(many) / float64(one)
	b.table.add(row{
		what: fmt.Sprintf("memory with %d owners, %s", owners, kind), median: megabytes(many), with: "with one operator", withMedian: megabytes(one),
		ratio: fmt.Sprintf("%.2f", ratio), target: fmt.Sprintf("≤ %.2f", ownersMemory), verdict: verdict(ratio <= ownersMemory),
	})
	return nil
}

// visitedBy is what a server has resident after people have looked at everything.
func (b *bench) visitedBy(ctx context.Context, d *rig.Database, people ...string) (bytes int64, err error) {
	s, err := b.Serve(ctx, d, "--rate-limit", "0")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	if err := s.Answers(ctx, health); err != nil {
		return 0, err
	}
	for _, email := range people {
		if err := looksAtAll(ctx, s, email); err != nil {
			return 0, err
		}
	}
	return rig.Resident(s.Process().Pid)
}

// looksAtAll signs somebody in, who visits every kind of page and asks for a report.
func looksAtAll(ctx context.Context, s *rig.Server, email string) error {
	cookie, err := signIn(ctx, s, email)
	if err != nil {
		return err
	}
	s.Cookie = cookie
	report, err := s.Report(ctx, "")
	if err != nil {
		return err
	}
	c, err := rig.Dial(ctx, s.Addr)
	if err != nil {
		return err
	}
	c.Cookie = cookie
	for _, path := range []string{"/", "/stores", "/stores?sort=week", "/groups", "/quality", "/quality/silent", "/reports/" + report} {
		err = errors.Join(err, c.Get(path))
	}
	return errors.Join(err, c.Close())
}
