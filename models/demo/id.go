package demo

import (
	"fmt"
	"strconv"
)

// Numeric ids are spread evenly over [smallestID, 2^63), as the real ones are:
// nine of ten have 19 digits, the others 18.
const (
	smallestID = 100_000_000_000_000_000
	idMask     = 1<<63 - 1
)

// storeID is the id of the store number n. Mostly a long number, sometimes a UUID.
func (o Options) storeID(d dice, n int) string {
	if d.chance(4, 100) {
		return uuid(d.Uint64(), d.Uint64())
	}
	return strconv.FormatUint(longNumber(o.Seed, uint64(n)), 10)
}

// longNumber never gives two stores of one seed the same number: spread is a
// permutation of 63 bits, and walking on from a number that is too short until
// one is long enough is a permutation of the long ones.
func longNumber(seed, n uint64) uint64 {
	x := smallestID + scatter(seed)>>2 + n
	for {
		if x = spread(x); x >= smallestID {
			return x
		}
	}
}

// spread is scatter for 63 bits: odd factors and shifts keep it one to one.
func spread(x uint64) uint64 {
	x = (x ^ x>>31) * 0x7fb5d329728ea185 & idMask
	x = (x ^ x>>27) * 0x81dadef4bc2dd44d & idMask
	return x ^ x>>32
}

func uuid(hi, lo uint64) string {
	hi = hi&^0xf000 | 0x4000 // version 4
	lo = lo&^(3<<62) | 1<<63 // RFC 9562 variant
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}
