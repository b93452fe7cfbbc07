package words

import "strings"

// Again is the message of which only the English was kept; what is no text of ours is said as
// it is. It is only for what the program itself wrote: a name could be a text of ours too.
func Again(english string) Message {
	if strings.ContainsAny(english, "{|") {
		return Said(english)
	}
	return Later(Text(english))
}

// AgainBy is Again for a text with one value. It reports whether it was that text.
func AgainBy(text Text, english string) (m Message, is bool) {
	before, rest, _ := strings.Cut(text.shown(), "{")
	name, after, _ := strings.Cut(rest, "}")
	value, starts := strings.CutPrefix(english, before)
	value, ends := strings.CutSuffix(value, after)
	if !starts || !ends {
		return Message{}, false
	}
	return Later(text, name, value), true
}
