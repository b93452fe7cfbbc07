package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"golang.org/x/oauth2"

	"lightson/models/feed"
)

// A providerError is why somebody could not sign in at the provider. Its text is for the
// log, and has nothing in it that is secret: what was sent, what a provider wrote into an
// answer that is none.
type providerError struct {
	kind providerFailure
	text logText
}

func (e providerError) Error() string { return string(e.text) }

// A providerFailure is a kind of failure, by who can do something about it.
type providerFailure int

const (
	providerIsDown     providerFailure = iota + 1 // nobody, but later
	providerIsSetWrong                            // an operator
	providerIsNotTrue                             // its answer could be somebody else's
	providerRefuses                               // the visitor, who can start again
)

// ofProvider is how often sign-ins failed in a way.
func (d *doubts) ofProvider(kind providerFailure) *seldom { return &d.provider[kind] }

// longestFault is how much is logged of what a library says of a provider's answer.
const longestFault = 300

func setupFault(format logText, args ...any) error {
	return faultOf(providerIsSetWrong, format, args...)
}

func faultOf(kind providerFailure, format logText, args ...any) error {
	return providerError{kind, logText(fmt.Sprintf(string(format), args...))}
}

func untrusted(err error) error { return providerError{providerIsNotTrue, logText(bounded(err))} }

// providerFault is the error of a call to the provider. what is what was asked for.
func providerFault(what logText, err error) error {
	kind := providerIsSetWrong
	if isDown(err) || errors.Is(err, context.DeadlineExceeded) {
		kind = providerIsDown
	}
	return faultOf(kind, "%s: %s", what, bounded(err))
}

func bounded(err error) string {
	text := err.Error()
	if len(text) > longestFault {
		text = text[:longestFault] + "…"
	}
	return text
}

// tokenFault is the error of the exchange of a code. The answer is not in it: it may have
// the code or the secret.
func tokenFault(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return providerFault("its token endpoint", err)
	}
	switch {
	case refused.ErrorCode == "invalid_grant":
		return providerError{providerRefuses, "its token endpoint does not know the code"}
	case refused.Response.StatusCode == http.StatusTooManyRequests:
		return providerError{providerIsDown, "its token endpoint has too much to do"}
	case slices.Contains(tokenErrors, refused.ErrorCode):
		return setupFault("its token endpoint: status %d, %s", refused.Response.StatusCode, refused.ErrorCode)
	default:
		return setupFault("its token endpoint: expected tokens, found status %d", refused.Response.StatusCode)
	}
}

// tokenErrors are the errors of RFC 6749, section 5.2, that settings cause.
var tokenErrors = []string{"invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}

// refusedWith is the error with which a provider sends somebody back (RFC 6749, section
// 4.1.2.1, and OpenID Connect Core 1.0, section 3.1.2.6).
func refusedWith(code string) error {
	switch code {
	case "temporarily_unavailable", "server_error":
		return faultOf(providerIsDown, "it answers %s", code)
	case "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "invalid_request_uri",
		"invalid_request_object", "request_not_supported", "request_uri_not_supported", "registration_not_supported":
		return setupFault("it answers %s", code)
	default:
		return faultOf(providerRefuses, "it answers %s", feed.Shown(code))
	}
}
