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
