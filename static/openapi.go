package static

import (
	_ "embed"
	"net/http"
	"sync"
)

// OpenAPI describes every endpoint for scripts. It is served where programs look
// for it, and not under a hashed name.
//
//go:embed openapi.yaml
var OpenAPI []byte

var openAPI = sync.OnceValue(func() File { return newFile("openapi.yaml", "application/yaml", OpenAPI) })

// ServeOpenAPI sends the description, compressed to a client that takes gzip.
func ServeOpenAPI(w http.ResponseWriter, r *http.Request, takesGzip bool) {
	openAPI().serve(w, r, "no-cache", takesGzip)
}
