package feed

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// keptDigits are the significant digits that a spreadsheet keeps of a number.
const keptDigits = 15

// A Damaged is what is still known of an id that a spreadsheet damaged: its exact text,
// or, where digits were lost, the bounds of the numbers that it may have been.
type Damaged struct {
	exact string // empty where digits were lost

	// A number is written with the digits that are left of it either cut or rounded:
	// 1.2E+18 may have been anything from 1150000000000000000 to 1299999999999999999.
	from, to string // digits without leading zeros, to excluded

	digits string // that are left of the number
}

// DamageOf reads an id that FaultOfID finds fault with. It is false where nothing can be
// told of the id that was meant.
func DamageOf(id string) (Damaged, bool) {
	switch FaultOfID(id) {
	case IDRounded:
		digits, length, ok := roundedDigits(id)
		if !ok {
			return Damaged{}, false
		}
		return lostDigits(digits, length), true
	case IDDecimal, IDFormula, IDQuoted, IDInvisible:
		plain := plainID(id)
		if plain == id || plain == "" || len(plain) > maxStoreID {
			return Damaged{}, false
		}
		if FaultOfID(plain) != "" {
			return DamageOf(plain)
		}
		if long, _ := isZeroed(plain); long && decimalID.MatchString(strings.TrimSpace(id)) {
			return lostDigits(plain, len(plain)), true // it has been a number of a program, which is as imprecise
		}
		return Damaged{exact: plain}, true
	default:
		return Damaged{}, false
	}
}

// zeroedDamage reads an id of which a spreadsheet kept 15 digits and made the others
// zeros. Only the other ids of its file tell that it did; see ZeroedIDs.
func zeroedDamage(id string) Damaged { return lostDigits(id[:keptDigits], len(id)) }

// Fits reports whether the damaged id may have been made of this one.
func (d Damaged) Fits(id string) bool {
	if d.exact != "" {
		return id == d.exact
	}
	return isNumberID(id) && compareNumbers(d.from, id) <= 0 && compareNumbers(id, d.to) < 0
}

// roundedDigits are the digits of a number such as 8.4E+18, and how many it had.
func roundedDigits(id string) (digits string, length int, ok bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToUpper(id), "E")
	whole, fraction, _ := strings.Cut(strings.Replace(mantissa, ",", ".", 1), ".")
	power, err := strconv.Atoi(strings.TrimPrefix(exponent, "+"))
	digits = strings.TrimLeft(whole+fraction, "0")
	length = len(whole) + power - (len(whole) + len(fraction) - len(digits))
	// A number with a sign, zero, or with a fraction is no id.
	ok = err == nil && digits != "" && digits[0] <= '9' && digits[0] >= '0' && length >= len(digits) && length <= maxStoreID
	return digits, length, ok
}

// lostDigits is a number of which only the first digits can be relied on, 15 at most.
func lostDigits(digits string, length int) Damaged {
	digits = digits[:min(len(digits), keptDigits)]
	zeros := length - len(digits)
	first, _ := new(big.Int).SetString(digits, 10)
	to := new(big.Int).Add(first, big.NewInt(1)).String() + strings.Repeat("0", zeros)
	// What is rounded up may have been half a unit of the last digit less. Below a power of
	// ten the unit is a tenth of the one above.
	finer := 1
	if strings.Trim(digits[1:], "0") == "" && digits[0] == '1' {
		finer = 2
	}
	if zeros < finer {
		return Damaged{from: digits + strings.Repeat("0", zeros), to: to, digits: digits}
	}
	from, _ := new(big.Int).SetString(digits+strings.Repeat("0", finer), 10)
	from.Sub(from, big.NewInt(5))
	return Damaged{from: from.String() + strings.Repeat("0", zeros-finer), to: to, digits: digits}
}

// isNumberID reports whether an id is a number as programs write it.
func isNumberID(id string) bool {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return id != "" && id[0] != '0'
}

// compareNumbers compares two numbers without leading zeros.
func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// isZeroed reports whether an id is a number with more digits than a spreadsheet keeps,
// and whether those are zeros.
func isZeroed(id string) (long, zeroed bool) {
	if len(id) <= keptDigits || !isNumberID(id) {
		return false, false
	}
	return true, strings.Trim(id[keptDigits:], "0") == ""
}

