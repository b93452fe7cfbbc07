package static

import (
	"bytes"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
)

// withConventions adds to the description what every operation of one kind has in common, as
// the server does it for each of them: the files of the things need not repeat it, and none
// can forget it.
func withConventions(document string) []byte {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(document), &root); err != nil {
		panic(err) // it is built in, and a test reads it
	}
	paths := fieldOf(root.Content[0], "paths")
	for n := 0; n < len(paths.Content); n += 2 {
		if !strings.HasPrefix(paths.Content[n].Value, "/api/v1/") {
			continue // the contract has ways of its own
		}
		if get := fieldOf(paths.Content[n+1], "get"); get != nil {
			if strings.HasPrefix(fieldOf(get, "operationId").Value, "list") {
				sendsList(get)
			}
			isTagged(get)
		}
		if post := fieldOf(paths.Content[n+1], "post"); post != nil {
			isIdempotent(post, fieldOf(root.Content[0], "components", "parameters"))
		}
	}
	var written bytes.Buffer
	out := yaml.NewEncoder(&written)
	out.SetIndent(2)
	if err := out.Encode(&root); err != nil {
		panic(err)
	}
	return written.Bytes()
}

// sendsList describes an operation that sends a list: in which forms, and with which headers.
func sendsList(operation *yaml.Node) {
	list := fieldOf(operation, "responses", "200")
	if fieldOf(list, "content", "application/json") == nil {
		return
	}
	content, headers := fieldOf(list, "content"), ensureField(list, "headers")
	addField(content, "application/x-ndjson", `schema: {$ref: "#/components/schemas/Lines"}`)
	addField(content, "text/csv", `schema: {$ref: "#/components/schemas/Table"}`)
	addField(headers, "Link", `$ref: "#/components/headers/NextLink"`)
	addField(headers, "X-Data-Version", `$ref: "#/components/headers/DataVersion"`)
	addField(headers, "X-Total-Count", `$ref: "#/components/headers/TotalCount"`)
}

// isIdempotent describes an operation that takes an Idempotency-Key. Some have a parameter of
// their own for it.
func isIdempotent(operation, shared *yaml.Node) {
	params := paramsOf(operation)
	for _, param := range params.Content {
		if ref := fieldOf(param, "$ref"); ref != nil {
			param = fieldOf(shared, path.Base(ref.Value))
		}
		if fieldOf(param, "name").Value == "Idempotency-Key" {
			return
		}
	}
	params.Content = append(params.Content, parsed(`$ref: "#/components/parameters/Once"`))
	answers := fieldOf(operation, "responses")
	addField(answers, "409", `$ref: "#/components/responses/OnceRunning"`)
	addField(answers, "422", `$ref: "#/components/responses/OnceForAnother"`)
}

// isTagged describes an operation whose answer has an entity tag: one that answers with JSON.
func isTagged(operation *yaml.Node) {
	answer := fieldOf(operation, "responses", "200")
	if fieldOf(answer, "content", "application/json") == nil {
		return
	}
	addField(ensureField(answer, "headers"), "ETag", `$ref: "#/components/headers/ETag"`)
	addField(fieldOf(operation, "responses"), "304", `$ref: "#/components/responses/NotModified"`)
	params := paramsOf(operation)
	params.Content = append(params.Content, parsed(`$ref: "#/components/parameters/IfNoneMatch"`))
}

// paramsOf are the parameters of an operation, to which others can be added.
func paramsOf(operation *yaml.Node) *yaml.Node {
	addField(operation, "parameters", "[]")
	params := fieldOf(operation, "parameters")
	params.Style = 0
	return params
}

// fieldOf is the field of a mapping that names lead to, or nil.
func fieldOf(n *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		var found *yaml.Node
		for at := 0; n != nil && at+1 < len(n.Content); at += 2 {
			if n.Content[at].Value == name {
				found = n.Content[at+1]
			}
		}
		n = found
	}
	return n
}

// ensureField is the field of a mapping, which is made where there is none.
func ensureField(n *yaml.Node, name string) *yaml.Node {
	if fieldOf(n, name) == nil {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &yaml.Node{Kind: yaml.MappingNode})
	}
	return fieldOf(n, name)
}

// addField adds a field to a mapping, unless it is there.
func addField(n *yaml.Node, name, value string) {
	if fieldOf(n, name) != nil {
		return
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Style: styleOf(name), Value: name}, parsed(value))
}

// styleOf quotes names that look like numbers, such as those of answers.
func styleOf(name string) yaml.Style {
	if strings.Trim(name, "0123456789") == "" {
		return yaml.DoubleQuotedStyle
	}
	return 0
}

// parsed is a piece of YAML.
func parsed(text string) *yaml.Node {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		panic(err)
	}
	return root.Content[0]
}
