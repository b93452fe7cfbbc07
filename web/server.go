package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/idempotency"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/words"
)

// Settings are the settings of the web side.
type Settings struct {
	UploadLimit int64 // bytes, all files of one upload together
	Version     string
	Currency    string // stands before amounts of money
	Dev         bool   // serve the gallery and the profiles
	Keep        models.Keep
	ReportsDir  bool     // files of scheduled reports can be put into a folder
	Hosts       Hosts    // that requests may ask for; the zero value serves any
	URL         *url.URL // the public address, or nil; its path is the prefix of the site, without a slash at its end
	Proxies     Proxies  // whose headers are believed
	Origins     Origins  // whose pages may use the API
	// SignInAlways has people sign in even where there is no account to sign in to. Without
	// it, everybody may do everything until there is one.
	SignInAlways bool
	RateLimit    int // requests in a minute from one address; 0: any number
	SignIn       SignIn
	Watch        Watch        // is told what the server does; nil: nobody
	Metrics      http.Handler // shows it; nil: nowhere
	AccessLog    AccessLog    // empty: of no request
	Unwatched    bool         // requests have no ids, and are not watched: to measure what that costs
}

// A reporter has reports made in the background.
type reporter interface {
	// AskReport records r durably. Where a report that will say the same exists
	// already, r becomes that one. Where too many wait, it returns a
	// models.QueueFull.
	AskReport(ctx context.Context, r *models.Report) error
}

// A canceller ends reports and imports that nobody wants any more.
type canceller interface {
	// Cancel ends work that is not final, and reports whether it did.
	Cancel(ctx context.Context, kind models.WorkKind, id string) (bool, error)
}

// An importer takes files in. For a file that is no feed it returns a
// unpack.RefusedError and leaves nothing behind.
type importer interface {
	// Take records files as one import that is to be done. Once it has them all,
	// it asks preview whether the import is to wait as a preview.
	Take(ctx context.Context, i *models.Import, files iter.Seq2[unpack.File, error], preview func() bool) error
	// DryRun returns what files would do, and leaves nothing behind.
	DryRun(ctx context.Context, i *models.Import, files iter.Seq2[unpack.File, error]) (*models.Preview, error)
	// PreviewAgain, ChooseMatch, ChooseHoursFrom, Confirm and Discard decide about a preview. They return
	// models.ErrNotPreview for any other import.
	PreviewAgain(ctx context.Context, id string) error
	ChooseMatch(ctx context.Context, id string, match bool) error
	ChooseHoursFrom(ctx context.Context, id, from string) error
	Confirm(ctx context.Context, id string) error
	Discard(ctx context.Context, id string) error
	// Ready gives an error where there is no room on the disk even for small changes.
	Ready() error
}

// Server answers requests. It holds what handlers depend on and what is kept for
// all of them, and no state of any one request.
type Server struct {
	data     *access.Data
	accounts *access.Accounts
	audit    *access.Audit
	keys     *idempotency.Keys
	sessions *scs.SessionManager
	provider *identityProvider // where people sign in, if the settings name one
	refresh  func()            // has figures of newer data computed
	reports  reporter
	imports  importer
	work     canceller
	teller   teller
	settings Settings
	log      *slog.Logger
	now      func() time.Time

	accountsKnown cache[models.ChangeMark, struct{}, bool] // whether there are any
	identities    cache[identityEpoch, [sha256.Size]byte, access.Principal]
	frames        cache[liveEpoch, struct{}, frame]
	livePages     cache[liveEpoch, pageKey, *packed]
	figurePages   cache[figuresEpoch, pageKey, *packed]
	storeOrders   cache[*figures.Snapshot, sortOrder, []int]
	feedEntries   cache[*figures.Snapshot, words.Language, []feedOutage]
	latest        cache[latestEpoch, latestFile, []byte]
	storeNames    cache[storesEpoch, struct{}, storeNames]
	storeDays     cache[*figures.Snapshot, struct{}, pickerDays]
	quality       cache[*figures.Snapshot, struct{}, *figures.Quality]
	editions      cache[*figures.Snapshot, struct{}, string]
	offline       cache[*figures.Snapshot, struct{}, int]
	groups        cache[*figures.Trend, string, *groupFigures]
	sums          cache[*figures.Trend, struct{}, []groupSum]
	months        cache[*figures.Snapshot, int64, *storeMonths]
	corrected     cache[enteredEpoch, struct{}, []entered.Correction]
	paused        cache[enteredEpoch, struct{}, []alerts.Pause]
	finished      reportCache

	turns        turns
	limits       limits // of routes that declare no others
	pusher       *imports.Pusher
	pushes       *semaphore.Weighted
	pushPatience time.Duration
	arriving     *semaphore.Weighted // uploads

	stripPatience time.Duration

	trials *trials // of alert rules

	readToday *readToday

	rates  *rates
	quotas *quotas // of uploads and pushes, by account
	doubts doubts

	drain drain
}

// New makes a server. What takes long is left to the reporter, the importer, the
// canceller and the teller.
func New(db *models.DB, f *figures.Figures, r reporter, i importer, work canceller, t teller, settings Settings, log *slog.Logger) *Server {
	s := &Server{
		data: access.NewData(db, f), refresh: f.Refresh, audit: access.NewAudit(db, log), reports: r, imports: i, work: work, teller: t, settings: settings, log: log, now: time.Now,
		livePages: newPageCache[liveEpoch](), figurePages: newPageCache[figuresEpoch](), finished: newReportCache(),
		storeOrders: newStoreOrders(), feedEntries: newFeedCache(), latest: newLatestCache(), readToday: newReadToday(), storeNames: newStoreNameCache(), storeDays: newOneValueCache[pickerDays](), quality: newQualityCache(), editions: newOneValueCache[string](), offline: newOneValueCache[int](), groups: newGroupCache(), sums: newSumCache(), months: newMonthCache(),
		corrected: newEnteredCache[entered.Correction](), paused: newEnteredCache[alerts.Pause](),
		turns: newTurns(), limits: usualLimits, pusher: imports.NewPusher(db), pushes: semaphore.NewWeighted(pushesAtOnce), pushPatience: pushPatience,
		arriving: semaphore.NewWeighted(uploadsAtOnce), stripPatience: stripPatience, trials: newTrials(), rates: newRates(settings.RateLimit), quotas: newQuotas(),
	}
	f.OnNewer(s.forgetFigures)
	if s.settings.Watch == nil {
		s.settings.Watch = unwatched{}
	}
	in := settings.SignIn
	s.accounts = access.NewAccounts(db, access.Options{
		Now: func() time.Time { return s.now() }, SessionIdle: in.SessionIdle, SessionLifetime: in.SessionLifetime, Log: log,
	})
	s.keys = idempotency.New(db, func() time.Time { return s.now() })
	s.provider = newIdentityProvider(in.OIDC, func() time.Time { return s.now() })
	s.sessions = newSessions(s.accounts, cmp.Or(in.SessionLifetime, access.DefaultSessionLifetime))
	return s
}

// Close writes what is still to be written of the audit log and of when sessions and keys
// were last used. The database must outlive it.
func (s *Server) Close(ctx context.Context) error {
	return errors.Join(s.audit.Close(ctx), s.accounts.Close(ctx))
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	r := newRouter(e, newRouteLimits(s.limits))
	s.protect(e, r)
	s.routes(r)
	r.check()
	go apiParams() // reading the document takes a tenth of a second, which no script is to wait for
	return e
}

// HTTPServer is a server for a handler, with time limits that keep a slow or
// silent client from holding a connection for ever.
func HTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second, // uploads extend it while bytes arrive
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
