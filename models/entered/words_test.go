package entered_test

import "context"

var ctx = context.Background()
