package logs

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Line writes a line as log.LogAttrs does, byte for byte, sooner: it is for what
// is logged at every request. Where a handler is not of this package, or a value needs quotes,
// it leaves the line to log.LogAttrs.
func Line(ctx context.Context, log *slog.Logger, level slog.Level, message string, attrs ...slog.Attr) {
	if !log.Enabled(ctx, level) {
		return
	}
	if h, ok := log.Handler().(handler); ok && h.quick != nil && h.quick.write(time.Now(), level, message, attrs, of(ctx)) {
		return
	}
	log.LogAttrs(ctx, level, message, slices.Clone(attrs)...) // what escapes is a copy, and the usual line has its on the stack
}

// quick writes lines that need no quotes beyond the usual ones.
type quick struct {
	out  *output
	json bool
}

// buffers has what lines are put together in.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// write reports whether it wrote the line.
func (q *quick) write(at time.Time, level slog.Level, message string, attrs, more []slog.Attr) bool {
	if !isPlain(message) {
		return false
	}
	buffer, _ := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	line := (*buffer)[:0]
	if q.json {
		line = append(at.AppendFormat(append(line, `{"time":"`...), time.RFC3339Nano), '"')
	} else {
		line = appendMillis(append(line, "time="...), at)
	}
	line = q.appendText(q.appendKey(line, slog.LevelKey), level.String())
	line = q.appendText(q.appendKey(line, slog.MessageKey), message)
	for _, some := range [...][]slog.Attr{attrs, more} {
		for _, a := range some {
			var ok bool
			if line, ok = q.appendAttr(line, a); !ok {
				return false
			}
		}
	}
	if q.json {
		line = append(line, '}')
	}
	*buffer = append(line, '\n')
	q.out.writeLine(*buffer)
	return true
}

// appendAttr reports whether it knows the kind of the value, and the value needs no escapes.
func (q *quick) appendAttr(line []byte, a slog.Attr) ([]byte, bool) {
	if !isPlain(a.Key) || a.Key == "" {
		return line, false
	}
	line = q.appendKey(line, a.Key)
	switch a.Value.Kind() {
	case slog.KindString:
		text := a.Value.String()
		return q.appendText(line, text), isPlain(text)
	case slog.KindInt64:
		return strconv.AppendInt(line, a.Value.Int64(), 10), true
	case slog.KindDuration:
		if q.json {
			return strconv.AppendInt(line, int64(a.Value.Duration()), 10), true
		}
		return append(line, a.Value.Duration().String()...), true
	default:
		return line, false
	}
}

func (q *quick) appendKey(line []byte, key string) []byte {
	if q.json {
		line = append(line, `,"`...)
		return append(append(line, key...), `":`...)
	}
	return append(append(append(line, ' '), key...), '=')
}

func (q *quick) appendText(line []byte, plain string) []byte {
	if q.json || plain == "" {
		line = append(line, '"')
		return append(append(line, plain...), '"')
	}
	return append(line, plain...)
}

// isPlain reports whether a text stands in a line as it is, in text and in JSON.
func isPlain(text string) bool {
	for n := range len(text) {
		if c := text[n]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=' {
			return false
		}
	}
	return true
}

// appendMillis writes a time to the millisecond, always with three digits.
func appendMillis(line []byte, at time.Time) []byte {
	const upTo = len("2006-01-02T15:04:05.000")
	from := len(line)
	// A fourth digit that is not 0 keeps the format from leaving zeros out.
	line = at.Truncate(time.Millisecond).Add(time.Millisecond/10).AppendFormat(line, time.RFC3339Nano)
	return append(line[:from+upTo], line[from+upTo+1:]...)
}

// output is written to by one at a time.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// writeLine has a line written, at once unless the writer gathers lines.
func (o *output) writeLine(line []byte) {
	if b, some := o.w.(*Buffer); some {
		b.gather(line)
		return
	}
	_, _ = o.Write(line) // as slog, which has nobody to tell either
}
