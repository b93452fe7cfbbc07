package feed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lightson/models/words"
)

// An IDFault is a likely cause why a store id may not be the one that was meant. Ids
// are kept as they are: only people know.
type IDFault string

// The faults of ids.
const (
	IDRounded   IDFault = "scientific_notation"  // 8.4E+18
	IDZeros     IDFault = "ends_in_zeros"        // 8419537941919820000, among others of the kind
	IDDecimal   IDFault = "decimal"              // 257000000000000.0
	IDFormula   IDFault = "formula"              // ="101"
	IDQuoted    IDFault = "apostrophe"           // '101
	IDError     IDFault = "spreadsheet_error"    // #REF!
	IDInvisible IDFault = "invisible_characters" // 101 and a zero-width space
	IDAlike     IDFault = "looks_alike"          // without a fault, but another has one and looks the same
)

// IDFaults are all of them.
var IDFaults = []IDFault{IDRounded, IDZeros, IDDecimal, IDFormula, IDQuoted, IDError, IDInvisible, IDAlike}

// String says the fault as people would, in English.
func (f IDFault) String() string { return string(f.Words()) }

// Words say the fault as people would.
func (f IDFault) Words() words.Text {
	switch f {
	case IDRounded:
		return "scientific notation: a spreadsheet rounded a long number; several stores may have become one"
	case IDZeros:
		return "zeros at the end: a spreadsheet replaced all digits after the 15th; several stores may have become one"
	case IDDecimal:
		return "a decimal point that a spreadsheet or a program added to a whole number"
	case IDFormula:
		return "a formula around the id, meant to protect it in a spreadsheet"
	case IDQuoted:
		return "an apostrophe before the id, added by a spreadsheet to mark text"
	case IDError:
		return "a spreadsheet error in place of the id"
	case IDInvisible:
		return "invisible characters in the id"
	case IDAlike:
		return "looks like another id; the difference is invisible"
	default:
		return ""
	}
}

var (
	roundedID = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?[eE]\+?[0-9]{1,3}$`)
	// A UUID or a version number has no such form: digits, and a fraction of zeros.
	decimalID = regexp.MustCompile(`^[0-9]+[.,]0+$`)
	formulaID = regexp.MustCompile(`^="?(.*?)"?$`)
)

var spreadsheetErrors = []string{"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"}

// FaultOfID is what looks wrong about an id by itself; empty where nothing does.
func FaultOfID(id string) IDFault {
	switch {
	case strings.ContainsFunc(id, isUnseen):
		return IDInvisible
	case strings.HasPrefix(id, "=") && len(id) > 1:
		return IDFormula
	case strings.HasPrefix(id, "'") && len(id) > 1:
		return IDQuoted
	case slices.Contains(spreadsheetErrors, strings.ToUpper(id)):
		return IDError
	case id == "" || id[0] > '9': // most ids of letters
		return ""
	case strings.ContainsAny(id, "eE") && roundedID.MatchString(id):
		return IDRounded
	case strings.ContainsAny(id, ".,") && decimalID.MatchString(id):
		return IDDecimal
	default:
		return ""
	}
}

// plainID is an id without what a spreadsheet or nobody's eye puts around it: ids with
// the same plain form look alike.
func plainID(id string) string {
	plain := strings.TrimSpace(strings.Map(func(r rune) rune {
		if isUnseen(r) {
			return -1
		}
		return r
	}, id))
	plain = strings.TrimPrefix(plain, "'")
	if strings.HasPrefix(plain, "=") {
		plain = formulaID.FindStringSubmatch(plain)[1]
	}
	if decimalID.MatchString(plain) {
		plain = plain[:strings.IndexAny(plain, ".,")]
	}
	return plain
}

// An OddID is an id that may not be the one that was meant.
type OddID struct {
	Index int // in the list that was looked through
	Fault IDFault
	Like  int // the index of another id that looks like it, or of the only one of which it may have been made; -1 where there is none
}

// OddIDs are the odd ones among ids, in their order.
func OddIDs(ids []string) []OddID {
	var odd []OddID
	for n, id := range ids {
		if fault := FaultOfID(id); fault != "" {
			odd = append(odd, OddID{n, fault, -1})
		}
	}
	odd = append(odd, oddZeros(ids)...)
	if len(odd) == 0 {
		return nil
	}
	plain := map[string][]int{} // the odd ones by what they look like
	for n, o := range odd {
		if o.Fault == IDZeros {
			continue
		}
		form := plainID(ids[o.Index])
		plain[form] = append(plain[form], n)
	}
	for n, id := range ids {
		if likes := plain[id]; len(likes) > 0 && FaultOfID(id) == "" {
			odd = append(odd, OddID{n, IDAlike, odd[likes[0]].Index})
			for _, like := range likes {
				odd[like].Like = n
			}
		}
	}
	for _, likes := range plain {
		if len(likes) < 2 || odd[likes[0]].Like >= 0 {
			continue
		}
		for n, like := range likes {
			odd[like].Like = odd[likes[(n+1)%len(likes)]].Index
		}
	}
	addLikes(ids, odd)
	slices.SortFunc(odd, func(a, b OddID) int { return a.Index - b.Index })
	return odd
}

// ShownID is an id for people, with what is invisible in it escaped.
func ShownID(id string) string { return shorten([]byte(id)) }

// InvisibleIn names the invisible characters of a text: U+200B, U+FEFF.
func InvisibleIn(text string) string {
	var names []string
	for _, r := range text {
		if name := fmt.Sprintf("U+%04X", r); isUnseen(r) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
