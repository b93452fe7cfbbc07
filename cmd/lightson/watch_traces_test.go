package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"lightson/models/modelstest"
)

// A traceReceiver takes traces by OTLP over HTTP, as those of every vendor do.
type traceReceiver struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracepb.Span
}

func newTraceReceiver(t *testing.T) *traceReceiver {
	t.Helper()
	r := &traceReceiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		body, err := io.ReadAll(asked.Body)
		var sent collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &sent)
		}
		if err != nil || asked.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", asked.URL.Path, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				r.spans = append(r.spans, scope.GetSpans()...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(r.Close)
	return r
}

// named are the spans with a name.
func (r *traceReceiver) named(name string) (found []*tracepb.Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, span := range r.spans {
		if span.GetName() == name {
			found = append(found, span)
		}
	}
	return found
}

// within are the spans of a trace whose name begins so, below one of its spans.
func (r *traceReceiver) within(parent *tracepb.Span, beginning string) (found []*tracepb.Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, span := range r.spans {
		if strings.HasPrefix(span.GetName(), beginning) && slices.Equal(span.GetTraceId(), parent.GetTraceId()) && slices.Equal(span.GetParentSpanId(), parent.GetSpanId()) {
			found = append(found, span)
		}
	}
	return found
}

// A report and an import are each one trace: from the request that asks for it, through the
// queue, to the statements of the work.
func TestAReportAndAnImportAreOneTraceEach(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		r := newTraceReceiver(t)
		f := newFeeds(t, 3)
		s := serve(t, url, dir, "--otlp-endpoint="+r.URL, "--demo")
		const secret = "s3cr3t-value"
		s.get("/stores?q=" + secret)
		s.get("/shared/" + secret)
		s.csv(s.trigger(""))
		id := s.upload(f.polls)
		until(t, "the import is complete", func() bool { return s.theImport(id).State == "complete" })
		s.terminate() // sends what is left
		for route, work := range map[string]string{"POST /trigger_report": "report", "POST /api/v1/imports": "import"} {
			asked, done := r.named(route), r.named(work)
			if len(asked) != 1 || len(done) != 1 {
				t.Errorf("%s: %d requests, %d works", route, len(asked), len(done))
				continue
			}
			if !slices.Equal(asked[0].GetTraceId(), done[0].GetTraceId()) {
				t.Errorf("%s is of another trace than the %s", route, work)
			}
			if statements := r.within(done[0], "statement "); len(statements) < 3 {
				t.Errorf("the %s has %d statements", work, len(statements))
			}
			trace := hex.EncodeToString(asked[0].GetTraceId())
			if !regexp.MustCompile(`msg="` + work + ` ended" .* trace=` + trace).MatchString(s.log.String()) {
				t.Errorf("no line of the log has the trace of the %s", work)
			}
		}
		if len(r.named("GET /stores")) != 1 || len(r.named("GET /shared/:token")) != 1 {
			t.Error("requests are missing among the traces")
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, span := range r.spans {
			if strings.Contains(span.String(), secret) {
				t.Errorf("a secret is in a trace: %s", span)
			}
			if span.GetParentSpanId() == nil && strings.HasPrefix(span.GetName(), "statement ") {
				t.Errorf("a statement is a trace of its own: %s", span)
			}
		}
	})
}
