package watch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"lightson/models"
	"lightson/models/logs"
	"lightson/web"
)

// traces are how requests, work and statements are followed. nil follows nothing, and costs
// nothing.
type traces struct {
	tracer   trace.Tracer
	provider *sdk.TracerProvider
	format   propagation.TraceContext
}

// ParseEndpoint checks the address of a receiver of traces (OTEL_EXPORTER_OTLP_ENDPOINT).
func ParseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("expected the address of a receiver by OTLP over HTTP, such as http://127.0.0.1:4318, found %q", models.HidePasswords(text, text))
	}
	return u, nil
}

// Trace sends traces to a receiver by OTLP over HTTP from now on, until stop is called. The
// other variables of OpenTelemetry count too, such as OTEL_EXPORTER_OTLP_HEADERS and
// OTEL_TRACES_SAMPLER.
func (w *Watch) Trace(ctx context.Context, endpoint *url.URL, version string) (stop func(context.Context) error, err error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint.JoinPath("v1/traces").String()))
	if err != nil {
		return nil, err
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "lightson"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	w.tellSeldom()
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	w.traces = &traces{tracer: provider.Tracer("lightson"), provider: provider}
	return provider.Shutdown, nil
}

// tellSeldom logs what OpenTelemetry has to say at most once a minute: a receiver that is
// away would fill the log.
func (w *Watch) tellSeldom() {
	var told atomic.Int64
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		now, last := time.Now().Unix(), told.Load()
		if now-last >= 60 && told.CompareAndSwap(last, now) {
			w.log.Warn("traces are not sent", "error", err)
		}
	}))
}

// quiet are the beginnings of paths that are asked for all the time and tell nothing.
var quiet = []string{"/healthz", "/readyz", "/metrics", "/static/"}

// request begins the span of a request. The trace that it belongs to is believed from a
// trusted proxy only: a stranger could have everything followed.
func (t *traces) request(ctx context.Context, r *http.Request, trusted bool) (context.Context, func(web.Answered, string)) {
	if t == nil {
		return ctx, nil
	}
	for _, path := range quiet {
		if strings.HasPrefix(r.URL.Path, path) {
			return ctx, nil
		}
	}
	if trusted {
		ctx = t.format.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	ctx, span := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("lightson.request", logs.Of(ctx, logs.Request))))
	return followed(ctx, span), func(a web.Answered, route string) {
		span.SetName(a.Method + " " + route)
		span.SetAttributes(
			attribute.String("http.request.method", a.Method), attribute.String("http.route", route),
			attribute.Int("http.response.status_code", a.Status), attribute.Int64("http.response.body.size", a.Bytes),
		)
		if a.Status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		end(ctx, span)
	}
}

// work begins the span of work, in the trace of whoever had it queued.
func (t *traces) work(ctx context.Context, kind, id, carried string) (context.Context, func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	if carried != "" {
		ctx = t.format.Extract(ctx, propagation.MapCarrier{traceparent: carried})
	}
	ctx, span := t.tracer.Start(ctx, strings.TrimSuffix(kind, "s"), trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("lightson.work", id)))
	return followed(ctx, span), func(err error) {
		fail(span, err)
		end(ctx, span)
	}
}

const traceparent = "traceparent" // by W3C Trace Context

// carry is the place in a trace, as it goes with work that is queued.
func (t *traces) carry(ctx context.Context) string {
	if t == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	t.format.Inject(ctx, carrier)
	return carrier[traceparent]
}

// mostStatements is how many statements of a request or of work have spans of their own. An
// import sends hundreds of thousands.
const mostStatements = 500

type statementsKey struct{}

// followed is the context of a span, whose statements are counted and whose lines of the log
// have the id of the trace.
func followed(ctx context.Context, span trace.Span) context.Context {
	if !span.IsRecording() {
		return ctx
	}
	ctx = logs.With(ctx, logs.Trace, span.SpanContext().TraceID().String())
	return context.WithValue(ctx, statementsKey{}, new(atomic.Int64))
}

func end(ctx context.Context, span trace.Span) {
	if count, is := ctx.Value(statementsKey{}).(*atomic.Int64); is {
		span.SetAttributes(attribute.Int64("lightson.statements", count.Load()))
	}
	span.End()
}

// statement begins the span of a statement of a request or of work. What the server asks its
// database by itself, all the time, has none.
func (t *traces) statement(ctx context.Context, text string) (context.Context, func(error)) {
	if t == nil {
		return ctx, nil
	}
	count, is := ctx.Value(statementsKey{}).(*atomic.Int64)
	if !is || count.Add(1) > mostStatements {
		return ctx, nil
	}
	shown := shownStatement(text)
	name, _, _ := strings.Cut(strings.TrimLeft(shown, "- "), " ")
	ctx, span := t.tracer.Start(ctx, "statement "+name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("db.query.text", shown)))
	return ctx, func(err error) {
		fail(span, err)
		span.End()
	}
}

// fail says that what a span is of failed. Errors may have values in them, so the span has
// their type only; the log has the rest.
func fail(span trace.Span, err error) {
	if err != nil {
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
		span.SetStatus(codes.Error, "")
	}
}
