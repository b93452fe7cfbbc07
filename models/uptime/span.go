package uptime

// A Span is the half-open interval [From, To).
type Span struct{ From, To Instant }

// Always is the opening of a store that never closes.
var Always = Span{From: Beginning, To: Forever}

// Length is how long the span lasts.
func (s Span) Length() Micros { return Micros(s.To - s.From) }

// Empty reports whether the span holds no time at all.
func (s Span) Empty() bool { return s.To <= s.From }

// Contains reports whether i lies in the span; its end does not.
func (s Span) Contains(i Instant) bool { return s.From <= i && i < s.To }

// Clip is the part of s that lies in t. It is empty where they do not meet,
// never negative.
func (s Span) Clip(t Span) Span {
	from := max(s.From, t.From)
	return Span{From: from, To: max(from, min(s.To, t.To))}
}
