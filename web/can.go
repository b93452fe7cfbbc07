package web

import (
	"github.com/labstack/echo/v4"

	"lightson/views"
)

// canOf says which of the things that not everybody may do are shown to a visitor.
func canOf(echo.Context) views.Can {
	return views.Can{
		MakeReports: true, KeepSales: true,
		ReadQuality: true, ReadImports: true, Ingest: true,
	}
}
