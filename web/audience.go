package web

import "github.com/labstack/echo/v4"

// An audience is the visitors who are shown the same pages. Every cache of this
// package names the audience in its keys, so that nothing made for one is shown
// to another.
type audience struct{ name string }

// everyone is the only audience of a site without accounts.
var everyone = audience{"everyone"}

// audienceOf decides which audience a request belongs to.
func audienceOf(echo.Context) audience { return everyone }
