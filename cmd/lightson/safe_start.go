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
// does not start unless its operator wants it open. One on a loopback address is open; if
// it is behind a proxy, that is worth a warning, since a proxy lets others in.
func (s signInSettings) openTo(bound net.Addr, proxied bool, in web.SignIn, hasAccounts func() (bool, error), log *slog.Logger) (open bool, err error) {
	tcp, is := bound.(*net.TCPAddr)
	loopback := is && tcp.IP.IsLoopback()
	if loopback && !proxied {
		return true, nil
	}
	if in.ByOthers() {
		return loopback, nil // whom they let in is known by name
	}
	some, err := hasAccounts()
	switch {
	case err != nil || some:
		return loopback && err == nil, err
	case loopback && !s.Open:
		log.Warn("there is no account, so anyone whom the proxy lets in can see and change everything: type 'lightson account add YOU@EXAMPLE.COM'", "address", bound.String())
		return true, nil
	case s.Open:
		log.Warn("anyone who can reach this address can see and change everything, until there is an account", "address", bound.String())
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
