package web

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/words"
)

// apiPrefix is where the API is.
const apiPrefix = "/api/v1/"

var documentParam = regexp.MustCompile(`{(\w+)}`)

// apiParams are the parameters that each route of the API takes, as its document says.
var apiParams = sync.OnceValue(func() map[routeKey][]string {
	params := map[routeKey][]string{}
	for _, o := range apiOperations() {
		names := []string{}
		for _, p := range o.parameters {
			if p.in == "query" {
				names = append(names, p.name)
			}
		}
		slices.Sort(names)
		params[routeKey{o.method, documentParam.ReplaceAllString(o.path, ":$1")}] = names
	}
	return params
})

// refuseUnknownParams refuses a request to the API with a parameter that its operation does
// not take: with a slip of the pen in a filter, a list would have all there is. The contract
// for scripts ignores what it does not know, as it always did.
func refuseUnknownParams(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !strings.HasPrefix(c.Path(), apiPrefix) || len(c.QueryParams()) == 0 {
			return next(c)
		}
		method := c.Request().Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		known, documented := apiParams()[routeKey{method, c.Path()}]
		for _, name := range slices.Sorted(maps.Keys(c.QueryParams())) {
			if documented && !slices.Contains(known, name) {
				return unknownParam(name, known)
			}
		}
		return next(c)
	}
}

// unknownParam is the problem of a parameter that is not among the known ones.
func unknownParam(name string, known []string) problem {
	expected := "no parameters"
	if len(known) > 0 {
		expected = "parameters among " + strings.Join(known, ", ")
	}
	return badInput(words.Said("The address: expected " + expected + ", found " + feed.Shown(name)))
}

// unknownFormField is the problem of a field of a form that is not among the known ones.
func unknownFormField(name string, known []string) problem {
	return badInput(words.Said("The form: expected fields among " + strings.Join(known, ", ") + ", found " + feed.Shown(name)))
}
