package polls

import (
	"encoding/binary"
	"fmt"
)

// A Part is the polls of the stores with ids in a range on one UTC day, packed in the format
// that the package describes. It says nothing that their days do not say.
type Part []byte

// StoresPerPart is how many ids a Part is for. Triggers of the database know it as well.
const StoresPerPart = 1024

const partVersion = 1

// PartOf is the number of the part of a store, given by its id.
func PartOf(store int32) int32 { return store / StoresPerPart }

// NewPart is a part of which no store has polls yet.
func NewPart() Part { return Part{partVersion} }

// Add appends the day of a store to a part that has those of the stores before next. Stores come
// in order.
func (p Part) Add(next, store int32, packed Day) Part {
	for ; next < store; next++ {
		p = append(p, 0)
	}
	return append(binary.AppendUvarint(p, uint64(len(packed))), packed...)
}

// Days visits the stores of a part, given by its number, that have a day. The days share the
// memory of the part, which Check found right. They are not checked themselves.
func (p Part) Days(number int32, visit func(store int32, packed Day) error) error {
	for store, rest := number*StoresPerPart, p[1:]; len(rest) > 0; store++ {
		length, head := binary.Uvarint(rest)
		end := head + int(length)
		if length > 0 {
			if err := visit(store, Day(rest[head:end:end])); err != nil {
				return err
			}
		}
		rest = rest[end:]
	}
	return nil
}

// Check gives ErrCorrupt for a part that Add does not make.
func (p Part) Check() error {
	if len(p) == 0 || p[0] != partVersion {
		return fmt.Errorf("%w: a part of another version", ErrCorrupt)
	}
	stores := 0
	for at := 1; at < len(p); stores++ {
		length, head := binary.Uvarint(p[at:])
		if head <= 0 || length > uint64(len(p)-at-head) || stores == StoresPerPart {
			return fmt.Errorf("%w: a part at byte %d", ErrCorrupt, at)
		}
		at += head + int(length)
	}
	return nil
}
