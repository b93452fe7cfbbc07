package static

import (
	"path"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// QueryParams are the parameters behind the question mark that the operations of the API take,
// by method and path: those of "GET /api/v1/stores/{id}".
var QueryParams = sync.OnceValue(func() map[string][]string {
	var root yaml.Node
	if err := yaml.Unmarshal(OpenAPI(), &root); err != nil {
		panic(err) // it is built in
	}
	document, params := root.Content[0], map[string][]string{}
	shared := fieldOf(document, "components", "parameters")
	paths := fieldOf(document, "paths").Content
	for n := 0; n < len(paths); n += 2 {
		item := paths[n+1].Content
		for m := 0; m < len(item); m += 2 {
			if method := item[m].Value; fieldOf(item[m+1], "responses") != nil {
				params[strings.ToUpper(method)+" "+paths[n].Value] = append(
					queryParams(fieldOf(item[m+1], "parameters"), shared), queryParams(fieldOf(paths[n+1], "parameters"), shared)...)
			}
		}
	}
	return params
})

// queryParams are the names of parameters that stand behind the question mark.
func queryParams(list, shared *yaml.Node) (names []string) {
	if list == nil {
		return nil
	}
	for _, param := range list.Content {
		if ref := fieldOf(param, "$ref"); ref != nil {
			param = fieldOf(shared, path.Base(ref.Value))
		}
		if fieldOf(param, "in").Value == "query" {
			names = append(names, fieldOf(param, "name").Value)
		}
	}
	return names
}
