package unpack_test

import (
	"context"

	"lightson/models/modelstest"
)

// The helpers of modelstest by their short names.

var ctx = context.Background()

var (
	clock = modelstest.Clock
)
