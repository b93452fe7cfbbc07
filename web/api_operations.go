package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"lightson/static"
)

// An operation is what the document of the API says of one.
type operation struct {
	method, path string

	id, tag, summary, description string
	parameters                    []operationParameter
	scopes                        []string // of which a key needs one; none where anybody may ask
	example                       string   // a body, as JSON
	tool                          bool     // see mcp.go
}

type operationParameter struct {
	name, in, description string
	required              bool
	schema                any // a JSON Schema without references
}

// readDocument reads the document, which is ours: one that cannot be read is a fault of the
// program.
var readDocument = sync.OnceValue(func() (document map[string]any) {
	if err := yaml.Unmarshal(static.OpenAPI(), &document); err != nil {
		panic("static/openapi: " + err.Error())
	}
	return document
})

// apiOperations are the operations of the document, by path and method.
var apiOperations = sync.OnceValue(func() (all []operation) {
	document := readDocument()
	reader := documentReader{document}
	for path, item := range childOf(document, "paths") {
		item, _ := item.(map[string]any)
		for method, described := range item {
			if fields, is := described.(map[string]any); is {
				all = append(all, reader.operation(strings.ToUpper(method), path, item, fields))
			}
		}
	}
	slices.SortFunc(all, func(a, b operation) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	return all
})

// A documentReader follows the references of a document.
type documentReader struct{ document map[string]any }

func (r documentReader) operation(method, path string, item, fields map[string]any) operation {
	tool, _ := fields["x-mcp-tool"].(bool)
	o := operation{
		method: method, path: path, id: fieldText(fields, "operationId"), summary: fieldText(fields, "summary"), description: fieldText(fields, "description"),
		scopes: textsOf(fields["x-scopes"]), example: r.example(fields), tool: tool,
	}
	if tags := textsOf(fields["tags"]); len(tags) > 0 {
		o.tag = tags[0]
	}
	for _, holder := range []map[string]any{item, fields} {
		list, _ := holder["parameters"].([]any)
		for _, p := range list {
			p, _ := r.resolved(p).(map[string]any)
			required, _ := p["required"].(bool)
			o.parameters = append(o.parameters, operationParameter{
				name: fieldText(p, "name"), in: fieldText(p, "in"), description: fieldText(p, "description"), required: required, schema: p["schema"],
			})
		}
	}
	return o
}

// example is the JSON body that the document shows for an operation.
func (r documentReader) example(fields map[string]any) string {
	body, _ := r.resolved(fields["requestBody"]).(map[string]any)
	shown := childOf(childOf(body, "content"), "application/json")["example"]
	if shown == nil {
		return ""
	}
	text, err := json.Marshal(shown)
	if err != nil {
		panic("static/openapi: an example is no JSON: " + err.Error())
	}
	return string(text)
}

// A documentTag is a kind of operations, as the document lists them.
type documentTag struct{ name, about string }

// apiTags are the kinds of operations, in the order of the document.
var apiTags = sync.OnceValue(func() (tags []documentTag) {
	list, _ := readDocument()["tags"].([]any)
	for _, tag := range list {
		if tag, is := tag.(map[string]any); is {
			tags = append(tags, documentTag{fieldText(tag, "name"), fieldText(tag, "description")})
		}
	}
	return tags
})

// resolved is a part of the document with what its references stand for. Nothing that is
// read this way refers to itself.
func (r documentReader) resolved(part any) any {
	switch part := part.(type) {
	case map[string]any:
		if path, is := part["$ref"].(string); is {
			return r.resolved(r.at(path))
		}
		whole := make(map[string]any, len(part))
		for key, value := range part {
			whole[key] = r.resolved(value)
		}
		return whole
	case []any:
		whole := make([]any, len(part))
		for n, value := range part {
			whole[n] = r.resolved(value)
		}
		return whole
	default:
		return part
	}
}

// at is what a reference such as #/components/parameters/Store leads to.
func (r documentReader) at(reference string) any {
	var part any = r.document
	for name := range strings.SplitSeq(strings.TrimPrefix(reference, "#/"), "/") {
		holder, _ := part.(map[string]any)
		part = holder[name]
	}
	return part
}

func childOf(parent map[string]any, name string) map[string]any {
	child, _ := parent[name].(map[string]any)
	return child
}

func fieldText(parent map[string]any, name string) string {
	text, _ := parent[name].(string)
	return text
}
