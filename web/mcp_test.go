package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"lightson/models/access"
	"lightson/models/reach"
)

// A withHeaders sends every request with headers of its own.
type withHeaders func(*http.Request)

// RoundTrip implements http.RoundTripper.
func (change withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	change(r)
	return http.DefaultTransport.RoundTrip(r)
}

// model connects to the site as a program with a language model does.
func (s *site) model(as func(*http.Request)) *mcp.ClientSession {
	s.t.Helper()
	server := httptest.NewServer(s.handler)
	s.t.Cleanup(server.Close)
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(s.t.Context(), &mcp.StreamableClientTransport{
		Endpoint: server.URL + "/mcp", HTTPClient: &http.Client{Transport: withHeaders(as)}, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = session.Close() })
	return session
}

func callTool(t *testing.T, session *mcp.ClientSession, name string, arguments map[string]any) *mcp.CallToolResult {
	t.Helper()
	result, err := session.CallTool(context.WithoutCancel(t.Context()), &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return result
}

func said(result *mcp.CallToolResult) string { return result.Content[0].(*mcp.TextContent).Text }

// toolText is what a tool answered within the answer to a request, JSON in JSON; the answer
// itself where it is none of a tool.
func toolText(body string) string {
	var answered struct {
		Result struct{ Content []struct{ Text string } }
	}
	if json.Unmarshal([]byte(body), &answered) != nil || len(answered.Result.Content) != 1 {
		return body
	}
	return answered.Result.Content[0].Text
}

func nobodyElse(*http.Request) {}

func TestAModelReadsTheSameFiguresAsAScript(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		session := s.model(nobodyElse)
		store := s.snapshot().Stores[3].Code
		for _, tool := range []struct {
			name, target string
			arguments    map[string]any
		}{
			{"listStores", "/api/v1/stores?limit=20", nil},
			{"listStores", "/api/v1/stores?limit=3&state=closed", map[string]any{"limit": 3, "state": "closed"}},
			{"showStore", "/api/v1/stores/" + store, map[string]any{"id": store}},
			{"showTimeline", "/api/v1/stores/" + store + "/timeline", map[string]any{"id": store}},
			{"listOutages", "/api/v1/outages?limit=20", nil},
			{"listGroups", "/api/v1/groups", nil},
			{"showQuality", "/api/v1/quality", nil},
			{"showOverview", "/api/v1/overview", nil},
			{"explainDay", "/api/v1/stores/" + store + "/days/2023-01-24", map[string]any{"id": store, "date": "2023-01-24"}},
		} {
			result := callTool(t, session, tool.name, tool.arguments)
			want := s.call(http.MethodGet, tool.target)
			if result.IsError || said(result) != want.body {
				t.Errorf("%s %v says %.200s, want %.200s", tool.name, tool.arguments, said(result), want.body)
			}
			if structured, err := json.Marshal(result.StructuredContent); err != nil || !sameJSON(string(structured), want.body) {
				t.Errorf("%s is told as %.200s, %v", tool.name, structured, err)
			}
		}
	})
}

func sameJSON(a, b string) bool {
	var ofA, ofB any
	if json.Unmarshal([]byte(a), &ofA) != nil || json.Unmarshal([]byte(b), &ofB) != nil {
		return false
	}
	one, errOne := json.Marshal(ofA)
	two, errTwo := json.Marshal(ofB)
	return errOne == nil && errTwo == nil && string(one) == string(two)
}

func TestEveryToolOfAModelOnlyReads(t *testing.T) {
	s := onSQLite(t)
	list, err := s.model(nobodyElse).ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		if !tool.Annotations.ReadOnlyHint || tool.Description == "" || tool.InputSchema == nil {
			t.Errorf("%s: %+v", tool.Name, tool)
		}
	}
	for path, item := range loadDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Extensions["x-mcp-tool"] != true {
				continue
			}
			if method != http.MethodGet || !slices.Contains(names, operation.OperationID) || operation.Responses.Status(http.StatusOK).Value.Content.Get("application/json") == nil {
				t.Errorf("%s %s is no tool that only reads JSON", method, path)
			}
		}
	}
	if len(names) < 17 || !slices.IsSorted(names) {
		t.Errorf("the tools are %v", names)
	}
}

func TestAModelIsToldWhatItAskedWrongly(t *testing.T) {
	s := onSQLite(t).withDemo()
	session := s.model(nobodyElse)
	for _, wrong := range []struct {
		name      string
		arguments map[string]any
		want      string
	}{
		{"showStore", nil, "id: expected a value, found nothing"},
		{"showStore", map[string]any{"id": "none/such"}, "There is no such store."},
		{"listStores", map[string]any{"state": "asleep"}, "state: expected"},
		{"listStores", map[string]any{"colour": "red"}, `"colour" is not an argument of listStores`},
		{"listStores", map[string]any{"limit": 0}, "limit: expected 1 to 1000, found 0"},
	} {
		if result := callTool(t, session, wrong.name, wrong.arguments); !result.IsError || !strings.Contains(said(result), wrong.want) {
			t.Errorf("%s %v: %s, want %s", wrong.name, wrong.arguments, said(result), wrong.want)
		}
	}
	if _, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "addCorrection"}); err == nil {
		t.Error("a tool that changes something can be called")
	}
}

func TestAModelSeesWhatItsKeySees(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		s.person(access.Operator, reach.All())
		group := groupsOf(s.snapshot())[0]
		within := reach.Of([]string{group}, nil)
		owner := s.signedIn(s.addPerson(access.NewPerson{Email: "owner@example.com", Name: "Owner", Role: access.Owner, Reach: within}))
		key := withKey(s.key(owner, access.ReadScope, within))
		session := s.model(key)
		result, want := callTool(t, session, "listStores", map[string]any{"limit": 1000}), s.call(http.MethodGet, "/api/v1/stores?limit=1000", key)
		if said(result) != want.body {
			t.Errorf("it is sent %.200s, want %.200s", said(result), want.body)
		}
		for n, stored := range s.snapshot().Stores {
			result := callTool(t, session, "showStore", map[string]any{"id": stored.Code})
			if result.IsError != (stored.Group != group) {
				t.Errorf("store %d of %s: %.200s", n, stored.Group, said(result))
			}
			if n > 40 {
				break
			}
		}
	})
}

func TestAModelWithoutAKeyIsRefused(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.owner()
	a := s.ask(http.MethodPost, "/mcp", body("application/json", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
	if a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" || strings.Contains(a.body, "listStores") {
		t.Errorf("status %d, %v: %.200s", a.StatusCode, a.Header, a.body)
	}
}
