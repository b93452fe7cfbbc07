package main

import (
	"context"

	"lightson/cmd/rig"
)

// fresh makes a migrated database without data.
func (b *bench) fresh(ctx context.Context, kind rig.Kind, name string) (*rig.Database, error) {
	if b.blanks[kind] == nil {
		blank, err := b.Empty(ctx, kind, "blank")
		if err != nil {
			return nil, err
		}
		if err := b.Lightson(ctx, blank, "migrate"); err != nil {
			return nil, err
		}
		b.blanks[kind] = blank
	}
	return b.Create(ctx, kind, name, b.blanks[kind])
}