// fewestZeroed is from how many ids on zeros at their ends are no coincidence.
const fewestZeroed = 3

// ZeroedIDs are the indexes of the ids of one file that end in zeros because a
// spreadsheet keeps 15 digits of a number: 8419537941919820732 becomes
// 8419537941919820000. One such id is no fault. They are ones if they are at least
// three, and more than half of the ids that have more than 15 digits.
func ZeroedIDs(ids []string) []int {
	var zeroed []int
	longs := 0
	for n, id := range ids {
		long, zeros := isZeroed(id)
		if long {
			longs++
		}
		if zeros {
			zeroed = append(zeroed, n)
		}
	}
	if len(zeroed) < fewestZeroed || 2*len(zeroed) <= longs {
		return nil
	}
	return zeroed
}

// A Match says which known id a damaged one can only stand for.
type Match struct{ Damaged, Known string }

// MatchDamaged finds, for the damaged ids of a file, the known ids that they can only
// stand for, in the order of ids. ids are all distinct ids of the file; a known id may
// be among them, so that an id that ends in zeros fits itself; ids of other files that were
// zeroed (ZeroedIDs) should not be among the known ones. There is no match where several
// known ids fit, or where the file names what fits in any other way, damaged or not: two
// stores may have become one.
func MatchDamaged(ids, known []string) []Match {
	var matches []Match
	for _, d := range DamagedIDs(ids, known) {
		if d.Known != "" {
			matches = append(matches, Match{ids[d.Index], d.Known})
		}
	}
	return matches
}

// An idIndex finds ids that fit damaged ones.
type idIndex struct {
	at      map[string]int // where an id first is in the list
	numbers []string       // sorted by compareNumbers
}

func newIDIndex(ids []string) idIndex {
	index := idIndex{at: make(map[string]int, len(ids))}
	for n, id := range ids {
		if _, again := index.at[id]; again {
			continue
		}
		index.at[id] = n
		if isNumberID(id) {
			index.numbers = append(index.numbers, id)
		}
	}
	slices.SortFunc(index.numbers, compareNumbers)
	return index
}

// within are the numbers that fit what lost digits.
func (x idIndex) within(d Damaged) []string {
	first, _ := slices.BinarySearchFunc(x.numbers, d.from, compareNumbers)
	behind, _ := slices.BinarySearchFunc(x.numbers, d.to, compareNumbers)
	return x.numbers[first:behind]
}

// fitting are the ids that fit. There may be more than two.
func (x idIndex) fitting(d Damaged) []string {
	if d.exact == "" {
		return x.within(d)
	}
	if _, known := x.at[d.exact]; known {
		return []string{d.exact}
	}
	return nil
}

// other is where the id is of which one of the list that ends in zeros was made, if there
// is exactly one.
func (x idIndex) other(id string) (n int, ok bool) {
	fits := x.within(zeroedDamage(id))
	if len(fits) != 2 {
		return 0, false
	}
	if fits[0] == id {
		return x.at[fits[1]], true
	}
	return x.at[fits[0]], true
}

// oddZeros are the ids that end in zeros because of a spreadsheet. Where ids come from
// several files, their share says little: then it counts that most of them have exactly
// one other id of which they may have been made.
func oddZeros(ids []string) []OddID {
	var zeroed, paired []int
	for n, id := range ids {
		if _, zeros := isZeroed(id); zeros {
			zeroed = append(zeroed, n)
		}
	}
	if len(zeroed) < fewestZeroed {
		return nil
	}
	index, like := newIDIndex(ids), map[int]int{}
	for _, n := range zeroed {
		if other, one := index.other(ids[n]); one {
			paired, like[n] = append(paired, n), other
		}
	}
	found := ZeroedIDs(ids)
	if found == nil && len(paired) >= fewestZeroed && 2*len(paired) > len(zeroed) {
		found = paired
	}
	var odd []OddID
	for _, n := range found {
		o := OddID{n, IDZeros, -1}
		if other, one := like[n]; one {
			o.Like = other
		}
		odd = append(odd, o)
	}
	return odd
}
