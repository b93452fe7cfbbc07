package history

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// leastStores is how many stores a group has that is a part of its own.
const leastStores = 32

// sizes say which stores are a part.
type sizes struct {
	least       int // stores of a group that is a part of its own
	most        int // stores of a group that is one part, and then ids of a part of it
	ofTheOthers int // ids of a part of the stores of no such group
}

// usualSizes are such that a change of one store costs little.
var usualSizes = sizes{least: leastStores, most: 1024, ofTheOthers: 512}

// A key stands for everything that decides the sums of a part.
type key [sha256.Size]byte

// A part is some stores that are summed up together.
type part struct {
	key      key
	rangeKey key   // with corrections, which decide corrected figures
	stores   []int // indexes of the whole snapshot, by id
}

// A base is the parts of all stores, of one version of the data.
type base struct {
	of      *figures.Snapshot // nil in those that are kept, which outlive it; see baseOf
	version int64
	parts   []part
	known   map[key]int // indexes of parts
	ranged  map[key]int // likewise, by their range keys
	partOf  []int32     // by index of the whole snapshot
	place   []int32     // in its part, likewise
	byID    []int32     // indexes of the whole snapshot, by id
	latest  uptime.Date // the latest local date of all stores
}

// newBase puts all stores of a whole snapshot into parts.
func newBase(s *figures.Snapshot, by sizes) *base {
	b := &base{of: s, version: s.Version, known: map[key]int{}, ranged: map[key]int{}, partOf: make([]int32, len(s.Stores)), place: make([]int32, len(s.Stores)), byID: make([]int32, len(s.Stores))}
	for n := range b.byID {
		b.byID[n] = int32(n)
	}
	slices.SortFunc(b.byID, func(a, b int32) int { return cmp.Compare(s.Stores[a].ID, s.Stores[b].ID) })
	zones := map[string]bool{}
	inGroup := make([]bool, len(s.Stores))
	for _, group := range s.Groups() {
		if len(group.Stores) < by.least {
			continue
		}
		for _, n := range group.Stores {
			inGroup[n] = true
		}
		ids := by.most
		if len(group.Stores) <= by.most {
			ids = math.MaxInt32 // all in one
		}
		b.add(group.Stores, ids)
	}
	var others []int
	for n := range s.Stores {
		if !inGroup[n] {
			others = append(others, n)
		}
		if zone := s.Stores[n].ZoneName(); !zones[zone] {
			zones[zone] = true
			b.latest = max(b.latest, s.Today(n))
		}
	}
	b.add(others, by.ofTheOthers)
	return b
}

// add puts stores into parts by their ids, so many ids in each.
func (b *base) add(stores []int, ids int) {
	rest := sortedByID(b.of, stores)
	for len(rest) > 0 {
		end := (int(b.of.Stores[rest[0]].ID)/ids + 1) * ids
		size := len(rest)
		if i := slices.IndexFunc(rest, func(n int) bool { return int(b.of.Stores[n].ID) >= end }); i >= 0 {
			size = i
		}
		p := newPart(b.of, rest[:size:size])
		for place, n := range p.stores {
			b.partOf[n], b.place[n] = int32(len(b.parts)), int32(place)
		}
		p.rangeKey = p.withCorrections(b.of)
		b.known[p.key], b.ranged[p.rangeKey] = len(b.parts), len(b.parts)
		b.parts, rest = append(b.parts, p), rest[size:]
	}
}

// indexOf is the index of the store with an id.
func (b *base) indexOf(id int32) (int, bool) {
	i, found := slices.BinarySearchFunc(b.byID, id, func(n, id int32) int { return cmp.Compare(b.of.Stores[n].ID, id) })
	if !found {
		return 0, false
	}
	return int(b.byID[i]), true
}

// sortedByID are stores in the order of their ids.
func sortedByID(s *figures.Snapshot, stores []int) []int {
	return slices.SortedFunc(slices.Values(stores), func(a, b int) int { return cmp.Compare(s.Stores[a].ID, s.Stores[b].ID) })
}

// newPart is the part of some stores, which are in the order of their ids.
func newPart(s *figures.Snapshot, stores []int) part {
	text := binary.AppendVarint(binary.AppendVarint(nil, s.PastMark()), int64(s.PollEvery))
	hash := sha256.New()
	var one []byte
	for _, n := range stores {
		one = s.AppendHours(one[:0], n)
		text = binary.AppendVarint(text, int64(s.Stores[n].ID))
		text = append(binary.AppendUvarint(text, uint64(len(one))), one...)
		_, _ = hash.Write(text) // it never fails
		text = text[:0]
	}
	p := part{stores: stores}
	hash.Sum(p.key[:0])
	return p
}

// withCorrections is the key of the part and of all corrections of its stores.
func (p part) withCorrections(s *figures.Snapshot) key {
	text := p.key[:]
	for _, n := range p.stores {
		for _, e := range s.Excused(n) {
			text = binary.AppendVarint(text, int64(s.Stores[n].ID))
			text = binary.AppendVarint(binary.AppendVarint(text, int64(e.From)), int64(e.To))
		}
	}
	if len(text) == len(p.key) {
		return p.key
	}
	return sha256.Sum256(text)
}

// ids are the ids of the stores of a part.
func (p part) ids(s *figures.Snapshot) []int32 {
	ids := make([]int32, len(p.stores))
	for i, n := range p.stores {
		ids[i] = s.Stores[n].ID
	}
	return ids
}

// cover are the parts that some stores are: those of which they have all stores and, where
// there are others, one of these.
func (b *base) cover(s *figures.Snapshot, stores []int) (parts []part) {
	if len(stores) == len(b.partOf) {
		return b.parts
	}
	count := map[int32]int{}
	for _, n := range stores {
		count[b.partOf[s.InWhole(n)]]++
	}
	for n, p := range b.parts {
		if count[int32(n)] == len(p.stores) {
			parts = append(parts, p)
		}
	}
	var rest []int
	for _, n := range stores {
		whole := s.InWhole(n)
		if of := b.partOf[whole]; count[of] < len(b.parts[of].stores) {
			rest = append(rest, whole)
		}
	}
	if len(rest) > 0 {
		parts = append(parts, newPart(b.of, sortedByID(b.of, rest)))
	}
	return parts
}

// baseOf is the base of a whole snapshot. Every snapshot of a version has the same stores.
// The sums of parts that no base has are dropped.
func (h *History) baseOf(s *figures.Snapshot) *base {
	for _, b := range h.bases {
		if b.version == s.Version {
			return b.with(s)
		}
	}
	b := newBase(s, h.sizes)
	h.bases = append(h.bases, b.with(nil))
	if len(h.bases) > 2 { // pages may be of the version before the newest
		h.bases = slices.Delete(h.bases, 0, 1)
	}
	for k := range h.sums {
		if !h.inBase(k) {
			delete(h.sums, k)
		}
	}
	h.forgetRangeParts()
	return b
}

func (b base) with(s *figures.Snapshot) *base {
	b.of = s
	return &b
}

// inBase reports whether a base has a part.
func (h *History) inBase(k key) bool {
	return slices.ContainsFunc(h.bases, func(b *base) bool { _, some := b.known[k]; return some })
}
