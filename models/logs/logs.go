// Package logs adds to lines of the log what they are about: the request or the work that
// had them written. Whoever takes a request or a work up puts its id into the context, and
// everything that is logged with that context has it, at whatever depth.
//
// It knows the standard library only.
package logs

import (
	"context"
	"io"
	"log/slog"
	"slices"
)

// The names of what is added. They are part of what people search the log for.
const (
	Request = "request" // the id of a request, as its answer has it in X-Request-ID
	Work    = "work"    // the id of an import, a report or a delivery
	Trace   = "trace"   // the id of a trace, where traces are made
)

type key struct{}

// labelled is a context with attributes. It has room for the first, which most have alone.
type labelled struct {
	context.Context
	attrs []slog.Attr
	first [1]slog.Attr
}

// Value implements context.Context.
func (l *labelled) Value(k any) any {
	if k == (key{}) {
		return l
	}
	return l.Context.Value(k)
}

// With returns a context whose lines have one more attribute. It takes the place of an
// earlier one of that name.
func With(ctx context.Context, name, value string) context.Context {
	l := &labelled{Context: ctx}
	l.attrs = l.first[:0]
	for _, a := range of(ctx) {
		if a.Key != name {
			l.attrs = append(l.attrs, a)
		}
	}
	l.attrs = append(l.attrs, slog.String(name, value))
	return l
}

// Of is what a context adds by that name; empty where it adds none.
func Of(ctx context.Context, name string) string {
	attrs := of(ctx)
	if n := slices.IndexFunc(attrs, func(a slog.Attr) bool { return a.Key == name }); n >= 0 {
		return attrs[n].Value.String()
	}
	return ""
}

func of(ctx context.Context) []slog.Attr {
	if l, ok := ctx.Value(key{}).(*labelled); ok {
		return l.attrs
	}
	return nil
}

// Text writes lines as slog.TextHandler does, with what their contexts have to add.
func Text(w io.Writer, level slog.Leveler) slog.Handler {
	out := &output{w: w}
	return handler{slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}), &quick{out: out}}
}

// JSON writes lines as slog.JSONHandler does, with what their contexts have to add.
func JSON(w io.Writer, level slog.Leveler) slog.Handler {
	out := &output{w: w}
	return handler{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}), &quick{out: out, json: true}}
}

type handler struct {
	slog.Handler
	quick *quick // nil where all lines have more than they say themselves
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if attrs := of(ctx); len(attrs) > 0 {
		r = r.Clone() // the caller's may share its attributes
		r.AddAttrs(attrs...)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{Handler: h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{Handler: h.Handler.WithGroup(name)}
}
