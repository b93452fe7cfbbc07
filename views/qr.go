package views

import (
	"fmt"
	"image"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// A qrCode is a square of small squares, dark ones and light ones.
type qrCode struct {
	side string // how many small squares wide it is, its margin included
	path string // draws the dark ones
}

// qrMargin is how many light squares must stand around the code (ISO/IEC 18004).
const qrMargin = 4

// newQR draws a text. It is false where the text is too long for a code that phones read easily.
func newQR(text string) (code qrCode, ok bool) {
	if len(text) > 400 {
		return code, false
	}
	drawn, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return code, false
	}
	side := drawn.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && isDark(drawn, x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+qrMargin, y+qrMargin, x-from, x-from)
			}
		}
	}
	return qrCode{itoa(side + 2*qrMargin), path.String()}, true
}

func isDark(drawn image.Image, x, y int) bool {
	r, _, _, _ := drawn.At(x, y).RGBA()
	return r == 0
}
