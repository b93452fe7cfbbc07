package web

import (
	"github.com/labstack/echo/v4"

	"lightson/static"
)

// routes is the table of contents of the site. Beside a route stands what of its
// answers is kept, and what it receives if that is more than usual.
func (s *Server) routes(e *echo.Echo, receives func(limits, *echo.Route)) {
	// Both bound their time themselves: an upload may take as long as bytes arrive,
	// and a push waits for pushPatience.
	uploads, pushes := limits{body: s.settings.UploadLimit, stream: true}, limits{body: pushLimit}

	// Pages.
	e.GET("/", s.showOverview, s.keep(live))
	e.GET("/stores", s.listStores, s.keep(onlyFigures))
	e.GET("/stores.csv", s.downloadStores)
	e.GET("/stores/:id", s.showStore, s.keep(onlyFigures))
	e.POST("/stores/:id/sales", s.setStoreSales)
	e.GET("/groups", s.listGroups, s.keep(onlyFigures))
	e.GET("/groups/names", s.suggestGroups)
	e.POST("/sales", s.setGroupSales)
	e.GET("/reports", s.listReports, s.keep(live))
	e.POST("/reports", s.generateReport)
	e.GET("/reports/:id", s.showReport, s.keep(live))
	e.GET("/reports/:id/row", s.showReportRow)
	e.GET("/reports/:id/report.csv", s.downloadReport)
	e.GET("/reports/:id/details.csv", s.downloadDetails)
	e.GET("/reports/:id/range.csv", s.downloadRange)
	e.POST("/reports/:id/cancel", s.cancelReport)
	e.POST("/reports/:id/retry", s.retryReport)
	e.GET("/imports", s.listImports, s.keep(live))
	receives(uploads, e.POST("/imports", s.uploadFiles))
	e.GET("/imports/:id", s.showImport, s.keep(live))
	e.GET("/imports/:id/row", s.showImportRow)
	e.POST("/imports/:id/preview", s.previewAgain)
	e.POST("/imports/:id/confirm", s.confirmImport)
	e.POST("/imports/:id/discard", s.discardImport)
	e.POST("/imports/:id/undo", s.undoImport)
	e.POST("/imports/:id/cancel", s.cancelImport)
	e.GET("/imports/:id/files/:number/rejects.csv", s.downloadRejects)
	e.GET("/quality", s.showQuality, s.keep(live))
	e.GET("/quality/:check", s.showCheck, s.keep(live))
	e.GET("/quality/:check/list.csv", s.downloadCheck)
	e.GET("/samples/:name", s.downloadSample)

	// The contract for scripts.
	e.POST("/trigger_report", s.triggerReport)
	e.GET("/trigger_report", s.explainTrigger)
	e.GET("/get_report", s.getReport)
	e.GET("/get_report/:id", s.getReport)

	// The API, described in static/openapi.yaml.
	e.GET("/api/v1/openapi.yaml", s.apiDocument)
	e.GET("/api/v1/stores", s.apiListStores)
	e.GET("/api/v1/stores/:id", s.apiShowStore)
	e.GET("/api/v1/stores/:id/timeline", s.apiShowTimeline)
	e.GET("/api/v1/stores/:id/days", s.apiListDays)
	e.GET("/api/v1/groups", s.apiListGroups)
	e.GET("/api/v1/reports", s.apiListReports)
	e.POST("/api/v1/reports", s.apiAskReport)
	e.GET("/api/v1/reports/:id", s.apiShowReport)
	e.POST("/api/v1/reports/:id/cancel", s.apiCancelReport)
	e.GET("/api/v1/reports/:id/rows", s.apiListReportRows)
	e.GET("/api/v1/reports/:id/details", s.downloadDetails)
	e.GET("/api/v1/reports/:id/range", s.downloadRange)
	e.GET("/api/v1/imports", s.apiListImports)
	receives(uploads, e.POST("/api/v1/imports", s.apiTakeIn))
	e.GET("/api/v1/imports/:id", s.apiShowImport)
	e.POST("/api/v1/imports/:id/undo", s.apiUndoImport)
	e.POST("/api/v1/imports/:id/cancel", s.apiCancelImport)
	e.GET("/api/v1/imports/:id/files/:number/rejects", s.downloadRejects)
	receives(pushes, e.POST("/api/v1/polls", s.apiPushPolls))
	e.GET("/api/v1/sources", s.apiListSources)
	e.GET("/api/v1/quality", s.apiShowQuality)
	e.GET("/api/v1/quality/:check", s.apiListFound)

	// Probes, and static files.
	e.GET("/healthz", s.health)
	e.GET("/readyz", s.ready)
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	if s.settings.Dev {
		e.GET("/gallery", s.showGallery)
		e.GET("/gallery/:name", s.showGallerySample)
		e.GET("/metrics", s.showMetrics)
		e.GET("/debug/pprof*", s.showProfile)
	}
}
