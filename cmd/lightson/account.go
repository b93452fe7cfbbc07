package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/web"
)

type accountCommand struct {
	Add      accountAdd      `cmd:"" help:"Make an account. With the first one, everybody has to sign in."`
	List     accountList     `cmd:"" help:"List the accounts."`
	Role     accountRole     `cmd:"" help:"Change what a person is, or which stores they reach."`
	Password accountPassword `cmd:"" help:"Give an account another password. Its sessions end."`
	Invite   accountInvite   `cmd:"" help:"Print a link with which a person without a password chooses one. Earlier links become void."`
	Reset    accountReset    `cmd:"" help:"Print a link with which a person chooses another password. Earlier links become void."`
	Disable  accountDisable  `cmd:"" help:"Keep a person out. Sessions end at once, keys and links stop."`
	Enable   accountEnable   `cmd:"" help:"Let a disabled person in again."`
}

// Help implements kong.HelpProvider.
func (accountCommand) Help() string {
	return "Commands work beside a server that runs, and hold from the next request on. Each change is a record of the audit log, under the name of the system's user."
}

// accounts opens what keeps people, and the audit log, for a command.
func (p *program) accounts(work func(*access.Accounts, *access.Audit) error) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	log := p.logger()
	accounts, audit := access.NewAccounts(db, access.Options{Log: log}), access.NewAudit(db, log)
	err = work(accounts, audit)
	closing, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), recordWithin)
	defer cancel()
	return errors.Join(err, accounts.Close(closing), audit.Close(closing))
}

// A change is what a command does to an account. It returns what the audit log says
// beside who it is about.
type change func(*access.Accounts, access.Person) (detail string, err error)

// changeAccount finds the account of an e-mail, changes it, and records that, also where
// the change was refused.
func (p *program) changeAccount(email string, action access.Action, do change) error {
	if _, err := access.Email(email); err != nil {
		return notUnderstood{err}
	}
	return p.accounts(func(accounts *access.Accounts, audit *access.Audit) error {
		person, err := accounts.PersonByEmail(p.ctx, email)
		if errors.Is(err, models.ErrNotFound) {
			return fmt.Errorf("there is no account %s", email)
		}
		if err != nil {
			return err
		}
		detail, err := do(accounts, person)
		p.recordAccount(audit, action, person.Email, detail, err)
		return err
	})
}

// recordAccount records what a command did to an account.
func (p *program) recordAccount(audit *access.Audit, action access.Action, email, detail string, err error) {
	var usage notUnderstood
	if errors.As(err, &usage) {
		return // nothing was tried
	}
	r := commandRecord(action, "person", email, err)
	if r.Detail = detail; r.Outcome == access.Refused {
		r.Detail = strings.TrimPrefix(detail+": "+err.Error(), ": ")
	}
	audit.Record(p.ctx, r)
}

// reachFlags choose the stores that somebody sees.
type reachFlags struct {
	All   bool     `help:"All stores, also those to come."`
	Group []string `placeholder:"GROUP" sep:"none" help:"A group, with the stores that join it later. May be given several times."`
	Store []string `placeholder:"STORE" sep:"none" help:"The id of a single store. May be given several times."`
}

func (f reachFlags) given() bool { return f.All || len(f.Group)+len(f.Store) > 0 }

func (f reachFlags) reach() (reach.Reach, error) {
	switch {
	case f.All && len(f.Group)+len(f.Store) > 0:
		return reach.Reach{}, notUnderstood{errors.New("expected --all, or groups and stores, found both")}
	case f.All:
		return reach.All(), nil
	default:
		return reach.Of(f.Group, f.Store), nil
	}
}

// reachText is a reach for people.
func reachText(r reach.Reach) string {
	if r.IsAll() {
		return "all stores"
	}
	var parts []string
	if g := r.Groups(); len(g) > 0 {
		parts = append(parts, some(len(g), "group")+" "+strings.Join(g, ", "))
	}
	if s := r.Stores(); len(s) > 0 {
		parts = append(parts, some(len(s), "store")+" "+strings.Join(s, ", "))
	}
	return cmp.Or(strings.Join(parts, "; "), "no stores")
}

func some(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// linkFlags say what stands before a link.
type linkFlags struct {
	URL string `name:"url" env:"LIGHTSON_URL" placeholder:"URL" help:"Public address of the server, with which the link begins."`
}

// check is before anything is changed.
func (f linkFlags) check() error {
	_, err := f.public()
	return err
}

// public is the address of the server; nil where it was not given.
func (f linkFlags) public() (*url.URL, error) {
	public, err := web.ParsePublicURL(f.URL)
	if err != nil {
		return nil, notUnderstood{fmt.Errorf("LIGHTSON_URL: %w", err)}
	}
	return public, nil
}

// print prints a link for choosing a password.
func (f linkFlags) print(p *program, what, token string, until time.Time) error {
	public, err := f.public()
	if err != nil {
		return err
	}
	path := "/invitation/" + token
	fmt.Fprintf(p.out, "%s for anyone who has it, once, until %s:\n", what, until.Format("2006-01-02 15:04 UTC"))
	if public == nil {
		fmt.Fprintln(p.out, path)
		fmt.Fprintln(p.err, "lightson: put the address of the server before it, or set LIGHTSON_URL")
		return nil
	}
	fmt.Fprintln(p.out, public.JoinPath(path))
	return nil
}
