package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/words"
	"lightson/views"
)

// callbackPath is where the provider sends people back to.
const callbackPath = "/sign-in/oidc/callback"

// startProvider serves GET /sign-in/oidc?next=. It changes nothing but the session of the
// stranger who asks.
func (s *Server) startProvider(c echo.Context) error {
	ctx, next := c.Request().Context(), c.QueryParam("next")
	if p, err := access.Of(ctx); err == nil && p.Kind != access.Nobody {
		return c.Redirect(http.StatusSeeOther, nextPath(next))
	}
	found, err := s.provider.discover(ctx)
	if err != nil {
		return s.refuseProvider(c, next, err, "")
	}
	try := newProviderTry(s.absoluteURL(c, callbackPath), next, s.now())
	if err := s.keepTry(ctx, try); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.provider.address(found, try))
}

// onlyGET refuses HEAD, for which nothing may be done and nothing is recorded.
func onlyGET(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodGet {
			c.Response().Header().Set(echo.HeaderAllow, http.MethodGet)
			return echo.ErrMethodNotAllowed
		}
		return next(c)
	}
}

// A providerAnswer is what the provider sends somebody back with.
type providerAnswer struct {
	state, code, issuer string
	fault, says         string // instead of a code; what it says of the fault is anybody's text
}

// readProviderAnswer reads an answer. A parameter that is there twice counts as missing.
func readProviderAnswer(c echo.Context) providerAnswer {
	sent := c.QueryParams()
	once := func(name string) string {
		if len(sent[name]) != 1 {
			return ""
		}
		return sent[name][0]
	}
	return providerAnswer{once("state"), once("code"), once("iss"), once("error"), once("error_description")}
}

// finishProvider serves GET /sign-in/oidc/callback.
func (s *Server) finishProvider(c echo.Context) error {
	c.Response().Header().Set("Referrer-Policy", "no-referrer") // the address has a code
	ctx, answer := c.Request().Context(), readProviderAnswer(c)
	noteOf(c).about("person", "")
	try, found, err := s.takeTry(ctx, answer.state)
	if err != nil {
		return err
	}
	if !found {
		noteOf(c).detail = "no such sign-in was begun in this browser"
		return s.sendSignIn(c, http.StatusBadRequest, views.SignIn{
			Problem: spokenOf(ctx).Say("This sign-in has expired, or it was started in another browser. Please start again."),
		})
	}
	claims, err := s.vouchedFor(ctx, answer, try)
	if err != nil {
		return s.refuseProvider(c, try.Next, err, answer.says)
	}
	noteOf(c).about("person", claims.Email)
	person, err := s.accounts.FromOIDC(ctx, claims)
	if why := s.unwelcome(spokenOf(ctx), claims, err); why != nil {
		noteOf(c).detail = "by " + s.howText(inEnglish, access.ByOIDC) + ": " + err.Error()
		return render(c, http.StatusForbidden, views.ErrorPage(s.outsidePage(why.Title), *why))
	}
	if err != nil {
		return err
	}
	return s.finishSignIn(c, person.ID, access.ByOIDC, try.Next)
}

// vouchedFor is whom the provider vouches for in an answer to a try.
func (s *Server) vouchedFor(ctx context.Context, answer providerAnswer, try providerTry) (access.Claims, error) {
	found, err := s.provider.discover(ctx)
	if err != nil {
		return access.Claims{}, err
	}
	switch {
	case answer.issuer != "" && answer.issuer != s.provider.settings.Issuer, answer.issuer == "" && found.about.SendsIssuer:
		return access.Claims{}, untrusted(errors.New("the answer is another issuer's"))
	case answer.fault != "":
		return access.Claims{}, refusedWith(answer.fault)
	case answer.code == "":
		return access.Claims{}, providerError{providerRefuses, "it answers without a code"}
	}
	claims, err := s.provider.redeem(ctx, found, try, answer.code)
	if err != nil && ctx.Err() != nil { // the visitor has left, or the time is up
		err = context.Cause(ctx)
	}
	return s.provider.claims(claims), err
}

