package static

import (
	"bytes"
	"cmp"
	"embed"
	"net/http"
	"path"
	"strings"
	"sync"
)

// The description of the API is written in one file for each thing: its paths, and below them
// the schemas of what it sends. document.yaml has what all share.
//
//go:embed openapi/*.yaml
var openAPIFiles embed.FS

// OpenAPI describes every endpoint for scripts, as one document. It is served where programs
// look for it, and not under a hashed name. What all operations of one kind have in common is
// added to what the files say.
var OpenAPI = sync.OnceValue(func() []byte {
	document, paths, schemas := readOpenAPI("document.yaml"), "", ""
	files, err := openAPIFiles.ReadDir("openapi")
	if err != nil {
		panic(err) // it is built in
	}
	for _, file := range files { // in the order of their names
		if file.Name() != "document.yaml" {
			ofPaths, ofSchemas, _ := strings.Cut(readOpenAPI(file.Name()), "\nschemas:\n")
			paths += strings.TrimPrefix(ofPaths, "paths:\n") + "\n"
			schemas += indented(ofSchemas)
		}
	}
	head, rest, _ := strings.Cut(document, "\npaths:\n")
	return withConventions(head + "\npaths:\n" + paths + rest + schemas)
})

func readOpenAPI(name string) string {
	content, err := openAPIFiles.ReadFile(path.Join("openapi", name))
	if err != nil {
		panic(err) // it is built in
	}
	return string(content)
}

// indented puts the schemas of a file one level deeper, below the components.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// OpenAPIBelow is the description of a site below a path, such as /lightson; below nothing, of one
// at the root of its host.
func OpenAPIBelow(prefix string) File {
	content := bytes.Replace(OpenAPI(), []byte("\nservers:\n  - url: /\n"), []byte("\nservers:\n  - url: "+cmp.Or(prefix, "/")+"\n"), 1)
	return newFile("openapi.yaml", "application/yaml", content)
}

// ServeDocument sends a description, compressed to a client that takes gzip.
func (f File) ServeDocument(w http.ResponseWriter, r *http.Request, takesGzip bool) {
	f.serve(w, r, "no-cache", takesGzip)
}
