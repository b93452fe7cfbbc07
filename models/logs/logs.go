// Package logs adds to lines of the log what they are about: the request or the work that
// had them written. Whoever takes a request or a work up puts its id into the context, and
// everything that is logged with that context has it, at whatever depth.
//
// It knows the standard library only.
package logs

import (
	"context"
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

// With returns a context whose lines have one more attribute. It takes the place of an
// earlier one of that name.
func With(ctx context.Context, name, value string) context.Context {
	before := of(ctx)
	if len(before) == 0 {
		return context.WithValue(ctx, key{}, []slog.Attr{slog.String(name, value)})
	}
	attrs := make([]slog.Attr, 0, len(before)+1)
	for _, a := range before {
		if a.Key != name {
			attrs = append(attrs, a)
		}
	}
	return context.WithValue(ctx, key{}, append(attrs, slog.String(name, value)))
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
	attrs, _ := ctx.Value(key{}).([]slog.Attr)
	return attrs
}

// Handler adds to each line what its context has to add, and leaves the rest to h.
func Handler(h slog.Handler) slog.Handler { return handler{h} }

type handler struct{ slog.Handler }

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
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
