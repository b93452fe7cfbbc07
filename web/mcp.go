package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// mcpPath is where language models read figures, by the Model Context Protocol.
const mcpPath = "/mcp"

// mcpInstructions are told to a model before it asks anything.
const mcpInstructions modelText = `Lights On knows how often stores were offline while they should have been open.
Figures are as of the newest poll of all stores (as_of), never of the clock. Say as of when they are.
Lengths are microseconds (…_us). up + down + no data = open. No data is neither up nor down: where
coverage is low, or availability is null, say that it is not known rather than that all was well.
down_least_us and down_most_us bound what the polls allow. Availability of several stores together
is the sum of up by the sum of up and down, never a mean of percentages.
Only what the key may see is there. Nothing can be changed here.`

// mcpHandler answers models: POST /mcp. Each tool is an operation of the API that only reads
// and that the document marks, and is asked for within the server with the headers of whoever
// called it. So it sees what their key sees, and is refused, counted and recorded like any
// other request. Nothing is kept between two requests.
func mcpHandler(site http.Handler, version string) echo.HandlerFunc {
	handler := mcp.NewStreamableHTTPHandler(func(r *http.Request) *mcp.Server {
		server := mcp.NewServer(&mcp.Implementation{Name: "lightson", Title: "Lights On", Version: version},
			&mcp.ServerOptions{Instructions: string(mcpInstructions), Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}})
		for _, t := range mcpTools() {
			server.AddTool(t.tool, t.handler(site, r))
		}
		return server
	}, &mcp.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true,
		DisableLocalhostProtection: true, // refuseOtherHosts knows which names are served
	})
	return func(c echo.Context) error {
		r := c.Request()
		r.Header.Set(echo.HeaderAccept, "application/json, text/event-stream") // which the protocol asks for, and few send by hand
		handler.ServeHTTP(c.Response(), r)
		return nil
	}
}

// isMCP reports whether a model asks, which cannot read a page.
func isMCP(r *http.Request) bool { return strings.TrimSuffix(r.URL.Path, "/") == mcpPath }

// mcpResult is the answer of an operation, as a tool gives it. Of a refusal it is the sentence,
// from which a model can learn what to ask for.
func mcpResult(status int, body []byte) *mcp.CallToolResult {
	if status == http.StatusOK {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(body)}}, StructuredContent: json.RawMessage(body)}
	}
	var p apiProblem
	text := http.StatusText(status)
	if json.Unmarshal(body, &p) == nil && p.Title != "" {
		text = p.Title + ". " + p.Detail
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}, IsError: true}
}
