package main

import (
	"fmt"

	"lightson/models/access"
	"lightson/models/reach"
)

type accountRole struct {
	Email string `arg:""`
	Role  string `arg:"" enum:"operator,owner,viewer" help:"operator, owner or viewer."`
	reachFlags
}

// Run changes a role or a reach.
func (c *accountRole) Run(p *program) error {
	reached, err := c.reach()
	if err != nil {
		return err
	}
	role := access.Role(c.Role)
	if role == access.Operator && c.given() && !c.All {
		return notUnderstood{fmt.Errorf("an operator reaches all stores: leave --group and --store out")}
	}
	return p.changeAccount(c.Email, access.PersonChanged, func(accounts *access.Accounts, person access.Person) (string, error) {
		to := &reached
		if !c.given() {
			to, reached = nil, person.Reach
			if person.Role == access.Operator && role != access.Operator {
				return "", notUnderstood{fmt.Errorf("which stores does the %s see? Say --all, --group or --store", role)}
			}
		}
		changed, err := accounts.ChangePerson(p.ctx, person.ID, access.Change{Role: &role, Reach: to})
		if err != nil {
			return rights(role, reached), err
		}
		fmt.Fprintf(p.out, "%s: %s\n", changed.Email, rights(changed.Role, changed.Reach))
		return rights(changed.Role, changed.Reach), nil
	})
}

// rights are what somebody may do and see, for people. Operators reach all stores, whatever
// was asked for.
func rights(role access.Role, r reach.Reach) string {
	if role == access.Operator {
		r = reach.All()
	}
	return string(role) + ", " + reachText(r)
}

type accountDisable struct {
	Email string `arg:""`
}

// Run keeps a person out.
func (c *accountDisable) Run(p *program) error {
	return p.changeAccount(c.Email, access.PersonDisabled, func(accounts *access.Accounts, person access.Person) (string, error) {
		if _, err := accounts.DisablePerson(p.ctx, person.ID); err != nil {
			return "", err
		}
		fmt.Fprintf(p.out, "%s is disabled\n", person.Email)
		return "", nil
	})
}

type accountEnable struct {
	Email string `arg:""`
}

// Run lets a person in again.
func (c *accountEnable) Run(p *program) error {
	return p.changeAccount(c.Email, access.PersonEnabled, func(accounts *access.Accounts, person access.Person) (string, error) {
		if _, err := accounts.EnablePerson(p.ctx, person.ID); err != nil {
			return "", err
		}
		fmt.Fprintf(p.out, "%s is enabled\n", person.Email)
		return "", nil
	})
}

type accountPassword struct {
	Email         string `arg:""`
	PasswordStdin bool   `help:"Read the password from the first line of standard input, instead of asking for it on the terminal."`
}

// Run gives an account another password.
func (c *accountPassword) Run(p *program) error {
	if _, err := access.Email(c.Email); err != nil {
		return notUnderstood{err}
	}
	password, err := p.newPassword(c.PasswordStdin, false)
	if err != nil {
		return err
	}
	return p.changeAccount(c.Email, access.PasswordReplaced, func(accounts *access.Accounts, person access.Person) (string, error) {
		if err := accounts.SetPassword(p.ctx, person.ID, password, ""); err != nil {
			return "", err
		}
		fmt.Fprintf(p.out, "%s has another password, and all sessions ended\n", person.Email)
		if person.Disabled() {
			fmt.Fprintf(p.err, "lightson: %s is disabled still: lightson account enable %[1]s\n", person.Email)
		}
		return "", nil
	})
}

type accountInvite struct {
	Email string `arg:""`
	linkFlags
}

// Run prints an invitation.
func (c *accountInvite) Run(p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return p.changeAccount(c.Email, access.InvitationMade, func(accounts *access.Accounts, person access.Person) (string, error) {
		token, until, err := accounts.Invite(p.ctx, person.ID, userName())
		if err != nil {
			return "", err
		}
		return "", c.print(p, "Invitation", token, until.Time())
	})
}

type accountReset struct {
	Email   string `arg:""`
	Factors bool   `help:"Also remove the second factors of a person who has lost them, and end their sessions."`
	linkFlags
}

// Run prints a link for another password.
func (c *accountReset) Run(p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return p.changeAccount(c.Email, access.ResetMade, func(accounts *access.Accounts, person access.Person) (detail string, err error) {
		if c.Factors {
			if _, err := accounts.RemoveFactors(p.ctx, person.ID); err != nil {
				return "", err
			}
			detail = "second factors removed"
			fmt.Fprintf(p.out, "%s no longer has a second factor\n", person.Email)
		}
		token, until, err := accounts.ResetPassword(p.ctx, person.ID, userName())
		if err != nil {
			return detail, err
		}
		return detail, c.print(p, "Link for another password,", token, until.Time())
	})
}
