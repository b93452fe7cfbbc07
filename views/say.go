package views

import (
	"context"

	"lightson/models/words"
)

// say says a text in the language of whoever looks at the page, see [words.Words.Say].
func say(ctx context.Context, text words.Text, values ...any) string {
	return words.Of(ctx).Say(text, values...)
}

// figureIn writes an amount in the language of whoever looks at the page, see
// [words.Words.Figure].
func figureIn(ctx context.Context, english string) string { return words.Of(ctx).Figure(english) }

// language is the language of a page, as HTML names it.
func language(ctx context.Context) string { return string(words.Of(ctx).Language()) }
