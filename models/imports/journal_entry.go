package imports

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// errCorruptJournal is returned for bytes that no journal wrote.
var errCorruptJournal = errors.New("corrupt journal")

// A journalEntry says what an import did to one fact of one store: its polls of
// a day, its hours, its zone, its names, or the store itself. doc.go describes
// its bytes.
type journalEntry struct {
	store    int32
	change   change
	checksum uint32 // of what was written; 0 where nothing was
	before   []byte // what was there, where something was replaced
}

// A change is what an import did to a fact. It is stored: its numbers never change.
type change uint8

const (
	confirmed change = iota // the import repeated what was known
	added                   // nothing was there before
	replaced
	changedAgain // the journal of these pushes has what was there before them
)

// changed reports whether there is anything to undo.
func (e journalEntry) changed() bool { return e.change != confirmed }

// thenChanged is what an entry and a later one of the same fact did together.
func (e journalEntry) thenChanged(later journalEntry) journalEntry {
	e.checksum = later.checksum
	return e
}

var checksumTable = crc32.MakeTable(crc32.Castagnoli)

// checksumOf is the CRC-32C by which an undo notices that a fact was changed by
// something that keeps no journal.
func checksumOf(written []byte) uint32 { return crc32.Checksum(written, checksumTable) }

// append appends the packed entry to dst. previous is the store of the entry
// before it in the same part, or 0.
func (e journalEntry) append(dst []byte, previous int32) []byte {
	dst = binary.AppendVarint(dst, int64(e.store)-int64(previous))
	dst = append(dst, byte(e.change))
	if e.change == confirmed {
		return dst
	}
	dst = binary.LittleEndian.AppendUint32(dst, e.checksum)
	if e.change != replaced {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.before)))
	return append(dst, e.before...)
}

// eachEntry visits the packed entries of a part. They share its bytes.
func eachEntry(packed []byte, visit func(journalEntry) error) error {
	store := int32(0)
	for len(packed) > 0 {
		e, rest, err := unpackEntry(packed, store)
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

// unpackEntry unpacks the first entry and returns the bytes after it.
func unpackEntry(packed []byte, previous int32) (e journalEntry, rest []byte, err error) {
	corrupt := fmt.Errorf("%w: in the last %d bytes of a part", errCorruptJournal, len(packed))
	step, n := binary.Varint(packed)
	if n <= 0 || n == len(packed) {
		return e, nil, corrupt
	}
	e.store, e.change, packed = previous+int32(step), change(packed[n]), packed[n+1:]
	if e.change == confirmed {
		return e, packed, nil
	}
	if e.change > changedAgain || len(packed) < 4 {
		return e, nil, corrupt
	}
	e.checksum, packed = binary.LittleEndian.Uint32(packed), packed[4:]
	if e.change != replaced {
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
