package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"lightson/models"
	"lightson/models/access"
)

type accountList struct {
	Text string `arg:"" optional:"" help:"Only those with these words in the e-mail or the name."`
}

// Run lists the accounts.
func (c *accountList) Run(p *program) error {
	return p.accounts(func(accounts *access.Accounts, _ *access.Audit) error {
		people, _, err := accounts.People(p.ctx, access.PeopleFilter{Text: c.Text})
		if err != nil {
			return err
		}
		if len(people) == 0 && c.Text == "" {
			fmt.Fprintln(p.err, "lightson: there is no account: anyone who reaches the server sees and changes everything")
			return nil
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "E-MAIL\tNAME\tROLE\tREACH\tSTATE\tFACTORS\tLAST SIGN-IN")
		for _, person := range people {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", person.Email, cmp.Or(person.Name, emptyCell), person.Role, reachText(person.Reach),
				accountState(person), factorsText(person), lastSignIn(person.LastSignInAt))
		}
		return table.Flush()
	})
}

// accountState says how a person can sign in, if at all.
func accountState(p access.Person) string {
	switch {
	case p.Disabled():
		return "disabled"
	case p.Source == access.OIDC:
		return "by provider"
	case p.Source == access.Proxy:
		return "by proxy"
	case p.HasPassword || p.Passkeys > 0:
		return "active"
	case p.Invited:
		return "invited"
	default:
		return "no password"
	}
}

func factorsText(p access.Person) string {
	var factors []string
	if p.HasTOTP {
		factors = append(factors, "codes")
	}
	if p.Passkeys > 0 {
		factors = append(factors, fmt.Sprintf("%d %s", p.Passkeys, some(p.Passkeys, "passkey")))
	}
	return cmp.Or(strings.Join(factors, ", "), emptyCell)
}

func lastSignIn(at models.OptionalInstant) string {
	if !at.Known {
		return "never"
	}
	return at.At.Time().Format("2006-01-02 15:04 UTC")
}

// emptyCell stands in an empty column.
const emptyCell = "—"
