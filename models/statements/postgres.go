package statements

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Tracer has w told of all statements of pgx connections: queries, batches and COPY.
func Tracer(w Watch) interface {
	pgx.QueryTracer
	pgx.BatchTracer
	pgx.CopyFromTracer
} {
	return tracer{w}
}

type tracer struct{ watch Watch }

type endKey struct{}

func (t tracer) begin(ctx context.Context, text string) context.Context {
	ctx, end := t.watch.Begin(ctx, text)
	return context.WithValue(ctx, endKey{}, end)
}

func finish(ctx context.Context, err error) {
	if end, is := ctx.Value(endKey{}).(func(error)); is {
		end(err)
	}
}

// TraceQueryStart implements pgx.QueryTracer.
func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return t.begin(ctx, data.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	finish(ctx, data.Err)
}

// TraceBatchStart implements pgx.BatchTracer. A batch is one to whoever waits for it.
func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	text := "batch"
	if queries := data.Batch.QueuedQueries; len(queries) > 0 {
		text += " of " + queries[0].SQL
	}
	return t.begin(ctx, text)
}

// TraceBatchQuery implements pgx.BatchTracer.
func (tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	finish(ctx, data.Err)
}

// TraceCopyFromStart implements pgx.CopyFromTracer.
func (t tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceCopyFromStartData) context.Context {
	return t.begin(ctx, "COPY "+data.TableName.Sanitize()+" ("+strings.Join(data.ColumnNames, ", ")+") FROM STDIN")
}

// TraceCopyFromEnd implements pgx.CopyFromTracer.
func (t tracer) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceCopyFromEndData) {
	finish(ctx, data.Err)
}
