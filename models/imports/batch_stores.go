package imports

import (
	"fmt"
	"hash/maphash"
	"math"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A key of batchSort is a store's number within the batch in the upper 26 bits and a mark
// in the lower 38, so that sorting plain integers sorts by store and time.
const maxBatchStores = 1 << (64 - polls.MarkBits)

// batchStores are the stores that the files of a batch name. They have numbers from 0, in
// the order in which the files name them.
//
// Finding the store of a poll takes most of the time of filing it, and nearly all of that
// is waiting for memory. So the table is of open addressing, its slots hold the hash
// beside the number, and what a poll needs of a store is one line of the cache.
type batchStores struct {
	codes []string     // by number
	lines []batchStore // by number
	seed  maphash.Seed // drawn for each batch, so that nobody can choose codes that collide
	slots []storeSlot  // a power of two, of which at most half are used
}

// A storeSlot has the number of a store, from 1, and the hash of its code; 0 is free.
type storeSlot struct{ hash, number uint32 }

// A batchStore is 64 bytes: a line of the cache.
type batchStore struct {
	firstPoll uptime.Instant // noPoll where there is none
	polls     uint32         // how many rows it has in polls files
	named     uint32         // the latest file that names it, from 1
	sound     bool           // whether a file names it by an id without damage
	length    uint8          // of the code; the feed allows at most 128 bytes
	start     [46]byte       // of the code
}

const (
	noPoll  = uptime.Instant(math.MaxInt64)
	noStore = math.MaxUint32
)

func newBatchStores() batchStores {
	return batchStores{seed: maphash.MakeSeed(), slots: make([]storeSlot, 64)}
}

// has reports whether a code is the one of store n.
func (s *batchStores) has(n uint32, code []byte) bool {
	line := &s.lines[n]
	if int(line.length) != len(code) {
		return false
	}
	if len(code) <= len(line.start) {
		return string(line.start[:len(code)]) == string(code)
	}
	return s.codes[n] == string(code)
}

// hash is the hash of a code in a slot.
func (s *batchStores) hash(code []byte) uint32 { return uint32(maphash.Bytes(s.seed, code)) }

// guess is the number of the first store whose code has a hash, which is nearly always the
// store of the code; noStore where there is none.
func (s *batchStores) guess(hash uint32) uint32 {
	mask := uint32(len(s.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		if slot := s.slots[at]; slot.hash == hash || slot.number == 0 {
			return slot.number - 1
		}
	}
}

// find finds the number of a store by its code.
func (s *batchStores) find(code []byte) (n uint32, known bool) {
	return s.findHashed(code, s.hash(code))
}

func (s *batchStores) findHashed(code []byte, hash uint32) (n uint32, known bool) {
	mask := uint32(len(s.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := s.slots[at]
		if slot.number == 0 {
			return 0, false
		}
		if slot.hash == hash && s.has(slot.number-1, code) {
			return slot.number - 1, true
		}
	}
}

// add gives a new store the next number.
func (s *batchStores) add(code []byte) (n uint32, err error) {
	n = uint32(len(s.codes))
	if n == maxBatchStores {
		return 0, fmt.Errorf("more than %d stores in one import", maxBatchStores)
	}
	line := batchStore{firstPoll: noPoll, length: uint8(len(code))}
	copy(line.start[:], code)
	s.codes, s.lines = append(s.codes, string(code)), append(s.lines, line)
	if 2*len(s.codes) > len(s.slots) {
		s.grow()
	}
	s.place(storeSlot{s.hash(code), n + 1})
	return n, nil
}

func (s *batchStores) grow() {
	old := s.slots
	s.slots = make([]storeSlot, 2*len(old))
	for _, slot := range old {
		if slot.number != 0 {
			s.place(slot)
		}
	}
}

func (s *batchStores) place(slot storeSlot) {
	mask := uint32(len(s.slots) - 1)
	at := slot.hash & mask
	for s.slots[at].number != 0 {
		at = (at + 1) & mask
	}
	s.slots[at] = slot
}

// firstPoll is the first poll that a store has in the files.
func (s *batchStores) firstPoll(n uint32) models.OptionalInstant {
	if at := s.lines[n].firstPoll; at != noPoll {
		return models.InstantAt(at)
	}
	return models.OptionalInstant{}
}

// number is the number of a store within the batch; a new store gets the next one.
func (b *Batch) number(code []byte) (n uint32, err error) {
	return b.numberHashed(code, b.stores.hash(code))
}

func (b *Batch) numberHashed(code []byte, hash uint32) (n uint32, err error) {
	n, known := b.stores.findHashed(code, hash)
	if !known {
		if n, err = b.stores.add(code); err != nil {
			return 0, err
		}
	}
	b.stores.lines[n].named = b.reading()
	return n, nil
}

// reading is the file that is being read, from 1.
func (b *Batch) reading() uint32 { return uint32(len(b.Files) + 1) }
