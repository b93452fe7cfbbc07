package web

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/unpack"
)

// Settings of the web side.
type Settings struct {
	UploadLimit int64 // bytes, all files of one upload together
	Version     string
	Currency    string // stands before amounts of money
	Dev         bool   // serve the gallery, the metrics and the profiles
	Keep        models.Keep
}

// reporter asks for reports, and ends what was asked for. The id is durable when
// it returns; where there is a report that will say the same, r becomes that
// one, and where too many wait, it gives a models.QueueFull.
type reporter interface {
	AskReport(ctx context.Context, r *models.Report) error
	// Cancel ends a report or an import that is not final. It reports whether it did.
	Cancel(ctx context.Context, kind models.WorkKind, id string) (bool, error)
}

// importer takes files in as one import. A file that is no feed gives a
// models.RefusedError, and then nothing stays behind.
type importer interface {
	// Take asks preview, once it has all files, whether the import is to wait
	// as a preview.
	Take(ctx context.Context, i *models.Import, files iter.Seq2[unpack.File, error], preview func() bool) error
	// DryRun tells what files would do, and leaves nothing behind.
	DryRun(ctx context.Context, i *models.Import, files iter.Seq2[unpack.File, error]) (*models.Preview, error)
	// PreviewAgain, Confirm and Discard give models.ErrNotPreview where an
	// import is none.
	PreviewAgain(ctx context.Context, id string) error
	Confirm(ctx context.Context, id string) error
	Discard(ctx context.Context, id string) error
}

// Server answers requests. It holds what handlers depend on, and no state of
// any request.
type Server struct {
	db       *models.DB
	figures  *figures.Figures
	reports  reporter
	imports  importer
	settings Settings
	log      *slog.Logger
	now      func() time.Time

	finished reportCache

	frames       frameCache
	livePages    pageCache
	figurePages  pageCache
	flights      flights
	storeOrders  storeOrders
	groupFigures groupCache
	quality      qualityCache

	pusher       *imports.Pusher
	pushes       *semaphore.Weighted
	pushPatience time.Duration

	leaving leaving
}

// New makes a server.
func New(db *models.DB, f *figures.Figures, r reporter, i importer, settings Settings, log *slog.Logger) *Server {
	return &Server{
		db: db, figures: f, reports: r, imports: i, settings: settings, log: log, now: time.Now,
		pusher: imports.NewPusher(db), pushes: semaphore.NewWeighted(pushesAtOnce), pushPatience: pushPatience,
	}
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	// Where GET is answered, HEAD is: net/http leaves the body out.
	e.OnAddRouteHandler = func(_ string, route echo.Route, handler echo.HandlerFunc, middleware []echo.MiddlewareFunc) {
		if route.Method == http.MethodGet {
			e.HEAD(route.Path, handler, middleware...)
		}
	}
	s.protect(e)
	s.routes(e)
	return e
}

// bodyLimit is enough for any form or JSON body of ours; uploads have a limit
// of their own.
const bodyLimit = 64 << 10

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
