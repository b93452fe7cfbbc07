package imports

import (
	"encoding/binary"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// packHours packs the hours of a store, sorted, for the journal; nothing where
// there are none.
func packHours(hours []uptime.Hours) []byte {
	var packed []byte
	for _, h := range hours {
		packed = append(packed, byte(h.Day))
		packed = binary.AppendUvarint(packed, uint64(h.Start))
		packed = binary.AppendUvarint(packed, uint64(h.End))
	}
	return packed
}

func unpackHours(store int32, packed []byte) (rows []models.Hours, err error) {
	for len(packed) > 0 {
		h := models.Hours{StoreID: store, Day: int(packed[0])}
		packed = packed[1:]
		for _, seconds := range []*int{&h.StartS, &h.EndS} {
			v, n := binary.Uvarint(packed)
			if n <= 0 {
				return nil, fmt.Errorf("%w: hours in a journal", polls.ErrCorrupt)
			}
			*seconds, packed = int(v), packed[n:]
		}
		rows = append(rows, h)
	}
	return rows, nil
}
