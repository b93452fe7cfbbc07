package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"

	"github.com/a-h/templ"
)

// A part is HTML that many pages have in common. It is rendered and compressed once. It
// has no links and no forms, since those depend on the request.
type part struct {
	html   []byte
	packed piece
	sum    [sha256.Size]byte
}

// partSlot stands for a part until its page is packed. It cannot be in what is shown of data,
// which is escaped.
const partSlot = "<!--part-->"

// newPart renders a component.
func newPart(ctx context.Context, component templ.Component) (*part, error) {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := component.Render(ctx, buf); err != nil {
		return nil, err
	}
	return &part{bytes.Clone(buf.Bytes()), pack(buf.Bytes()).pieces[0], sha256.Sum256(buf.Bytes())}, nil
}

// Render implements templ.Component.
func (p *part) Render(ctx context.Context, w io.Writer) error {
	html := p.html
	if r := recordingOf(ctx); r != nil {
		r.parts = append(r.parts, p)
		html = []byte(partSlot)
	}
	_, err := w.Write(html)
	return err
}

// filled is a page with its parts in their slots.
func filled(body []byte, parts []*part) []byte {
	for _, p := range parts {
		body = bytes.Replace(body, []byte(partSlot), p.html, 1)
	}
	return body
}
