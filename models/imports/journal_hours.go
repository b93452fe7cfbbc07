package imports

import (
	"encoding/binary"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// packHours packs the sorted hours of a store for the journal. The result is
// empty if there are none.
func packHours(hours []uptime.Hours) []byte {
	var packed []byte
	for _, h := range hours {
		packed = append(packed, byte(h.Day))
		packed = binary.AppendUvarint(packed, uint64(h.Start))
		packed = binary.AppendUvarint(packed, uint64(h.End))
	}
	return packed
}

// unpackHours is the inverse of packHours.
func unpackHours(store int32, packed []byte) (rows []models.Hours, err error) {
	for len(packed) > 0 {
		h := models.Hours{StoreID: store, ValidFrom: uptime.Ever, Day: int(packed[0])}
		packed = packed[1:]
		for _, seconds := range []*int{&h.StartS, &h.EndS} {
			v, n := binary.Uvarint(packed)
			if n <= 0 {
				return nil, fmt.Errorf("%w: hours of store %d", errCorruptJournal, store)
			}
			*seconds, packed = int(v), packed[n:]
		}
		rows = append(rows, h)
	}
	return rows, nil
}
