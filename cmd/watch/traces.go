package watch

import (
	"context"
	"net/http"

	"lightson/web"
)

// traces are how requests, work and statements are followed. nil follows nothing.
type traces struct{}

func (*traces) request(ctx context.Context, _ *http.Request, _ bool) (context.Context, func(web.Answered, string)) {
	return ctx, nil
}
func (*traces) work(ctx context.Context, _, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}
func (*traces) carry(context.Context) string { return "" }
func (*traces) statement(ctx context.Context, _ string) (context.Context, func(error)) {
	return ctx, nil
}
