package demo

import "math/rand/v2"

// A stream keeps decisions of different kinds apart, so that a new hours pattern
// moves no poll and one store more changes no other store.
type stream uint64

const (
	profiles stream = iota + 1
	weeks
	polling
	rounds
	passes
	pollsOrder
	hoursOrder
	zonesOrder
	namings
	owners
	namesOrder
)

// Dice draw integers, and only integers, from one stream of chance.
type dice struct{ *rand.Rand }

// dice returns the chance of stream s for the store, or other thing, number n.
func (o Options) dice(s stream, n int) dice {
	// Neighbouring seeds and stores must not look alike: hence scatter.
	return dice{rand.New(rand.NewPCG(scatter(o.Seed)^uint64(s), scatter(uint64(n))))}
}

// scatter is the finisher of SplitMix64: it maps neighbours far apart and never
// two numbers to one.
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true n times out of every outOf.
func (d dice) chance(n, outOf int64) bool { return d.Int64N(outOf) < n }

// between is a number in [from, to).
func (d dice) between(from, to int64) int64 { return from + d.Int64N(to-from) }

// least is the smallest of n draws from [from, to): mostly near from, with a
// long tail, which takes a logarithm to do with one draw.
func (d dice) least(n int, from, to int64) int64 {
	smallest := to
	for range n {
		smallest = min(smallest, d.between(from, to))
	}
	return smallest
}

// A share is a value and how often it comes up beside the others.
type share[T any] struct {
	weight int64
	value  T
}

// pick draws one of the shares by weight.
func pick[T any](d dice, shares []share[T]) T {
	var total int64
	for _, s := range shares {
		total += s.weight
	}
	at := d.Int64N(total)
	for _, s := range shares {
		if at < s.weight {
			return s.value
		}
		at -= s.weight
	}
	panic("demo: a draw beyond the last share")
}
