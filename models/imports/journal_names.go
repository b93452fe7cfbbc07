package imports

import (
	"encoding/binary"
	"fmt"

	"lightson/models"
)

// packNames packs the name, group and city of a store for the journal. The
// result is empty if the store has none of them.
func packNames(s models.Store) []byte {
	if s.Name+s.Group+s.City == "" {
		return nil
	}
	var packed []byte
	for _, text := range []string{s.Name, s.Group, s.City} {
		packed = binary.AppendUvarint(packed, uint64(len(text)))
		packed = append(packed, text...)
	}
	return packed
}

// unpackNames sets the name, group and city of a store to those that were packed.
func unpackNames(s *models.Store, packed []byte) error {
	s.Name, s.Group, s.City = "", "", ""
	if len(packed) == 0 {
		return nil
	}
	for _, text := range []*string{&s.Name, &s.Group, &s.City} {
		size, n := binary.Uvarint(packed)
		if n <= 0 || size > uint64(len(packed)-n) {
			return fmt.Errorf("%w: names of store %s", errCorruptJournal, s.Code)
		}
		*text, packed = string(packed[n:n+int(size)]), packed[n+int(size):]
	}
	return nil
}
