package main

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"

	"lightson/web"
)

func TestAServerThatOthersCanReachKnowsWhoTheyAre(t *testing.T) {
	none, some, broken := false, true, errors.New("the database is away")
	for name, tt := range map[string]struct {
		bound    string
		flag     bool
		in       web.SignIn
		accounts bool
		err      error
		starts   bool
		open     bool
	}{
		"this machine":                     {"127.0.0.1:8080", false, web.SignIn{}, none, nil, true, true},
		"another address of it":            {"127.0.0.2:8080", false, web.SignIn{}, none, nil, true, true},
		"this machine by IPv6":             {"[::1]:8080", false, web.SignIn{}, none, nil, true, true},
		"this machine by IPv4 as IPv6":     {"[::ffff:127.0.0.1]:8080", false, web.SignIn{}, none, nil, true, true},
		"everywhere":                       {"0.0.0.0:8080", false, web.SignIn{}, none, nil, false, false},
		"everywhere by IPv6":               {"[::]:8080", false, web.SignIn{}, none, nil, false, false},
		"an address of the network":        {"192.0.2.1:8080", false, web.SignIn{}, none, nil, false, false},
		"a link":                           {"[fe80::1%eth0]:8080", false, web.SignIn{}, none, nil, false, false},
		"everywhere, open":                 {"0.0.0.0:8080", true, web.SignIn{}, none, nil, true, true},
		"everywhere, with accounts":        {"0.0.0.0:8080", false, web.SignIn{}, some, nil, true, false},
		"everywhere, open with accounts":   {"0.0.0.0:8080", true, web.SignIn{}, some, nil, true, false},
		"everywhere, a proxy names users":  {"0.0.0.0:8080", false, web.SignIn{ProxyUser: "X-Forwarded-User"}, none, nil, true, false},
		"everywhere, an identity provider": {"0.0.0.0:8080", false, web.SignIn{OIDC: web.OIDC{Issuer: "https://id.example.com"}}, none, nil, true, false},
		"open, and an identity provider":   {"0.0.0.0:8080", true, web.SignIn{OIDC: web.OIDC{Issuer: "https://id.example.com"}}, none, nil, true, false},
		"nobody knows":                     {"0.0.0.0:8080", true, web.SignIn{}, none, broken, false, false},
	} {
		bound, err := net.ResolveTCPAddr("tcp", tt.bound)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		open, err := signInSettings{Open: tt.flag}.openTo(bound, false, tt.in, func() (bool, error) { return tt.accounts, tt.err }, slog.New(slog.NewTextHandler(&log, nil)))
		if open != tt.open || (err == nil) != tt.starts {
			t.Errorf("%s: open %t, %v", name, open, err)
		}
		if told := strings.Contains(log.String(), "see and change everything"); told != (tt.open && tt.flag) {
			t.Errorf("%s: logged %s", name, &log)
		}
	}
	if open, err := (signInSettings{}).openTo(&net.UnixAddr{Name: "x", Net: "unix"}, false, web.SignIn{}, func() (bool, error) { return false, nil }, slog.New(slog.DiscardHandler)); open || err == nil {
		t.Errorf("an address that is none of a network: %t, %v", open, err)
	}
}

// A proxy on the same machine lets others in, so its operator is warned. Nothing else changes.
func TestAnOpenServerBehindAProxyWarns(t *testing.T) {
	for name, tt := range map[string]struct {
		flag, proxied bool
		in            web.SignIn
		accounts      bool
		warns         bool
	}{
		"behind a proxy":                   {false, true, web.SignIn{}, false, true},
		"behind none":                      {false, false, web.SignIn{}, false, false},
		"behind a proxy, with accounts":    {false, true, web.SignIn{}, true, false},
		"behind a proxy that names people": {false, true, web.SignIn{ProxyUser: "X-Forwarded-User"}, false, false},
		"behind a proxy, open on purpose":  {true, true, web.SignIn{}, false, true},
	} {
		bound, err := net.ResolveTCPAddr("tcp", "127.0.0.1:8080")
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		open, err := signInSettings{Open: tt.flag}.openTo(bound, tt.proxied, tt.in, func() (bool, error) { return tt.accounts, nil }, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil || !open {
			t.Errorf("%s: open %t, %v", name, open, err)
		}
		if warned := strings.Contains(log.String(), "see and change everything"); warned != tt.warns {
			t.Errorf("%s: logged %s", name, &log)
		}
	}
}

// The address that is bound decides, whatever name it was given by.
func TestAServerThatKnowsNobodyDoesNotStart(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "[::ffff:0.0.0.0]:0"} {
		_, _, err := lightson(t, "serve", "--data="+t.TempDir(), "--addr="+addr)
		if err == nil || !strings.HasPrefix(err.Error(), "LIGHTSON_ADDR: ") || strings.Contains(err.Error(), "\n") ||
			!strings.HasSuffix(err.Error(), "can be reached from other machines, and there is no account: type 'lightson account add YOU@EXAMPLE.COM', or start with --open to let everybody who reaches it see and change everything") {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
