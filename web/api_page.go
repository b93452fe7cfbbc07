package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/words"
	"lightson/views"
)

// showAPI serves GET /api: the document of the API as people read it, with lines to try.
func (s *Server) showAPI(c echo.Context) error {
	ctx := c.Request().Context()
	page, err := s.page(c, spokenOf(ctx).Say("API"), "")
	if err != nil {
		return err
	}
	signIn, err := s.signInIsOn(ctx)
	if err != nil {
		return err
	}
	site := s.absoluteURL(c, "")
	shown := views.API{DocumentURL: "/api/v1/openapi.yaml", MCPURL: site + mcpPath, Keys: signIn, Examples: apiExamples(site, signIn)}
	for _, tag := range apiTags() {
		kind := views.APIKind{Name: tag.name, About: tag.about}
		for _, o := range apiOperations() {
			if o.tag == tag.name {
				kind.Operations = append(kind.Operations, newAPIOperation(o, site, signIn))
			}
		}
		shown.Kinds = append(shown.Kinds, kind)
	}
	return render(c, http.StatusOK, views.APIPage(page, shown))
}

func newAPIOperation(o operation, site string, signIn bool) views.APIOperation {
	shown := views.APIOperation{ID: o.id, Method: o.method, Path: o.path, Summary: codePieces(o.summary), Scopes: o.scopesText(), Try: o.curl(site, signIn)}
	for paragraph := range strings.SplitSeq(o.description, "\n\n") {
		if text := strings.TrimSpace(paragraph); text != "" {
			shown.About = append(shown.About, codePieces(strings.ReplaceAll(text, "\n", " ")))
		}
	}
	for _, p := range o.parameters {
		in := p.in
		if p.required {
			in += ", required"
		}
		shown.Params = append(shown.Params, views.APIParam{Name: p.name, In: in, Values: p.values(), About: codePieces(strings.TrimSpace(strings.ReplaceAll(p.description, "\n", " ")))})
	}
	return shown
}

// scopesText says which keys may ask for the operation.
func (o operation) scopesText() string {
	if len(o.scopes) == 0 {
		return ""
	}
	return "Scopes of keys: " + strings.Join(o.scopes, ", ") + "."
}

// codePieces are the pieces of a text of the document, in which code is between backticks.
func codePieces(text string) (pieces []words.Piece) {
	for n, piece := range strings.Split(text, "`") {
		if piece != "" {
			pieces = append(pieces, words.Piece{Text: piece, Marked: n%2 == 1})
		}
	}
	return pieces
}

// values says what a parameter may be: its values, or its kind.
func (p operationParameter) values() string {
	schema, _ := p.schema.(map[string]any)
	if list := textsOf(schema["enum"]); len(list) > 0 {
		return strings.Join(list, ", ")
	}
	kind := strings.Join(textsOf(schema["type"]), ", ")
	if format := fieldText(schema, "format"); format != "" {
		kind += ", " + format
	}
	return kind
}

// curl is a line for a shell that asks for the operation.
func (o operation) curl(site string, signIn bool) string {
	var line strings.Builder
	line.WriteString("curl")
	if o.method != http.MethodGet {
		line.WriteString(" -X " + o.method)
	}
	if signIn && len(o.scopes) > 0 {
		line.WriteString(` -H "Authorization: Bearer $LIGHTSON_KEY"`)
	}
	if o.example != "" {
		line.WriteString(" -H 'Content-Type: application/json' -d " + shellQuoted(o.example))
	}
	path := o.path
	for _, p := range o.parameters {
		if p.in == "path" {
			path = strings.ReplaceAll(path, "{"+p.name+"}", strings.ToUpper(p.name))
		}
	}
	line.WriteString(" " + strconv.Quote(site+path))
	return line.String()
}

// shellQuoted puts a text between single quotes.
func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
