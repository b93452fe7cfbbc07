package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"lightson/models"
	"lightson/models/access"
	"lightson/web"
)

// openTo decides whether everybody who reaches the bound address may do everything while
// there is no account. A server that other machines can reach, and that knows nobody,
// does not start unless its operator wants it open.
func (s signInSettings) openTo(bound net.Addr, in web.SignIn, hasAccounts func() (bool, error), log *slog.Logger) (open bool, err error) {
	if tcp, is := bound.(*net.TCPAddr); is && tcp.IP.IsLoopback() {
		return true, nil
	}
	if in.ByOthers() {
		return false, nil // whom they let in is known by name
	}
	some, err := hasAccounts()
	switch {
	case err != nil || some:
		return false, err
	case s.Open:
		log.Warn("whoever can reach this address can see and change everything, until there is an account", "address", bound.String())
		return true, nil
	default:
		return false, fmt.Errorf("LIGHTSON_ADDR: %s can be reached from other machines, and there is no account: type 'lightson account add YOU@EXAMPLE.COM', "+
			"or start with --open to let everybody who reaches it see and change everything", bound)
	}
}

func hasAccounts(ctx context.Context, db *models.DB) (bool, error) {
	accounts := access.NewAccounts(db, access.Options{})
	some, err := accounts.HasAccounts(ctx)
	return some, errors.Join(err, accounts.Close(ctx))
}
