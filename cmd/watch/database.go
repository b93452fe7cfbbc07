package watch

import (
	"context"
	"regexp"
	"strings"
	"time"

	"lightson/models"
)

func (w *Watch) watchStatements() {
	w.statements = w.histogram("lightson_database_statement_duration_seconds", "How long statements took, with the reading of their rows.", statementBuckets)
	w.faults = w.counters("lightson_database_errors_total", "Statements that failed since the database did not answer (away) or cannot do its work (fault).", "kind")
	w.faults.WithLabelValues(away)
	w.faults.WithLabelValues(fault)
	w.slowOnes = w.counter("lightson_database_slow_statements_total", "Statements that took longer than LIGHTSON_SLOW_QUERY.")
}

const away, fault = "away", "fault"

// Begin implements statements.Watch.
func (w *Watch) Begin(ctx context.Context, text string) (context.Context, func(error)) {
	began := time.Now()
	ctx, traced := w.traces.statement(ctx, text)
	return ctx, func(err error) {
		took := time.Since(began)
		w.statements.Observe(took.Seconds())
		if err != nil {
			w.countFault(err)
		}
		if w.slow > 0 && took >= w.slow {
			w.slowOnes.Inc()
			w.log.WarnContext(ctx, "slow statement", "took", took, "statement", shownStatement(text), "failed", err != nil)
		}
		if traced != nil {
			traced(err)
		}
	}
}

func (w *Watch) countFault(err error) {
	switch f, is := models.FaultOf(err); {
	case is && f.Away:
		w.faults.WithLabelValues(away).Inc()
	case is:
		w.faults.WithLabelValues(fault).Inc()
	}
}

var (
	quoted = regexp.MustCompile(`'(?:[^']|'')*'`)
	spaces = regexp.MustCompile(`\s+`)
)

// longestStatement is how much of a statement is shown. Some have a placeholder for each of
// a thousand rows.
const longestStatement = 1000

// shownStatement is a statement on one line, without anything that may be a value: those
// that are written out stand between quotes.
func shownStatement(text string) string {
	if len(text) > 4*longestStatement {
		text = text[:4*longestStatement] // what is cut off in the middle of a value is quoted to its end
		if strings.Count(text, "'")%2 == 1 {
			text += "'"
		}
	}
	text = strings.TrimSpace(spaces.ReplaceAllString(quoted.ReplaceAllString(text, "'…'"), " "))
	if len(text) > longestStatement {
		text = strings.ToValidUTF8(text[:longestStatement], "") + "…"
	}
	return text
}
