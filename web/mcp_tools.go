package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// fewItems is how many items of a list a model is sent that does not say how many: it reads
// them all, and pays for each.
const fewItems = 20

// fewItemsText says so.
const fewItemsText modelText = "How many at once; %d without it."

// An mcpTool is an operation of the API for models.
type mcpTool struct {
	operation operation
	tool      *mcp.Tool
}

// mcpTools are the tools, by name.
var mcpTools = sync.OnceValue(func() (all []mcpTool) {
	for _, o := range apiOperations() {
		if o.tool && o.method == http.MethodGet {
			all = append(all, newMCPTool(o))
		}
	}
	slices.SortFunc(all, func(a, b mcpTool) int { return strings.Compare(a.tool.Name, b.tool.Name) })
	return all
})

func newMCPTool(o operation) mcpTool {
	properties, required := map[string]any{}, []string{}
	for _, p := range o.parameters {
		schema := map[string]any{}
		if own, is := p.schema.(map[string]any); is {
			schema = maps.Clone(own)
		}
		if p.description != "" {
			schema["description"] = strings.TrimSpace(p.description)
		}
		if p.name == "limit" {
			schema["description"] = fmt.Sprintf(string(fewItemsText), fewItems)
		}
		properties[p.name] = schema
		if p.required {
			required = append(required, p.name)
		}
	}
	closed := false
	return mcpTool{o, &mcp.Tool{
		Name: o.id, Title: o.summary, Description: strings.TrimSpace(o.summary + ".\n\n" + o.description),
		InputSchema: map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false},
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed},
	}}
}

// handler asks the site for the operation, as whoever sent the request of the model.
func (t mcpTool) handler(site http.Handler, by *http.Request) mcp.ToolHandler {
	return func(_ context.Context, call *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		target, err := t.operation.target(call.Params.Arguments)
		if err != nil {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: err.Error()}}, IsError: true}, nil
		}
		answer := innerAnswer{header: http.Header{}, status: http.StatusOK}
		site.ServeHTTP(&answer, asking(by, target))
		return mcpResult(answer.status, answer.body.Bytes()), nil
	}
}

// An innerAnswer keeps what the site answers to a request of its own.
type innerAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *innerAnswer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *innerAnswer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *innerAnswer) Write(piece []byte) (int, error) { return a.body.Write(piece) }

// asking is a request for JSON by whoever sent another.
func asking(by *http.Request, target *url.URL) *http.Request {
	r := by.Clone(by.Context())
	r.Method, r.URL, r.RequestURI, r.Body, r.ContentLength = http.MethodGet, target, target.RequestURI(), http.NoBody, 0
	for name := range r.Header {
		if strings.HasPrefix(name, "Content-") || strings.HasPrefix(name, "If-") || strings.HasPrefix(name, "Mcp-") || name == echo.HeaderAcceptEncoding {
			r.Header.Del(name)
		}
	}
	r.Header.Set(echo.HeaderAccept, echo.MIMEApplicationJSON)
	return r
}

// target is the address of an operation with the arguments of a tool. Those of the path must
// be there; what else they may be, the operation says itself.
func (o operation) target(arguments json.RawMessage) (*url.URL, error) {
	given := map[string]any{}
	if len(arguments) > 0 {
		d := json.NewDecoder(strings.NewReader(string(arguments)))
		d.UseNumber()
		if err := d.Decode(&given); err != nil {
			return nil, fmt.Errorf("the arguments: expected an object, found %.80s", arguments)
		}
	}
	path, query := o.path, url.Values{}
	for _, p := range o.parameters {
		value, has := given[p.name]
		delete(given, p.name)
		switch {
		case p.in == "path" && (!has || fmt.Sprint(value) == ""):
			return nil, fmt.Errorf("%s: expected a value, found nothing", p.name)
		case p.in == "path":
			path = strings.ReplaceAll(path, "{"+p.name+"}", url.PathEscape(fmt.Sprint(value)))
		case has && p.in == "query":
			query[p.name] = textsOf(value)
		case p.name == "limit":
			query.Set("limit", strconv.Itoa(fewItems))
		}
	}
	if unknown := slices.Sorted(maps.Keys(given)); len(unknown) > 0 {
		return nil, fmt.Errorf("%.80q is not an argument of %s", unknown[0], o.id)
	}
	return url.Parse(withQuery(path, query))
}

// textsOf are the texts of one value or of a list.
func textsOf(value any) (texts []string) {
	if list, is := value.([]any); is {
		for _, v := range list {
			texts = append(texts, fmt.Sprint(v))
		}
		return texts
	}
	if value == nil {
		return nil
	}
	return []string{fmt.Sprint(value)}
}
