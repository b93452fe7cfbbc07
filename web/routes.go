package web

import (
	"github.com/labstack/echo/v4"

	"lightson/static"
)

// routes is the table of contents of the site.
func (s *Server) routes(e *echo.Echo) {
	// Pages.
	e.GET("/", s.showOverview)
	e.GET("/stores", s.listStores)
	e.GET("/stores/:id", s.showStore)
	e.GET("/reports", s.listReports)
	e.POST("/reports", s.generateReport)
	e.GET("/reports/:id", s.showReport)
	e.GET("/reports/:id/row", s.showReportRow)
	e.GET("/reports/:id/report.csv", s.downloadReport)
	e.GET("/reports/:id/details.csv", s.downloadDetails)
	e.POST("/reports/:id/cancel", s.cancelReport)
	e.POST("/reports/:id/retry", s.retryReport)
	e.GET("/imports", s.listImports)
	e.POST("/imports", s.uploadFiles)
	e.GET("/imports/:id", s.showImport)
	e.GET("/imports/:id/row", s.showImportRow)
	e.GET("/imports/:id/files/:number/rejects.csv", s.downloadRejects)
	e.GET("/samples/:name", s.downloadSample)

	// The contract for scripts.
	e.POST("/trigger_report", s.triggerReport)
	e.GET("/trigger_report", s.explainTrigger)
	e.GET("/get_report", s.getReport)
	e.GET("/get_report/:id", s.getReport)

	// Machines that look after us, and files.
	e.GET("/healthz", s.health)
	e.GET("/readyz", s.ready)
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	if s.settings.Dev {
		e.GET("/gallery", s.showGallery)
	}
}
