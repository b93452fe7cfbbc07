package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// SetClock gives the server another clock.
func (s *Server) SetClock(now func() time.Time) { s.now = now }

// HurryPushes makes pushes wait so long for their turn.
func (s *Server) HurryPushes(patience time.Duration) { s.pushPatience = patience }

// WaitForStrips makes pages wait so long for their strips.
func (s *Server) WaitForStrips(patience time.Duration) { s.stripPatience = patience }

// KeepsFigures reports whether a page is kept for as long as the data stay the
// same.
func (s *Server) KeepsFigures(ctx context.Context, target string) (bool, error) {
	ctx = access.With(ctx, access.Open())
	_, figures, err := s.epochs(ctx)
	key, _ := newPageKey(httptest.NewRequest(http.MethodGet, target, nil))
	_, kept := s.figurePages.find(audienceOf(ctx), figures, key)
	return kept, err
}

// AnswerSecretly has answers about an action count as secret until the returned function is
// called.
func AnswerSecretly(does access.Action) (end func()) {
	secretAnswers[does] = true
	return func() { delete(secretAnswers, does) }
}

// LimitAnswers gives routes that declare no limits another time to answer.
func (s *Server) LimitAnswers(limit time.Duration) { s.limits.answer = limit }

// Reach sets how the server is reached. Make its handler afterwards.
func (s *Server) Reach(hosts Hosts, public *url.URL) {
	s.settings.Hosts, s.settings.URL = hosts, public
}

// Trust sets whose headers are believed, and where they name users. Make the handler
// afterwards.
func (s *Server) Trust(proxies Proxies, userHeader string) {
	s.settings.Proxies, s.settings.SignIn.ProxyUser = proxies, userHeader
}

// ShareWith has pages of these origins use the API. Make the handler afterwards.
func (s *Server) ShareWith(origins Origins) { s.settings.Origins = origins }

// RequireSignIn has people sign in, even where there is no account.
func (s *Server) RequireSignIn() { s.settings.SignInAlways = true }

// LimitRates sets how many requests an address may send in a minute.
func (s *Server) LimitRates(perMinute int) { s.rates = newRates(perMinute) }

// CountRequest counts a request of somebody.
func (s *Server) CountRequest(who string) { s.rates.take(who, reading, s.now()) }

// Buckets is how many addresses, principals and classes are counted.
func (s *Server) Buckets() int { return s.rates.buckets.Len() }

// StoreStrip is the strip of store n of the newest trend, as HTML.
func (s *Server) StoreStrip(ctx context.Context, n int) (string, error) {
	ctx = access.With(ctx, access.Open())
	t, err := s.data.Trend(ctx)
	if err != nil {
		return "", err
	}
	past, err := s.stripDays(ctx, t, n)
	if err != nil {
		return "", err
	}
	strip := newStoreStrip(inEnglish, t, n, past, storePage{code: t.Stores[n].Code}.explaining)
	var page strings.Builder
	err = views.StripOfDays(strip).Render(ctx, &page)
	return page.String(), err
}

// SetLog gives the server another log.
func (s *Server) SetLog(log *slog.Logger) { s.log = log }

// A Client is what is known of the client of a request.
type Client struct {
	Address, Host, User string
	Secure, HasUser     bool
}

// Recognise finds out who sent a request.
func (s *Server) Recognise(r *http.Request) (who Client) {
	c := echo.New().NewContext(r, httptest.NewRecorder())
	_ = s.recognise(func(c echo.Context) error {
		who = Client{Address: clientAddress(c), Host: c.Request().Host, Secure: s.isSecure(c)}
		who.User, who.HasUser = proxyUser(c)
		return nil
	})(c)
	return who
}

// Disposition and SavedName name what is downloaded.
var (
	Disposition = disposition
	SavedName   = savedName
)

// KeptParams are the parameters with which pages are kept, in their order.
var KeptParams = keptParams

// Accounts are the people of the server.
func (s *Server) Accounts() *access.Accounts { return s.accounts }

// BeginSession signs somebody in, and returns the token of the session.
func (s *Server) BeginSession(ctx context.Context, person string, how access.How) (token string, err error) {
	in, err := s.accounts.SignIn(ctx, access.SignIn{PersonID: person, How: how, Address: "192.0.2.1", Agent: "Mozilla/5.0"})
	if err != nil {
		return "", err
	}
	if ctx, err = s.sessions.Load(ctx, ""); err != nil {
		return "", err
	}
	s.sessions.Put(ctx, access.SessionPerson, in.Person.ID)
	s.sessions.Put(ctx, access.SessionID, in.Session)
	token, _, err = s.sessions.Commit(ctx)
	return token, err
}

// ActionText is actionText in English.
func ActionText(action access.Action) string {
	return actionText(spoken{words.In(words.English)}, action)
}

// RecordForTest adds a record to the audit log, and waits until it is written.
func (s *Server) RecordForTest(ctx context.Context, r access.Record) {
	s.audit.Record(ctx, r)
	s.settleAudit(ctx)
}

// Audit is the audit log of the server.
func (s *Server) Audit() *access.Audit { return s.audit }

// Develop has the server serve what is for developers, and metrics. Make its handler afterwards.
func (s *Server) Develop() {
	s.settings.Dev = true
	s.settings.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("metrics\n")) })
}

// SignInAt has people sign in at a provider. Make the handler afterwards.
func (s *Server) SignInAt(provider OIDC) {
	s.settings.SignIn.OIDC, s.provider = provider, newIdentityProvider(provider, func() time.Time { return s.now() })
}

// HurryProvider bounds each call to the provider.
func (s *Server) HurryProvider(patience time.Duration) { s.provider.client.Timeout = patience }

// Permissions are the permissions of all routes, by method and path.
func (s *Server) Permissions() map[string]access.Permission {
	r := newRouter(echo.New(), newRouteLimits(s.limits))
	s.routes(r)
	list := map[string]access.Permission{}
	for key, rule := range r.rules {
		list[key.method+" "+key.path] = rule.needs
	}
	return list
}

// HoldTrial tries a rule in somebody's name until end is called.
func HoldTrial(ctx context.Context, s *Server, who string) (end func()) {
	end, err := s.trials.begin(ctx, who)
	if err != nil {
		panic(err)
	}
	return end
}

// These say and do what puts the prefix of a site before addresses.
var (
	LinksBelow        = linksBelow
	AddressAttributes = addressAttributes
	OwnSegments       = ownSegments
)

// JSONBelow rewrites JSON that comes in pieces.
func JSONBelow(prefix string, pieces ...string) string {
	var out strings.Builder
	links := jsonLinks{prefix: prefix}
	for _, piece := range pieces {
		_, _ = out.Write(links.rewrite([]byte(piece)))
	}
	return out.String()
}
