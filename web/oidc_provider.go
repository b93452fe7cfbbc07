package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"lightson/models/access"
	"lightson/models/feed"
)

const (
	// providerKeptFor is how long is believed what a provider says of itself.
	providerKeptFor = time.Hour
	// providerRetry is how long a provider that failed is not asked again, so that a crowd
	// that wants to sign in does not keep it from coming back.
	providerRetry = 5 * time.Second
	// clockSkew is how much the provider's clock may be behind ours.
	clockSkew = time.Minute
)

// An identityProvider is the provider of the settings. What it says of itself is asked
// for when somebody first signs in there: this server starts without it, too.
type identityProvider struct {
	settings OIDC
	rules    atomic.Pointer[access.Rules] // may change while the server runs
	client   *http.Client
	now      func() time.Time
	asking   singleflight.Group

	mu      sync.Mutex
	found   *discovered // nil until it was found once
	failed  error       // of the last time that it was asked
	askedAt time.Time   // the last time
}

// A discovered provider is what it says of itself, checked.
type discovered struct {
	*oidc.Provider
	keys  oidc.KeySet
	about metadata
	style oauth2.AuthStyle
}

// metadata is what this server needs of OpenID Connect Discovery 1.0, section 3, and of
// RFC 9207, section 3.
type metadata struct {
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	Keys                  string   `json:"jwks_uri"`
	UserInfoEndpoint      string   `json:"userinfo_endpoint"` // may be empty
	Algorithms            []string `json:"id_token_signing_alg_values_supported"`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported"`
	Scopes                []string `json:"scopes_supported"`
	SendsIssuer           bool     `json:"authorization_response_iss_parameter_supported"`
}

func newIdentityProvider(settings OIDC, now func() time.Time) *identityProvider {
	p := &identityProvider{settings: settings, client: newProviderClient(settings.Issuer), now: now}
	p.rules.Store(&settings.Rules)
	return p
}

// SetRules puts other rules in the place of those of the settings: for whoever signs in from now
// on. Without a provider there are none.
func (s *Server) SetRules(rules access.Rules) {
	if s.provider != nil {
		s.provider.rules.Store(&rules)
	}
}

// discover is what the provider says of itself, asked for at most once for all who wait.
func (p *identityProvider) discover(ctx context.Context) (*discovered, error) {
	if found, err := p.kept(); found != nil || err != nil {
		return found, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-p.asking.DoChan("", func() (any, error) { return p.ask() }):
		found, _ := result.Val.(*discovered)
		return found, result.Err
	}
}

// kept is what is known without asking; neither where it has to be asked for.
func (p *identityProvider) kept() (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := p.now().Sub(p.askedAt)
	switch {
	case p.failed != nil && age < providerRetry:
		if p.found != nil {
			return p.found, nil
		}
		return nil, p.failed
	case p.failed == nil && age < providerKeptFor:
		return p.found, nil
	default:
		return nil, nil
	}
}

// ask asks the provider. Where that fails, what it said before still holds.
func (p *identityProvider) ask() (*discovered, error) {
	if found, err := p.kept(); found != nil || err != nil { // another found out meanwhile
		return found, err
	}
	found, err := p.read()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.askedAt = err, p.now()
	if err == nil {
		p.found = found
	}
	if p.found != nil {
		return p.found, nil
	}
	return nil, err
}

func (p *identityProvider) read() (*discovered, error) {
	ctx := p.with(context.Background()) // not one visitor's: the others wait for it, too
	provider, err := oidc.NewProvider(ctx, p.settings.Issuer)
	if err != nil {
		return nil, providerFault("its configuration", err)
	}
	var about metadata
	if err := provider.Claims(&about); err != nil {
		return nil, setupFault("its configuration: %v", err)
	}
	if err := about.check(p.settings); err != nil {
		return nil, err
	}
	style, err := about.authStyle(p.settings.ClientSecret)
	if err != nil {
		return nil, err
	}
	return &discovered{provider, oidc.NewRemoteKeySet(ctx, about.Keys), about, style}, nil
}

