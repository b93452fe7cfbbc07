package main

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lightson/models/access"
	"lightson/web"
)

// signInSettings say who is let in, and by whom the server is reached.
type signInSettings struct {
	Open             bool          `env:"LIGHTSON_OPEN" help:"Let everybody who reaches the address see and change everything, for as long as there is no account. Without it, and without another way to sign in, the server starts on a loopback address only."`
	FirstAccount     string        `env:"LIGHTSON_FIRST_ACCOUNT" placeholder:"EMAIL" help:"Where there is no account, make one for the operator with this e-mail address, and write the link with which they choose a password to the log."`
	TrustedProxies   string        `env:"LIGHTSON_TRUSTED_PROXIES" placeholder:"ADDRESSES" help:"Addresses and ranges, separated by commas, of proxies whose X-Forwarded-For, -Proto, -Host and -Port are believed, such as 127.0.0.1,10.1.2.0/24."`
	ProxyUserHeader  string        `env:"LIGHTSON_PROXY_USER_HEADER" placeholder:"NAME" help:"Header in which a trusted proxy, and nobody else, gives the e-mail address of who is signed in, such as X-Forwarded-User. The proxy must set or remove it in every request."`
	OIDCIssuer       string        `name:"oidc-issuer" env:"LIGHTSON_OIDC_ISSUER" placeholder:"URL" help:"Identity provider (OpenID Connect) where people may sign in. It must know LIGHTSON_URL/sign-in/oidc/callback."`
	OIDCClientID     string        `name:"oidc-client-id" env:"LIGHTSON_OIDC_CLIENT_ID" placeholder:"ID" help:"By which it knows this server."`
	OIDCClientSecret web.Secret    `name:"oidc-client-secret" env:"LIGHTSON_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"With which this server proves that. Prefer the variable: others on the machine can see flags."`
	OIDCName         string        `name:"oidc-name" env:"LIGHTSON_OIDC_NAME" placeholder:"TEXT" help:"What its button is called (default: the name of its host)."`
	OIDCGroupsClaim  string        `name:"oidc-groups-claim" env:"LIGHTSON_OIDC_GROUPS_CLAIM" default:"groups" placeholder:"NAME" help:"The claim in which it names people's groups (default: ${default})."`
	OIDCRules        string        `name:"oidc-rules" env:"LIGHTSON_OIDC_RULES" placeholder:"RULES" help:"What people of these groups may do and see, separated by semicolons: ops=operator; kowalski=owner:group/Kowalski Family; audit=viewer:all; joe=owner:store/17. Empty: only people with an account may sign in."`
	SessionIdle      time.Duration `env:"LIGHTSON_SESSION_IDLE" default:"24h" placeholder:"DURATION" help:"After how long without a request people have to sign in again; from 5m to 720h (default: ${default})."`
	SessionLifetime  time.Duration `env:"LIGHTSON_SESSION_LIFETIME" default:"720h" placeholder:"DURATION" help:"After how long they have to in any case; from 1h to 9600h (default: ${default})."`
	RateLimit        int           `env:"LIGHTSON_RATE_LIMIT" default:"12000" placeholder:"COUNT" help:"Requests in a minute from one address; a tenth of it to change something, a hundredth to sign in. 0 for any number, else at least 600 (default: ${default})."`
}

// leastRate leaves a hundredth that is enough for one person to sign in.
const leastRate = 600

// signIn is who is let in. public is the address of LIGHTSON_URL, or nil.
func (s signInSettings) signIn(public *url.URL) (web.SignIn, web.Proxies, error) {
	none := func(err error) (web.SignIn, web.Proxies, error) { return web.SignIn{}, nil, err }
	if s.SessionIdle > s.SessionLifetime {
		return none(fmt.Errorf("LIGHTSON_SESSION_IDLE: expected at most LIGHTSON_SESSION_LIFETIME, which is %s, found %s", durationText(s.SessionLifetime), durationText(s.SessionIdle)))
	}
	if s.RateLimit > 0 && s.RateLimit < leastRate {
		return none(fmt.Errorf("LIGHTSON_RATE_LIMIT: expected 0, which is no limit, or at least %d, found %d", leastRate, s.RateLimit))
	}
	proxies, err := web.ParseProxies(s.TrustedProxies)
	if err != nil {
		return none(fmt.Errorf("LIGHTSON_TRUSTED_PROXIES: %w", err))
	}
	user, err := web.ParseUserHeader(s.ProxyUserHeader)
	if err != nil {
		return none(fmt.Errorf("LIGHTSON_PROXY_USER_HEADER: %w", err))
	}
	if user != "" && len(proxies) == 0 {
		return none(fmt.Errorf("LIGHTSON_PROXY_USER_HEADER: expected LIGHTSON_TRUSTED_PROXIES with it, since anybody can send the header %s, found nothing", user))
	}
	if err := s.checkFirstAccount(); err != nil {
		return none(err)
	}
	oidc, err := s.oidc(public)
	if err != nil {
		return none(err)
	}
	return web.SignIn{ProxyUser: user, OIDC: oidc, SessionIdle: s.SessionIdle, SessionLifetime: s.SessionLifetime}, proxies, nil
}

// hostOf is the name of the host of an address that was parsed before.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Hostname()
	}
	return address
}

func (s signInSettings) oidc(public *url.URL) (web.OIDC, error) {
	issuer, err := web.ParseIssuer(s.OIDCIssuer)
	if err != nil {
		return web.OIDC{}, fmt.Errorf("LIGHTSON_OIDC_ISSUER: %w", err)
	}
	if issuer == "" {
		for _, set := range []struct{ name, value string }{
			{"LIGHTSON_OIDC_CLIENT_ID", s.OIDCClientID}, {"LIGHTSON_OIDC_CLIENT_SECRET", s.OIDCClientSecret.Reveal()},
			{"LIGHTSON_OIDC_NAME", s.OIDCName}, {"LIGHTSON_OIDC_RULES", s.OIDCRules},
		} {
			if set.value != "" {
				return web.OIDC{}, fmt.Errorf("LIGHTSON_OIDC_ISSUER: expected the address of an identity provider, because %s is set, found nothing", set.name)
			}
		}
		return web.OIDC{}, nil
	}
	for _, needed := range []struct {
		missing   bool
		name, why string
	}{
		{s.OIDCClientID == "", "LIGHTSON_OIDC_CLIENT_ID", "the name by which the identity provider knows this server"},
		{public == nil, "LIGHTSON_URL", "the public address, to which the identity provider sends people back"},
		{s.OIDCGroupsClaim == "", "LIGHTSON_OIDC_GROUPS_CLAIM", "the name of a claim"},
	} {
		if needed.missing {
			return web.OIDC{}, fmt.Errorf("%s: expected %s, because LIGHTSON_OIDC_ISSUER is set, found nothing", needed.name, needed.why)
		}
	}
	if utf8.RuneCountInString(s.OIDCName) > 40 || strings.ContainsFunc(s.OIDCName, unicode.IsControl) {
		return web.OIDC{}, fmt.Errorf("LIGHTSON_OIDC_NAME: expected at most 40 characters of text, found %.60q", s.OIDCName)
	}
	rules, err := access.ParseRules(s.OIDCRules)
	if err != nil {
		return web.OIDC{}, fmt.Errorf("LIGHTSON_OIDC_RULES: %w", err)
	}
	return web.OIDC{
		Issuer: issuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret,
		Name: cmp.Or(s.OIDCName, hostOf(issuer)), GroupsClaim: s.OIDCGroupsClaim, Rules: rules,
	}, nil
}
