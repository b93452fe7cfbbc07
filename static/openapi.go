package static

import _ "embed"

// OpenAPI describes every endpoint for scripts. It is served where programs look
// for it, and not under a hashed name.
//
//go:embed openapi.yaml
var OpenAPI []byte