// refuseProvider answers somebody whom the provider did not vouch for. They can sign in in
// another way. says is what the provider says of it, if anything.
func (s *Server) refuseProvider(c echo.Context, next string, err error, says string) error {
	var fault providerError
	if !errors.As(err, &fault) {
		return err
	}
	w, name := spokenOf(c.Request().Context()), s.provider.settings.Name
	noteOf(c).detail = "by " + name + ": " + fault.Error()
	why := w.Say(providerFaults[fault.kind], "provider", name)
	status := http.StatusBadGateway
	if fault.kind == providerRefuses {
		status = http.StatusForbidden
	} else {
		s.tell(s.doubts.ofProvider(fault.kind), "a sign-in at the identity provider failed", "issuer", s.provider.settings.Issuer, "error", fault.Error())
	}
	if says != "" {
		why += " " + w.Say("{provider} says: “{text}”", "provider", name, "text", feed.Shown(says))
	}
	return s.sendSignIn(c, status, views.SignIn{Next: next, Problem: why})
}

// providerFaults say to the visitor what a kind of failure means.
var providerFaults = map[providerFailure]words.Text{
	providerIsDown:     "{provider} is not responding. Sign in with your e-mail and password, or try again in a minute.",
	providerIsSetWrong: "Sign-in with {provider} is not set up correctly. Sign in with your e-mail and password, and tell the person who runs this site. The server’s log says what is wrong.",
	providerIsNotTrue:  "The reply from {provider} could not be verified, so you were not signed in. Please start again. If this happens again, tell the person who runs this site.",
	providerRefuses:    "{provider} did not sign you in. Please start again, or sign in with your e-mail and password.",
}

// unwelcome words why somebody has no account, though the provider vouches for them. It is
// nil for any other error.
func (s *Server) unwelcome(w spoken, claims access.Claims, err error) *views.Problem {
	name := s.provider.settings.Name
	who := w.Say("You are signed in at {provider}.", "provider", name)
	if claims.Email != "" {
		who = w.Say("You are signed in at {provider} as {email}.", "provider", name, "email", feed.Shown(claims.Email))
	}
	p := views.Problem{
		Status: http.StatusForbidden, Title: w.Say("You have no account here"), Back: views.Link{Text: w.Say("Sign in another way"), URL: "/sign-in"},
		Message: who + " " + w.Say("Ask the person who runs this site for an account here."),
	}
	var input access.InputError
	switch {
	case errors.Is(err, access.ErrLastOperator):
		p.Title = w.Say("You are the last operator")
		p.Message = who + " " + w.Say("It no longer makes you an operator here. There is no other operator, so nothing was changed, and you were not signed in. "+
			"The person who runs this server can correct LIGHTSON_OIDC_RULES, or add another operator on its command line: lightson account add.")
	case errors.As(err, &input):
		p.Message = who + " " + w.Say("But {provider} did not send your e-mail address, and an account needs one. Ask the person who runs this site.", "provider", name)
	case errors.Is(err, access.ErrEmailTaken), errors.Is(err, access.ErrNoAccount), errors.Is(err, access.ErrSignIn):
		if claims.Email != "" && !claims.EmailVerified {
			p.Message += " " + w.Say("{provider} does not confirm that this e-mail address is yours.", "provider", name)
		}
	default:
		return nil
	}
	return &p
}

// signedOutText says that somebody is signed out: here, and nowhere else. Ending the
// session at the provider, too, would sign them out of everything that they use there,
// and would need their ID token, which is not kept.
func (s *Server) signedOutText(w spoken) string {
	if oidc := s.settings.SignIn.OIDC; oidc.On() {
		return w.Say("You are signed out here. You may still be signed in at {provider}.", "provider", oidc.Name)
	}
	return w.Say("You are signed out.")
}
