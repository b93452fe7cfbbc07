package static

import (
	"bytes"
	"encoding/binary"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "draw the icons anew")

// The lamp of favicon.svg, in its units of 32 to a side.
var (
	night = color.NRGBA{0x1b, 0x21, 0x40, 0xff}
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	lamp  = color.NRGBA{0xff, 0xc5, 0x3d, 0xff}
)

// A shape is how far a point is outside of it; less than 0 inside.
type shape func(x, y float64) float64

func line(x1, y1, x2, y2 float64) shape {
	return func(x, y float64) float64 {
		dx, dy := x2-x1, y2-y1
		along := max(0, min(1, ((x-x1)*dx+(y-y1)*dy)/(dx*dx+dy*dy)))
		return math.Hypot(x-x1-along*dx, y-y1-along*dy) - 1 // it is 2 wide
	}
}

// half is the half of a disc above its centre, or below it where side is -1.
func half(cx, cy, r, side float64) shape {
	return func(x, y float64) float64 { return max(math.Hypot(x-cx, y-cy)-r, side*(y-cy)) }
}

func ground(corner float64) shape {
	return func(x, y float64) float64 {
		dx, dy := math.Abs(x-16)-16+corner, math.Abs(y-16)-16+corner
		return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - corner
	}
}

var drawing = []struct {
	shape shape
	fill  color.NRGBA
}{
	{line(16, 4, 16, 9), white},
	{half(16, 19, 9, 1), white},
	{half(16, 21.5, 4, -1), lamp},
	{line(16, 27.5, 16, 28.5), lamp},
	{line(10.6, 26, 9.9, 26.8), lamp},
	{line(21.4, 26, 22.1, 26.8), lamp},
}

// draw is the lamp in a picture. Systems that cut icons into their own shape get one whose
// ground has no corners, and whose lamp keeps away from the edge.
func draw(side int, corner, scale float64) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	unit := 32 / float64(side)
	for py := range side {
		for px := range side {
			x, y := (float64(px)+.5)*unit, (float64(py)+.5)*unit
			c := night
			inside := func(distance, unit float64) float64 { return max(0, min(1, .5-distance/unit)) }
			for _, d := range drawing {
				share := inside(d.shape(16+(x-16)/scale, 16+(y-16)/scale), unit/scale)
				mix := func(from, to uint8) uint8 {
					return uint8(math.Round(float64(from) + share*(float64(to)-float64(from))))
				}
				c = color.NRGBA{mix(c.R, d.fill.R), mix(c.G, d.fill.G), mix(c.B, d.fill.B), 0xff}
			}
			c.A = uint8(math.Round(255 * inside(ground(corner)(x, y), unit)))
			picture.SetNRGBA(px, py, c)
		}
	}
	return picture
}

func encode(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// icoSides are the pictures in favicon.ico.
var icoSides = []int{16, 32, 48}

// newICO puts pictures of several sizes into one file, each as a PNG.
func newICO(t *testing.T) []byte {
	t.Helper()
	header := binary.LittleEndian.AppendUint16(nil, 0)
	header = binary.LittleEndian.AppendUint16(header, 1) // an icon
	header = binary.LittleEndian.AppendUint16(header, uint16(len(icoSides)))
	var pictures []byte
	for _, side := range icoSides {
		picture := encode(t, draw(side, 7, 1))
		header = append(header, byte(side), byte(side), 0, 0)
		header = binary.LittleEndian.AppendUint16(header, 1)
		header = binary.LittleEndian.AppendUint16(header, 32) // bits of a pixel
		header = binary.LittleEndian.AppendUint32(header, uint32(len(picture)))
		header = binary.LittleEndian.AppendUint32(header, uint32(6+16*len(icoSides)+len(pictures)))
		pictures = append(pictures, picture...)
	}
	return append(header, pictures...)
}

// With -update, the icons are drawn anew.
func TestIconsAreTheDrawingInAllSizes(t *testing.T) {
	for name, want := range map[string]*image.NRGBA{
		"icon-192.png":         draw(192, 7, 1),
		"icon-512.png":         draw(512, 7, 1),
		"icon-maskable.png":    draw(512, 0, .72),
		"apple-touch-icon.png": draw(180, 0, .86),
	} {
		if *update {
			if err := os.WriteFile("icons/"+name, encode(t, want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		content, err := os.ReadFile("icons/" + name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Bounds() != want.Bounds() || !samePixels(got, want) {
			t.Errorf("%s is not as drawn: go test ./static -update", name)
		}
		if len(content) > 16_000 {
			t.Errorf("%s has %d bytes", name, len(content))
		}
	}
	if *update {
		if err := os.WriteFile("icons/favicon.ico", newICO(t), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile("icons/favicon.ico")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(content, []byte{0, 0, 1, 0, byte(len(icoSides)), 0}) || len(content) > 6_000 {
		t.Fatalf("favicon.ico begins with % x and has %d bytes", content[:6], len(content))
	}
	for n, side := range icoSides {
		entry := content[6+16*n:]
		size, from := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		got, err := png.Decode(bytes.NewReader(content[from : from+size]))
		if err != nil || int(entry[0]) != side || !samePixels(got, draw(side, 7, 1)) {
			t.Errorf("favicon.ico: picture %d of side %d is not as drawn (%v)", n, entry[0], err)
		}
	}
}

func samePixels(got image.Image, want *image.NRGBA) bool {
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			if color.NRGBAModel.Convert(got.At(x, y)) != want.NRGBAAt(x, y) {
				return false
			}
		}
	}
	return got.Bounds() == want.Bounds()
}
