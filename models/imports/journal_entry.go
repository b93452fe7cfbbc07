package imports

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"lightson/models/polls"
)

// A journalEntry says what an import did to one thing of one store: its polls of
// a day, its hours, its zone, its names, or the store itself.
type journalEntry struct {
	store  int32
	did    deed
	sum    uint32 // of what was written, where something was
	before []byte // what was there, where something was replaced
}

// A deed is what an import did to something.
type deed uint8

const (
	confirmed deed = iota // it said what was known already
	added                 // nothing was there before
	replaced
)

// changed reports whether there is anything to undo.
func (e journalEntry) changed() bool { return e.did != confirmed }

// The sum only has to notice changes that no journal tells of.
var sumTable = crc32.MakeTable(crc32.Castagnoli)

func sumOf(written []byte) uint32 { return crc32.Checksum(written, sumTable) }

// append packs the entry behind one that was about the store before.
func (e journalEntry) append(dst []byte, before int32) []byte {
	dst = binary.AppendVarint(dst, int64(e.store)-int64(before))
	dst = append(dst, byte(e.did))
	if e.did == confirmed {
		return dst
	}
	dst = binary.LittleEndian.AppendUint32(dst, e.sum)
	if e.did == added {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.before)))
	return append(dst, e.before...)
}

// eachEntry visits packed entries, whose bytes they share.
func eachEntry(packed []byte, visit func(journalEntry) error) error {
	store := int32(0)
	for len(packed) > 0 {
		e, rest, err := cutEntry(packed, store)
		if err != nil {
			return err
		}
		if err := visit(e); err != nil {
			return err
		}
		store, packed = e.store, rest
	}
	return nil
}

func cutEntry(packed []byte, before int32) (e journalEntry, rest []byte, err error) {
	corrupt := fmt.Errorf("%w: %d bytes of a journal", polls.ErrCorrupt, len(packed))
	step, n := binary.Varint(packed)
	if n <= 0 || n == len(packed) {
		return e, nil, corrupt
	}
	e.store, e.did, packed = before+int32(step), deed(packed[n]), packed[n+1:]
	if e.did == confirmed {
		return e, packed, nil
	}
	if e.did > replaced || len(packed) < 4 {
		return e, nil, corrupt
	}
	e.sum, packed = binary.LittleEndian.Uint32(packed), packed[4:]
	if e.did == added {
		return e, packed, nil
	}
	size, n := binary.Uvarint(packed)
	if n <= 0 || size > uint64(len(packed)-n) {
		return e, nil, corrupt
	}
	packed = packed[n:]
	e.before = packed[:size:size]
	return e, packed[size:], nil
}
