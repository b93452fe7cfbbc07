package main

import (
	"fmt"

	"lightson/models/access"
)

type accountAdd struct {
	Email string `arg:"" help:"With which the person signs in."`
	Name  string `placeholder:"NAME" help:"What pages and the audit log call the person."`
	Role  string `enum:"operator,owner,viewer" default:"operator" help:"operator runs the place and reaches all stores; owner sees and reports on theirs, and enters their special days, corrections, targets and sales; viewer reads (default: ${default})."`
	reachFlags
	PasswordStdin bool `help:"Read the password from the first line of standard input."`
	linkFlags
}

// Help implements kong.HelpProvider.
func (accountAdd) Help() string {
	return "On a terminal it asks for the password, twice. Without one, or where nothing is typed, it prints an invitation link, with which the person chooses a password."
}

// Run makes an account.
func (c *accountAdd) Run(p *program) error {
	reached, err := c.reach()
	if err != nil {
		return err
	}
	role := access.Role(c.Role)
	if role == access.Operator && c.given() && !c.All {
		return notUnderstood{fmt.Errorf("an operator reaches all stores: leave --group and --store out, or say --role owner")}
	}
	if role != access.Operator && !c.given() {
		return notUnderstood{fmt.Errorf("which stores does the %s see? Say --all, --group or --store", role)}
	}
	if _, err := access.Email(c.Email); err != nil {
		return notUnderstood{err}
	}
	if err := c.check(); err != nil {
		return err
	}
	password, err := p.newPassword(c.PasswordStdin, true)
	if err != nil {
		return err
	}
	return p.accounts(func(accounts *access.Accounts, audit *access.Audit) error {
		person, err := accounts.AddPerson(p.ctx, access.NewPerson{Email: c.Email, Name: c.Name, Role: role, Reach: reached, Password: password})
		if err != nil {
			p.recordAccount(audit, access.PersonAdded, c.Email, rights(role, reached), err)
			return err
		}
		detail := rights(person.Role, person.Reach)
		if password != "" {
			p.recordAccount(audit, access.PersonAdded, person.Email, detail, nil)
			fmt.Fprintf(p.out, "%s has an account: %s\n", person.Email, detail)
			return nil
		}
		token, until, err := accounts.Invite(p.ctx, person.ID, userName())
		p.recordAccount(audit, access.PersonAdded, person.Email, detail+", by invitation", err)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s has an account: %s\n", person.Email, detail)
		return c.print(p, "Invitation", token, until.Time())
	})
}
