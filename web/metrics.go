package web

import (
	"fmt"
	"net/http"
	"runtime"

	"github.com/labstack/echo/v4"
)

// showMetrics serves GET /metrics in Prometheus' text format, in development only.
// It has what a soak test watches and the operating system does not tell.
func (s *Server) showMetrics(c echo.Context) error {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return c.String(http.StatusOK, fmt.Sprintf("go_goroutines %d\ngo_memstats_heap_inuse_bytes %d\n",
		runtime.NumGoroutine(), memory.HeapInuse))
}
