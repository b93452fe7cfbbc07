package transfer

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Checksum is the checksum of a table, see the documentation of the package.
type Checksum uint64

func (c Checksum) String() string { return fmt.Sprintf("%016x", uint64(c)) }

// A tally counts and sums the rows of a table.
type tally struct {
	rows   int64
	sum    Checksum
	buffer []byte
}

// add adds a row, whose values are those of their columns' kinds. Each is written with
// its kind and length, so that different rows have different bytes.
func (t *tally) add(row []any) {
	b := t.buffer[:0]
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			b = append(b, 0)
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, byte(number)), uint64(v))
		case string:
			b = append(binary.BigEndian.AppendUint64(append(b, byte(text)), uint64(len(v))), v...)
		case []byte:
			b = append(binary.BigEndian.AppendUint64(append(b, byte(bytes)), uint64(len(v))), v...)
		}
	}
	digest := sha256.Sum256(b)
	t.rows, t.sum, t.buffer = t.rows+1, t.sum+Checksum(binary.BigEndian.Uint64(digest[:])), b
}
