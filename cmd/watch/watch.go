package watch

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"lightson/models"
	"lightson/web"
)

// Options say what is watched how.
type Options struct {
	Version   string
	SlowQuery time.Duration // statements that take longer are logged; 0: none
	Log       *slog.Logger
}

// A Watch knows what a server did. It is a statements.Watch, a web.Watch and a jobs.Watch.
type Watch struct {
	log      *slog.Logger
	slow     time.Duration
	registry *prometheus.Registry
	traces   *traces // nil where no traces are made

	inFlight   prometheus.Gauge
	requests   *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	pushes     prometheus.Counter
	imports    *prometheus.CounterVec
	rows       *prometheus.CounterVec
	took       map[models.WorkKind]prometheus.Histogram
	reports    *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	statements prometheus.Histogram
	faults     *prometheus.CounterVec
	slowOnes   prometheus.Counter

	mu      sync.RWMutex
	counted map[answers]requestCounters
}

// New is a Watch that has seen nothing yet.
func New(o Options) *Watch {
	w := &Watch{log: o.Log, slow: o.SlowQuery, registry: prometheus.NewRegistry(), counted: map[answers]requestCounters{}}
	w.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	w.watchRequests()
	w.watchWork()
	w.watchStatements()
	build := w.gauges("lightson_build_info", "Always 1: the labels say which program runs.", "version")
	build.WithLabelValues(o.Version).Set(1)
	return w
}

func (w *Watch) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	w.registry.MustRegister(c)
	return c
}

func (w *Watch) counters(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	w.registry.MustRegister(c)
	return c
}

func (w *Watch) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	w.registry.MustRegister(g)
	return g
}

func (w *Watch) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	w.registry.MustRegister(h)
	return h
}

var (
	answerBuckets    = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
	statementBuckets = []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 30}
	workBuckets      = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200}
)

// none is the route of what has none.
const none = "none"

func (w *Watch) watchRequests() {
	w.inFlight = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lightson_http_requests_in_flight", Help: "Requests that are being answered.",
	})
	w.registry.MustRegister(w.inFlight)
	w.requests = w.counters("lightson_http_requests_total", "Requests that were answered, by pattern of the route, method and class of the status.", "route", "method", "status")
	w.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "lightson_http_request_duration_seconds", Help: "How long requests took, until their answer was sent.", Buckets: answerBuckets,
	}, []string{"route", "method"})
	w.registry.MustRegister(w.durations)
	w.pushes = w.counter("lightson_pushes_total", "Requests that brought polls.")
}

// Request implements web.Watch.
func (w *Watch) Request(ctx context.Context, r *http.Request, trusted bool) (context.Context, func(web.Answered)) {
	w.inFlight.Inc()
	ctx, traced := w.traces.request(ctx, r, trusted)
	return ctx, func(a web.Answered) {
		w.inFlight.Dec()
		route := a.Route
		if route == "" {
			route = none
		}
		c := w.countersOf(answers{route, a.Method, a.Class()})
		c.requests.Inc()
		c.took.Observe(a.Took.Seconds())
		if traced != nil {
			traced(a, route)
		}
	}
}

// answers are requests that count together.
type answers struct{ route, method, class string }

type requestCounters struct {
	requests prometheus.Counter
	took     prometheus.Observer
}

// countersOf are the counters of some requests. Finding them by their labels takes as long as
// all the rest of counting, so they are kept: there are as many as routes, methods and classes.
func (w *Watch) countersOf(a answers) requestCounters {
	w.mu.RLock()
	c, known := w.counted[a]
	w.mu.RUnlock()
	if known {
		return c
	}
	c = requestCounters{w.requests.WithLabelValues(a.route, a.method, a.class), w.durations.WithLabelValues(a.route, a.method)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counted[a] = c
	return c
}

// Pushed implements web.Watch.
func (w *Watch) Pushed(c models.Counts) {
	w.pushes.Inc()
	w.countRows(models.FromPush, c)
}
