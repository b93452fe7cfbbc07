package web_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/static"
)

// document is what the server says of its API, with its answers closed: a client passes over
// fields that it does not know, but the server may send none that the document lacks.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(static.OpenAPI())
	if err != nil {
		return nil, err
	}
	closed := false
	eachAnswer(doc, func(_ string, s *openapi3.Schema) {
		if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
			s.AdditionalProperties.Has = &closed
		}
	})
	return doc, nil
})

// eachAnswer calls visit with every schema of the answers of a document, each once.
func eachAnswer(doc *openapi3.T, visit func(operation string, s *openapi3.Schema)) {
	seen := map[*openapi3.Schema]bool{}
	var walk func(operation string, ref *openapi3.SchemaRef)
	walk = func(operation string, ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		s := ref.Value
		seen[s] = true
		visit(operation, s)
		for _, below := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf, openapi3.SchemaRefs{s.Items, s.AdditionalProperties.Schema}, slices.Collect(maps.Values(s.Properties))) {
			walk(operation, below)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				for _, content := range response.Value.Content {
					walk(method+" "+path+" "+status, content.Schema)
				}
			}
		}
	}
}

func TestAnswersAreOpenToNewFieldsAndRequestsAreNot(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(static.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	eachAnswer(doc, func(operation string, s *openapi3.Schema) {
		answers++
		if s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has {
			t.Errorf("%s: an answer is closed to new fields: %v", operation, slices.Sorted(maps.Keys(s.Properties)))
		}
	})
	bodies := 0
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			for kind, content := range operation.RequestBody.Value.Content {
				if s := content.Schema.Value; len(s.Properties) > 0 {
					bodies++
					if s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has {
						t.Errorf("%s %s: a body of %s may have any field", method, path, kind)
					}
				}
			}
		}
	}
	if answers < 60 || bodies < 5 {
		t.Errorf("only %d schemas of answers and %d bodies were found", answers, bodies)
	}
}

func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal("openapi.yaml:", err)
	}
	return doc
}

// call asks as a script does, and holds the answer to the document, and the
// request as well unless it was refused.
func (s *site) call(method, target string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	var sent *http.Request
	var content []byte
	a := s.ask(method, target, append(append([]func(*http.Request){asScript}, changes...), func(r *http.Request) {
		content, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(content))
		sent = r.Clone(context.Background())
		sent.Body = io.NopCloser(bytes.NewReader(content))
	})...)
	route, params := findRoute(loadDocument(s.t), sent)
	if route == nil {
		s.t.Fatalf("%s %s is not in the document", method, target)
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	asked := &openapi3filter.RequestValidationInput{Request: sent, PathParams: params, Route: route, Options: options}
	if a.StatusCode < 400 && route.Path != "/trigger_report" { // which overlooks what it does not know
		if err := openapi3filter.ValidateRequest(context.Background(), asked); err != nil {
			s.t.Errorf("%s %s was answered, but is no request of the document: %v", method, target, err)
		}
	}
	answered := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: asked, Status: a.StatusCode, Header: a.Header, Options: options,
	}
	if err := openapi3filter.ValidateResponse(context.Background(), answered.SetBodyBytes([]byte(a.body))); err != nil {
		s.t.Errorf("%s %s: the answer (%d) is not what the document says: %v\n%.2000s", method, target, a.StatusCode, err, a.body)
	}
	return a
}

// findRoute finds the operation of a request: of several paths that match, the one with the
// fewest parameters. The library's own routers match unescaped paths, in which an escaped slash
// divides.
func findRoute(doc *openapi3.T, r *http.Request) (found *routers.Route, of map[string]string) {
	for path, item := range doc.Paths.Map() {
		operation := item.GetOperation(r.Method)
		params, matches := matchPath(path, r.URL.EscapedPath())
		if operation != nil && matches && (found == nil || len(params) < len(of)) {
			found, of = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: r.Method, Operation: operation}, params
		}
	}
	return found, of
}

func matchPath(path, escaped string) (params map[string]string, matches bool) {
	names, segments := strings.Split(path, "/"), strings.Split(escaped, "/")
	if len(names) != len(segments) {
		return nil, false
	}
	params = map[string]string{}
	for n, name := range names {
		if !strings.HasPrefix(name, "{") {
			if name != segments[n] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[n])
		if err != nil {
			return nil, false
		}
		params[strings.Trim(name, "{}")] = value
	}
	return params, true
}

func TestTheDocumentIsServedAndValid(t *testing.T) {
	if err := loadDocument(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
	a := onSQLite(t).call(http.MethodGet, "/api/v1/openapi.yaml")
	if a.StatusCode != http.StatusOK || a.body != string(static.OpenAPI()) || a.Header.Get("Content-Type") != "application/yaml" {
		t.Errorf("status %d, %s, %d bytes", a.StatusCode, a.Header.Get("Content-Type"), len(a.body))
	}
}

var echoParam = regexp.MustCompile(`:(\w+)`)

// notForScripts answers 405 with a page for whoever opened the address by hand.
const notForScripts = "GET /trigger_report"

func TestTheDocumentHasEveryRouteForScriptsAndNoOther(t *testing.T) {
	var served, documented []string
	routes := onSQLite(t).handler.(*echo.Echo).Routes()
	for _, route := range routes {
		for _, prefix := range []string{"/api/", "/trigger_report", "/get_report", "/reports/latest."} {
			if strings.HasPrefix(route.Path, prefix) && route.Method != http.MethodHead && route.Method+" "+route.Path != notForScripts {
				served = append(served, route.Method+" "+echoParam.ReplaceAllString(route.Path, "{$1}"))
			}
		}
	}
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(documented)
	if diff := cmp.Diff(documented, served); diff != "" {
		t.Errorf("routes (-document +server):\n%s", diff)
	}
	if len(served) < 18 {
		t.Errorf("only %d routes were found", len(served))
	}
}

// What the document says of keys must be what the server does with them.
func TestTheDocumentNamesTheScopesOfEveryOperation(t *testing.T) {
	permissions := onSQLite(t).server.Permissions()
	checked := 0
	for path, item := range loadDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			route := method + " " + documentParam.ReplaceAllString(path, ":$1")
			needed, known := permissions[route]
			if !known {
				t.Errorf("%s has no permission", route)
				continue
			}
			checked++
			var want []any
			for _, scope := range access.Scopes {
				p := access.Principal{Kind: access.IsKey, Role: access.Operator, Scope: scope, Reach: reach.All()}
				if p.May(needed) && needed != access.Anybody {
					want = append(want, string(scope))
				}
			}
			got, _ := operation.Extensions["x-scopes"].([]any)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: scopes (-server +document):\n%s", route, diff)
			}
			secured := operation.Security != nil && len(*operation.Security) == 1 && (*operation.Security)[0]["key"] != nil
			if operation.Security == nil || secured != (needed != access.Anybody) {
				t.Errorf("%s: security is %v", route, operation.Security)
			}
			for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests} {
				if secured && operation.Responses.Status(status) == nil {
					t.Errorf("%s: no answer with %d", route, status)
				}
			}
		}
	}
	if checked < 25 {
		t.Errorf("only %d operations were checked", checked)
	}
}

var documentParam = regexp.MustCompile(`{(\w+)}`)
