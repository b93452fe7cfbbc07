package imports

import (
	"encoding/binary"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
)

// packNames packs what a store is called, for the journal; nothing where it has
// no name of any kind.
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

// unpackNames gives a store the names back that were packed.
func unpackNames(s *models.Store, packed []byte) error {
	s.Name, s.Group, s.City = "", "", ""
	if len(packed) == 0 {
		return nil
	}
	for _, text := range []*string{&s.Name, &s.Group, &s.City} {
		size, n := binary.Uvarint(packed)
		if n <= 0 || size > uint64(len(packed)-n) {
			return fmt.Errorf("%w: names in a journal", polls.ErrCorrupt)
		}
		*text, packed = string(packed[n:n+int(size)]), packed[n+int(size):]
	}
	return nil
}
