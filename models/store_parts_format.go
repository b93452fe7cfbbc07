package models

import (
	"encoding/binary"
	"errors"

	"lightson/models/schedules"
	"lightson/models/uptime"
)

// storePartVersion is the first byte of packed stores. A release that packs them otherwise
// gives them another one, and an earlier one then reads the plain rows.
const storePartVersion = 1

// packStores packs stores, sorted by id: the version, their zones and schedules, each distinct
// one once, and then the stores, which name these by their place. Numbers are varints, and texts
// have their length before them.
func packStores(stores []storeWithHours) []byte {
	var zones, hours packedTexts
	var row []byte
	last := int32(0)
	for _, s := range stores {
		row = binary.AppendUvarint(row, uint64(s.ID-last))
		last = s.ID
		row = appendPackedText(row, s.Code)
		row = binary.AppendUvarint(row, zones.place(s.Zone))
		row = binary.AppendUvarint(row, hours.place(string(schedules.Pack(s.hours))))
		if s.FirstPollAt.Known {
			row = binary.AppendVarint(append(row, 1), int64(s.FirstPollAt.At))
		} else {
			row = append(row, 0)
		}
		row = appendPackedText(appendPackedText(appendPackedText(row, s.Name), s.Group), s.City)
	}
	out := []byte{storePartVersion}
	out = hours.append(zones.append(out))
	out = binary.AppendUvarint(out, uint64(len(stores)))
	return append(out, row...)
}

// packedTexts are distinct texts, each with its place.
type packedTexts struct {
	texts  []string
	places map[string]uint64
}

func (t *packedTexts) place(text string) uint64 {
	place, known := t.places[text]
	if !known {
		if t.places == nil {
			t.places = map[string]uint64{}
		}
		place = uint64(len(t.texts))
		t.texts, t.places[text] = append(t.texts, text), place
	}
	return place
}

func (t *packedTexts) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(t.texts)))
	for _, text := range t.texts {
		dst = appendPackedText(dst, text)
	}
	return dst
}

func appendPackedText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

var errCorruptPart = errors.New("corrupt part of stores")

// A storeUnpacker unpacks parts. Stores of all of them that keep the same hours share them.
type storeUnpacker struct {
	known map[string][]uptime.Schedule // by their packed form
}

func newStoreUnpacker() *storeUnpacker {
	return &storeUnpacker{known: map[string][]uptime.Schedule{}}
}

// unpack appends the stores of a part. Their texts share the memory of the part.
func (u *storeUnpacker) unpack(stores []storeWithHours, packed string) ([]storeWithHours, error) {
	r := packedReader{rest: packed}
	if r.take(1) != string([]byte{storePartVersion}) {
		return nil, errCorruptPart
	}
	zones := r.texts()
	hours := make([][]uptime.Schedule, 0, 64)
	for _, text := range r.texts() {
		known, some := u.known[text]
		if !some {
			var err error
			if known, err = schedules.Unpack([]byte(text)); err != nil {
				return nil, err
			}
			u.known[text] = known
		}
		hours = append(hours, known)
	}
	id := int32(0)
	for range r.count() {
		id += int32(r.number())
		s := storeWithHours{Store: Store{ID: id, Code: r.text()}}
		zone, kept := r.number(), r.number()
		if zone >= uint64(len(zones)) || kept >= uint64(len(hours)) {
			return nil, errCorruptPart
		}
		s.Zone, s.hours = zones[zone], hours[kept]
		if r.number() != 0 {
			s.FirstPollAt = InstantAt(uptime.Instant(r.signed()))
		}
		s.Name, s.Group, s.City = r.text(), r.text(), r.text()
		stores = append(stores, s)
	}
	if r.failed || r.rest != "" {
		return nil, errCorruptPart
	}
	return stores, nil
}

// A packedReader takes values off the front of a text. Once one is missing it has failed, and
// gives zeros from then on.
type packedReader struct {
	rest   string
	failed bool
}

func (r *packedReader) take(n uint64) string {
	if r.failed || n > uint64(len(r.rest)) {
		r.failed, r.rest = true, ""
		return ""
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *packedReader) number() (n uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.take(1)
		if b == "" {
			return 0
		}
		n |= uint64(b[0]&0x7f) << shift
		if b[0] < 0x80 {
			return n
		}
	}
	r.failed = true
	return 0
}

// count is a number of things that follow, each of a byte at least.
func (r *packedReader) count() uint64 {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.failed = true
		return 0
	}
	return n
}

func (r *packedReader) signed() int64 {
	n := r.number()
	return int64(n>>1) ^ -int64(n&1)
}

func (r *packedReader) text() string { return r.take(r.number()) }

func (r *packedReader) texts() []string {
	texts := make([]string, r.count())
	for n := range texts {
		texts[n] = r.text()
	}
	return texts
}
