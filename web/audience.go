package web

import (
	"context"
	"unique"

	"lightson/models/access"
	"lightson/models/words"
)

// An audience is the visitors who are shown the same. Every cache of this package names
// the audience in its keys, so that nothing made for one is shown to another. The zero
// audience is nobody: without a principal nothing can be computed that would be kept.
type audience struct {
	reach unique.Handle[string] // a reach of many single stores is long, and in many keys
	who   string                // the principal, with what decides what its pages show; empty for figures

	language words.Language // of pages; empty for figures
}

// audienceOf is the audience of pages, which are made for one principal with its role and
// reach as they are now, in a language.
func audienceOf(ctx context.Context) audience {
	p, err := access.Of(ctx)
	if err != nil {
		return audience{}
	}
	return audience{
		unique.Make(p.Reach.String()), p.Key() + "\n" + string(p.Role) + "\n" + string(p.Scope) + "\n" + p.Name,
		words.Of(ctx).Language(),
	}
}

// readersOf is the audience of figures, which are the same for everybody with the same
// reach.
func readersOf(ctx context.Context) audience {
	p, err := access.Of(ctx)
	if err != nil {
		return audience{}
	}
	return audience{reach: unique.Make(p.Reach.String())}
}

// everybody is the audience of what tells nothing of any store.
var everybody = audience{who: "everybody"}

// everybodyReading is the audience of words that tell nothing of any store.
func everybodyReading(ctx context.Context) audience {
	return audience{who: everybody.who, language: words.Of(ctx).Language()}
}
