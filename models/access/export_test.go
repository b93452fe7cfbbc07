package access

import "github.com/alexedwards/argon2id"

// RealHashing is the work of a password outside of tests.
var RealHashing = hashing

func init() {
	// Tests sign in hundreds of times.
	hashing = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}
