package views

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// drawing is what the strip of a day shows: its stretches, which app.js knows by their order as
// those of the table, and above them what cannot be pointed at. It is written by hand, because a
// page has hundreds of these elements, and templ takes a microsecond for each of their attributes.
func (d TimelineDay) drawing() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := make(drawing, 0, 4<<10)
		for _, s := range d.Stretches {
			b.rect("s-"+string(s.Kind), s.Far, s, "0", "40")
		}
		for _, far := range []bool{false, true} {
			b.band(d.Stretches, far)
		}
		for _, s := range d.Stretches {
			if s.Excused { // along the middle, so that the state is seen above and below it, with two edges, so that it differs without colours, too
				b.rect("s-excused", false, s, "10", "18")
			}
		}
		b.lines("s-hour", len(d.Hours), func(n int) (float64, bool) { return d.Hours[n].At, true }, " 0V40")
		for _, active := range []bool{true, false} {
			b.lines(class("s-tick", !active, " inactive"), len(d.Polls), func(n int) (float64, bool) { return d.Polls[n].At, d.Polls[n].Active == active }, " 32V40")
		}
		_, err := w.Write(b)
		return err
	})
}

// A drawing is SVG of classes and numbers alone, so nothing of it needs to be escaped.
type drawing []byte

func (b *drawing) add(texts ...string) {
	for _, text := range texts {
		*b = append(*b, text...)
	}
}

// at adds a share of the day as thousandths of the width.
func (b *drawing) at(share float64) {
	*b = strconv.AppendFloat(*b, min(max(share, 0), 1)*1000, 'f', 2, 64)
}

func (b *drawing) rect(kind string, far bool, s Stretch, y, height string) {
	b.add("<rect", ` class="`, class(kind, far, " far"), `" x="`)
	b.at(s.At)
	b.add(`" y="`, y, `" width="`)
	b.at(s.Width)
	b.add(`" height="`, height, `"></rect>`)
}

// band is what is up, as low bands along the floor with an edge on top: what is far from its
// polls, or the rest. Down takes the full height.
func (b *drawing) band(stretches []Stretch, far bool) {
	var fill, edge drawing
	for _, s := range stretches {
		if s.Kind != StretchUp || s.Far != far {
			continue
		}
		from := len(edge)
		edge.add("M")
		edge.at(s.At)
		edge.add(" 25H")
		edge.at(s.At + s.Width)
		fill = append(fill, edge[from:]...)
		fill.add("V40H")
		fill.at(s.At)
		fill.add("Z")
	}
	b.path(class("s-band", far, " far"), fill)
	b.path(class("s-edge", far, " far"), edge)
}

// lines are upright: each begins at the place that at gives, and goes on with to.
func (b *drawing) lines(kind string, count int, at func(n int) (share float64, draws bool), to string) {
	var lines drawing
	for n := range count {
		if share, draws := at(n); draws {
			lines.add("M")
			lines.at(share)
			lines.add(to)
		}
	}
	b.path(kind, lines)
}

func (b *drawing) path(kind string, d drawing) {
	if len(d) > 0 {
		b.add("<path", ` class="`, kind, `" d="`, string(d), `"></path>`)
	}
}

// class is a class, with another one where something is so.
func class(name string, is bool, other string) string {
	if is {
		return name + other
	}
	return name
}
