package polls

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Reasons are what pollers said of why one store was inactive on one UTC day, packed in
// the format that the package describes. Its methods check it as they read it.
type Reasons []byte

// A Reason is what a poller said of one poll.
type Reason struct {
	Micro int64 // of the UTC day, when the poll was made
	Text  string
}

// LongestReason is how many bytes a reason has at most.
const LongestReason = 255

const (
	reasonsVersion = 1
	reasonHead     = 6 // bytes before the text: the microsecond, and the length of the text
)

// PackReasons appends reasons to dst as Reasons. There must be at least one; they must be
// sorted, at most one per microsecond. Longer texts are cut between two characters, and
// what is no UTF-8 is replaced. Reasons without a text are left out.
func PackReasons(dst []byte, reasons []Reason) Reasons {
	dst = append(dst, reasonsVersion)
	for _, r := range reasons {
		text := cutReason(r.Text)
		if text == "" {
			continue
		}
		m := uint64(r.Micro)
		dst = append(dst, byte(m>>32), byte(m>>24), byte(m>>16), byte(m>>8), byte(m), byte(len(text)))
		dst = append(dst, text...)
	}
	return dst
}

// cutReason is a text that a reason can have.
func cutReason(text string) string {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	if len(text) <= LongestReason {
		return text
	}
	end := LongestReason
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// Each visits the reasons in order. The text is only valid during the visit. It gives
// ErrCorrupt at the first bytes that PackReasons would not write, after it has visited the
// reasons before them.
func (r Reasons) Each(visit func(micro int64, text []byte)) error {
	if len(r) <= 1+reasonHead {
		return fmt.Errorf("%w: %d bytes of reasons", ErrCorrupt, len(r))
	}
	if r[0] != reasonsVersion {
		return fmt.Errorf("%w: version %d of reasons, expected %d", ErrCorrupt, r[0], reasonsVersion)
	}
	previous := int64(-1)
	for b := r[1:]; len(b) > 0; {
		if len(b) < reasonHead {
			return fmt.Errorf("%w: a reason of %d bytes", ErrCorrupt, len(b))
		}
		micro := int64(b[0])<<32 | int64(b[1])<<24 | int64(b[2])<<16 | int64(b[3])<<8 | int64(b[4])
		if micro <= previous || micro >= microsPerDay {
			return fmt.Errorf("%w: reason at microsecond %d of the day after %d", ErrCorrupt, micro, previous)
		}
		length := int(b[5])
		b = b[reasonHead:]
		if length == 0 || length > len(b) || !utf8.Valid(b[:length]) {
			return fmt.Errorf("%w: a reason's text of %d bytes, %d are left", ErrCorrupt, length, len(b))
		}
		visit(micro, b[:length])
		previous, b = micro, b[length:]
	}
	return nil
}

// AppendReasons appends the reasons of r to dst, or gives ErrCorrupt.
func (r Reasons) AppendReasons(dst []Reason) ([]Reason, error) {
	err := r.Each(func(micro int64, text []byte) { dst = append(dst, Reason{micro, string(text)}) })
	return dst, err
}

// At is the reason of the poll at a microsecond of the day; empty where it has none.
func (r Reasons) At(micro int64) (text string, err error) {
	err = r.Each(func(at int64, said []byte) {
		if at == micro {
			text = string(said)
		}
	})
	return text, err
}

// MergeReasons merges added reasons into the known ones of the same store and day and
// appends the result to dst. known must be sorted, one per microsecond; added are in no
// order and may have repeats. Of several texts of one microsecond, the first in order of
// bytes wins, so that the result does not depend on the order or the number of imports.
// changed reports whether the result differs from known.
func MergeReasons(dst, known, added []Reason) (merged []Reason, changed bool) {
	start := len(dst)
	merged = append(append(dst, known...), added...)
	all := merged[start:]
	for n := range all {
		all[n].Text = cutReason(all[n].Text)
	}
	all = slices.DeleteFunc(all, func(r Reason) bool { return r.Text == "" })
	slices.SortFunc(all, func(a, b Reason) int { return cmp.Or(cmp.Compare(a.Micro, b.Micro), cmp.Compare(a.Text, b.Text)) })
	all = slices.CompactFunc(all, func(a, b Reason) bool { return a.Micro == b.Micro })
	return merged[:start+len(all)], !slices.Equal(all, known)
}
