package polls

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Changed says of which stores polls changed, by UTC day counted since 1970-01-01. A day
// without stores is one of which any store's polls may have changed.
type Changed map[int32][]int32

// MostNamed is of how many stores of a day Changed says which ones they are. Reading all of a
// day is quicker than looking up more.
const MostNamed = 4096

// Add says that the polls of a store on a day changed.
func (c Changed) Add(day, store int32) {
	stores, some := c[day]
	switch {
	case some && len(stores) == 0: // any store
	case len(stores) == MostNamed:
		c[day] = nil
	default:
		c[day] = append(stores, store)
	}
}

// Join adds what another says.
func (c Changed) Join(other Changed) {
	for day, stores := range other {
		if len(stores) == 0 {
			c[day] = nil
		}
		for _, store := range stores {
			c.Add(day, store)
		}
	}
}

// Pack is what c says as bytes. For each day there are the difference to the day before as a
// varint, the number of stores, 0 for any, and the differences between their sorted ids, as
// uvarints.
func (c Changed) Pack() []byte {
	packed := []byte{}
	previous := int32(0)
	for _, day := range slices.Sorted(maps.Keys(c)) {
		packed = binary.AppendVarint(packed, int64(day-previous))
		previous = day
		stores := slices.Compact(slices.Sorted(slices.Values(c[day])))
		packed = binary.AppendUvarint(packed, uint64(len(stores)))
		last := int32(0)
		for _, store := range stores {
			packed = binary.AppendUvarint(packed, uint64(store-last))
			last = store
		}
	}
	return packed
}

// UnpackChanged reads what Pack wrote, or gives ErrCorrupt.
func UnpackChanged(packed []byte) (Changed, error) {
	c := Changed{}
	day := int64(0)
	for at := 0; at < len(packed); {
		step, n := binary.Varint(packed[at:])
		count, m := binary.Uvarint(packed[at+max(n, 0):])
		if n <= 0 || m <= 0 || count > MostNamed {
			return nil, fmt.Errorf("%w: changed days at byte %d", ErrCorrupt, at)
		}
		at, day = at+n+m, day+step
		stores := make([]int32, 0, count)
		last := uint64(0)
		for range count {
			step, n := binary.Uvarint(packed[at:])
			if n <= 0 {
				return nil, fmt.Errorf("%w: changed stores at byte %d", ErrCorrupt, at)
			}
			at, last = at+n, last+step
			stores = append(stores, int32(last))
		}
		c[int32(day)] = stores
	}
	return c, nil
}
