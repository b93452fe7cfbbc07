package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/views"
)

// showGallery serves GET /gallery, in development only.
func (s *Server) showGallery(c echo.Context) error {
	return render(c, http.StatusOK, views.GalleryPage())
}

// showGallerySample serves GET /gallery/:name: a page about people, in one state.
func (s *Server) showGallerySample(c echo.Context) error {
	sample, ok := views.GallerySamples()[c.Param("name")]
	if !ok {
		return echo.ErrNotFound
	}
	return render(c, http.StatusOK, sample)
}
