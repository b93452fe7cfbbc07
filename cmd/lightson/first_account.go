package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

// checkFirstAccount checks the e-mail address of the first operator.
func (s signInSettings) checkFirstAccount() error {
	if s.FirstAccount == "" {
		return nil
	}
	if _, err := access.Email(s.FirstAccount); err != nil {
		return fmt.Errorf("LIGHTSON_FIRST_ACCOUNT: %w", err)
	}
	return nil
}

// addFirstAccount makes an account of an operator where there is none, and logs the link with
// which they choose a password. It works once and for seven days; "lightson account invite"
// prints another one. So a container is never open to others, and nobody has to type anything in it.
func (s signInSettings) addFirstAccount(ctx context.Context, db *models.DB, public *url.URL, bound net.Addr, log *slog.Logger) error {
	if s.FirstAccount == "" {
		return nil
	}
	accounts, audit := access.NewAccounts(db, access.Options{Log: log}), access.NewAudit(db, log)
	err := func() error {
		if some, err := accounts.HasAccounts(ctx); some || err != nil {
			return err
		}
		person, err := accounts.AddPerson(ctx, access.NewPerson{Email: s.FirstAccount, Role: access.Operator, Reach: reach.All()})
		if err != nil {
			if some, _ := accounts.HasAccounts(ctx); some {
				return nil // another server that starts was quicker
			}
			return fmt.Errorf("LIGHTSON_FIRST_ACCOUNT: %w", err)
		}
		token, until, err := accounts.Invite(ctx, person.ID, userName())
		record := commandRecord(access.PersonAdded, "person", person.Email, err)
		record.Detail = rights(person.Role, person.Reach) + ", by invitation"
		audit.Record(ctx, record)
		if err != nil {
			return err
		}
		base := &url.URL{Scheme: "http", Host: bound.String()}
		if public != nil {
			base = public
		}
		log.Warn("an invitation for the first operator: anyone who opens it chooses the password", "email", person.Email,
			"invitation", base.JoinPath("invitation", token).String(), "until", until.Time().UTC())
		return nil
	}()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	return errors.Join(err, accounts.Close(closing), audit.Close(closing))
}
