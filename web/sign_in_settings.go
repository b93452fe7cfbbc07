package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lightson/models/access"
	"lightson/models/feed"
)

// SignIn are the settings of how people prove who they are.
type SignIn struct {
	// ProxyUser is the header in which a trusted proxy says who somebody is
	// (LIGHTSON_PROXY_USER_HEADER), in its canonical form. Empty: no proxy does.
	ProxyUser string
	OIDC      OIDC
	// SessionIdle is after how long without a request a session ends
	// (LIGHTSON_SESSION_IDLE), SessionLifetime after how long it ends in any case
	// (LIGHTSON_SESSION_LIFETIME).
	SessionIdle, SessionLifetime time.Duration
}

// ByOthers reports whether somebody else says who people are, so that sign-in is on even
// where there is no account yet.
func (s SignIn) ByOthers() bool { return s.ProxyUser != "" || s.OIDC.On() }

// OIDC are the settings of an identity provider that speaks OpenID Connect.
type OIDC struct {
	// Issuer is the provider's address (LIGHTSON_OIDC_ISSUER), below which its
	// configuration is found. Empty: there is none, and all other fields are zero.
	Issuer       string
	ClientID     string // by which the provider knows this server; never empty with an issuer
	ClientSecret Secret // empty for a public client, which PKCE alone protects
	// Name is what the button for signing in calls the provider; never empty with an issuer.
	Name string
	// GroupsClaim is the claim whose values Rules are about; never empty with an issuer.
	GroupsClaim string
	// Rules say what people may do and see, by the values of the claim. None: only people
	// who have an account here may sign in, and their accounts say what they may.
	Rules access.Rules
}

// On reports whether there is a provider.
func (o OIDC) On() bool { return o.Issuer != "" }

// A Secret is text that is never printed, logged or written as JSON.
type Secret string

const hidden = "…"

// String hides the secret.
func (Secret) String() string { return hidden }

// GoString hides the secret.
func (Secret) GoString() string { return hidden }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal is the secret itself, for the one who has to send it.
func (s Secret) Reveal() string { return string(s) }

// ParseIssuer parses the address of LIGHTSON_OIDC_ISSUER. It is compared with what the
// provider says of itself, letter by letter, so it stays as it was written.
func ParseIssuer(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err == nil && u.User != nil {
		return "", errors.New("expected an address without a user and a password, such as https://id.example.com")
	}
	local := err == nil && u.Scheme == "http" && slices.Contains(ownNames, hostName(u.Host)) // to try it out
	if err != nil || !local && u.Scheme != "https" || !isHostName(hostName(u.Host)) || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", fmt.Errorf("expected the address of an identity provider by https, such as https://id.example.com/realms/chain, found %s", feed.Shown(text))
	}
	return text, nil
}

// reservedHeaders mean something already, so no proxy can name a user in them. Those
// that end in a hyphen stand for all that begin so.
var reservedHeaders = []headerText{
	"Accept", "Accept-", "Access-Control-", "Authorization", "Connection", "Content-", "Cookie", "Date", "Expect", "Forwarded", "Host",
	"Hx-", "Idempotency-Key", "If-", "Keep-Alive", "Origin", "Proxy-", "Range", "Referer", "Sec-", "Te", "Trailer", "Transfer-Encoding",
	"Upgrade", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Real-Ip", "X-Upload",
}

// ParseUserHeader parses the name of LIGHTSON_PROXY_USER_HEADER, and returns its
// canonical form.
func ParseUserHeader(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if len(name) > 100 || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "", fmt.Errorf("expected the name of a header, such as X-Forwarded-User or Remote-Email, found %s", feed.Shown(name))
	}
	canonical := http.CanonicalHeaderKey(name)
	for _, header := range reservedHeaders {
		if reserved := string(header); canonical == reserved || strings.HasSuffix(reserved, "-") && strings.HasPrefix(canonical, reserved) {
			return "", fmt.Errorf("expected a header without another meaning, such as X-Forwarded-User or Remote-Email, found %s", canonical)
		}
	}
	return canonical, nil
}