// with has go-oidc and oauth2 use the client that is bounded.
func (p *identityProvider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// provable are the ways to sign that only the provider can, with a key that it keeps. The
// others are "none", and those with a secret that both know.
var provable = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// check refuses a provider that could not be used, or not safely.
func (m *metadata) check(settings OIDC) error {
	for _, endpoint := range []struct{ name, address string }{
		{"authorization_endpoint", m.AuthorizationEndpoint}, {"token_endpoint", m.TokenEndpoint},
		{"jwks_uri", m.Keys}, {"userinfo_endpoint", m.UserInfoEndpoint},
	} {
		if endpoint.address == "" && endpoint.name == "userinfo_endpoint" {
			continue
		}
		u, err := url.Parse(endpoint.address)
		if err != nil || u.Host == "" || u.Fragment != "" || !isSafe(u, settings.Issuer) {
			return setupFault("%s: expected an address by https, found %s", endpoint.name, feed.Shown(endpoint.address))
		}
	}
	if len(m.Algorithms) == 0 { // required, but some leave it out
		m.Algorithms = []string{oidc.RS256}
	}
	safe := slices.DeleteFunc(slices.Clone(m.Algorithms), func(a string) bool { return !slices.Contains(provable, a) })
	if len(safe) == 0 {
		return setupFault("id_token_signing_alg_values_supported: expected a signature with a key pair, such as RS256, found %s", feed.Shown(fmt.Sprint(m.Algorithms)))
	}
	m.Algorithms = safe
	return nil
}

// authStyle is how this server proves to the provider who it is. It is chosen, since
// trying both would send the secret and the code twice.
func (m *metadata) authStyle(secret Secret) (oauth2.AuthStyle, error) {
	switch {
	case secret == "":
		return oauth2.AuthStyleInParams, nil
	case len(m.TokenAuth) == 0, slices.Contains(m.TokenAuth, "client_secret_basic"):
		return oauth2.AuthStyleInHeader, nil
	case slices.Contains(m.TokenAuth, "client_secret_post"):
		return oauth2.AuthStyleInParams, nil
	default:
		return 0, setupFault("token_endpoint_auth_methods_supported: expected client_secret_basic or client_secret_post, found %s", feed.Shown(fmt.Sprint(m.TokenAuth)))
	}
}

// isSafe reports whether an address of a provider can be used: by https, or at a provider
// on this machine, on this machine.
func isSafe(u *url.URL, issuer string) bool {
	if u.Scheme == "https" {
		return true
	}
	own, err := url.Parse(issuer)
	return err == nil && u.Scheme == "http" && own.Scheme == "http" && slices.Contains(ownNames, hostName(u.Host))
}

// config is how to talk with the provider. redirect is where it sends people back to.
func (p *identityProvider) config(d *discovered, redirect string) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile}
	// Some providers name groups only to whoever asks, others refuse a scope that they do
	// not know.
	if groups := p.settings.GroupsClaim; len(*p.rules.Load()) > 0 && slices.Contains(d.about.Scopes, groups) && !slices.Contains(scopes, groups) {
		scopes = append(scopes, groups)
	}
	return &oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret.Reveal(), RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: d.about.AuthorizationEndpoint, TokenURL: d.about.TokenEndpoint, AuthStyle: d.style},
	}
}

// address is where the provider asks people who they are.
func (p *identityProvider) address(d *discovered, t providerTry) string {
	return p.config(d, t.Redirect).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier))
}

// redeem exchanges a code for what the provider says of somebody.
func (p *identityProvider) redeem(ctx context.Context, d *discovered, t providerTry, code string) (claimSet, error) {
	ctx = p.with(ctx)
	tokens, err := p.config(d, t.Redirect).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return nil, tokenFault(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	if raw == "" {
		return nil, setupFault("its token endpoint: expected an id_token, found none")
	}
	claims, subject, err := p.verify(ctx, d, t, raw, tokens.AccessToken)
	if err != nil || !p.lacking(claims) || d.about.UserInfoEndpoint == "" {
		return claims, err
	}
	more, err := d.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return nil, providerFault("what it tells about people", err)
	}
	if more.Subject != subject {
		return nil, untrusted(errors.New("its userinfo is about somebody else than its token"))
	}
	var others claimSet
	if err := more.Claims(&others); err != nil {
		return nil, setupFault("what it tells about people: %v", err)
	}
	return claims.with(others, p.settings.GroupsClaim), nil
}

// verify checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7).
func (p *identityProvider) verify(ctx context.Context, d *discovered, t providerTry, raw, accessToken string) (claimSet, string, error) {
	keys := &noticedKeys{KeySet: d.keys}
	token, err := oidc.NewVerifier(p.settings.Issuer, keys, &oidc.Config{
		ClientID: p.settings.ClientID, SupportedSigningAlgs: d.about.Algorithms,
		Now: func() time.Time { return p.now().Add(-clockSkew) },
	}).Verify(ctx, raw)
	if isDown(keys.err) {
		return nil, "", providerFault("its keys", keys.err)
	}
	if err != nil {
		return nil, "", untrusted(err)
	}
	var claims claimSet
	if err := token.Claims(&claims); err != nil {
		return nil, "", untrusted(err)
	}
	party, named := claims["azp"]
	switch {
	case !sameSecret(token.Nonce, t.Nonce):
		return nil, "", untrusted(errors.New("the nonce is not that of this sign-in"))
	case named && party != p.settings.ClientID, !named && len(token.Audience) > 1:
		return nil, "", untrusted(errors.New("the token was made for another client"))
	case !isSubject(token.Subject):
		return nil, "", untrusted(errors.New("the subject is empty, or too long, or no text"))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(accessToken); err != nil {
			return nil, "", untrusted(err)
		}
	}
	return claims, token.Subject, nil
}

// noticedKeys keep why a signature was not verified, which the verifier only words.
type noticedKeys struct {
	oidc.KeySet
	err error
}

func (k *noticedKeys) VerifySignature(ctx context.Context, token string) (payload []byte, err error) {
	payload, k.err = k.KeySet.VerifySignature(ctx, token)
	return payload, k.err
}
