package feed_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models/feed"
)

func TestADamagedIDFitsWhatItWasMadeOf(t *testing.T) {
	tests := []struct {
		damaged      string
		fits, others []string
	}{
		{"8.41953794191982E+18", []string{"8419537941919820732", "8419537941919820000", "8419537941919829999", "8419537941919815000"}, []string{"8419537941919830000", "8419537941919814999", "841953794191982", "84195379419198207320", "8.41953794191982E+18"}},
		{"8,41953794191982e18", []string{"8419537941919820732"}, []string{"8419537941919830000"}},
		{"1.2E+18", []string{"1200000000000000000", "1249999999999999999", "1299999999999999999", "1150000000000000000"}, []string{"1149999999999999999", "1300000000000000000", "120000000000000000", "12000000000000000000", "0120000000000000000"}},
		{"1E+18", []string{"1000000000000000001", "950000000000000000", "1999999999999999999"}, []string{"949999999999999999", "600000000000000000", "2000000000000000000"}},
		{"1E+1", []string{"10", "19"}, []string{"9", "20"}},
		{"8.419537941919821e+18", []string{"8419537941919820732"}, []string{"8419537941919830000"}},
		{"8.4195379419198208e+18", []string{"8419537941919820732"}, nil},
		{"2.57E+14", []string{"257000000000000", "257012345678901"}, []string{"258000000000000", "2570000000000000"}},
		{"1.23456789012E+11", []string{"123456789012"}, []string{"123456789011", "123456789013"}},
		{"84.1E+17", []string{"8412345678901234567"}, []string{"84123456789012345678"}},
		{"0.84E+19", []string{"8412345678901234567"}, nil},
		{"9.99999999999999E+18", []string{"9999999999999999999", "9999999999999990000"}, []string{"10000000000000000000"}},
		{"1E+19", []string{"9999999999999999999", "10000000000000000000"}, nil},
		{"257000000000000.0", []string{"257000000000000"}, []string{"257000000000001", "257000000000000.0", "2570000000000000"}},
		{"101,00", []string{"101"}, []string{"1"}},
		{"8419537941919820800.0", []string{"8419537941919820732"}, []string{"8419537941919830000"}},
		{`="101"`, []string{"101"}, []string{"1", "0101"}}, {"=101", []string{"101"}, nil}, {"'101", []string{"101"}, nil}, {"'Café 9", []string{"Café 9"}, []string{"Café"}},
		{"\ufeff101\u200b", []string{"101"}, nil}, {"\u200b'101", []string{"101"}, nil}, {"\u200b=\"8.4E+18\"", []string{"8412345678901234567"}, []string{"8.4E+18"}},
		{`="8419537941919820000"`, []string{"8419537941919820000"}, []string{"8419537941919820732"}},
	}
	for _, test := range tests {
		d, ok := feed.DamageOf(test.damaged)
		if !ok {
			t.Errorf("%q is no damaged id", test.damaged)
		}
		for _, id := range test.fits {
			if !d.Fits(id) {
				t.Errorf("%q does not fit %q", test.damaged, id)
			}
		}
		for _, id := range append(test.others, "", "abc", "\u200b", test.damaged) {
			if d.Fits(id) {
				t.Errorf("%q fits %q", test.damaged, id)
			}
		}
	}
	for _, id := range []string{"", "101", "8419537941919820732", "8419537941919820000", "#REF!", "-1.5E+3", "+8.4E+18", "0E+5", "1.2345E+2", "1E+999", "1.5E+127x", "\u200b", "'", "=", `=""`, "=\"", "Store 9"} {
		if d, ok := feed.DamageOf(id); ok {
			t.Errorf("%q stands for %+v", id, d)
		}
	}
}

// spoiled is a number as spreadsheets and programs spoil it.
func spoiled(t *rapid.T, id string) string {
	way := rapid.SampledFrom([]string{"cut", "rounded", "float", "short", "exact"}).Draw(t, "way")
	switch way {
	case "cut":
		return id[:1] + "." + id[1:15] + "E+" + strconv.Itoa(len(id)-1)
	case "exact":
		return rapid.SampledFrom([]string{"'%s", `="%s"`, "=%s", "\ufeff%s", "%s\u200b"}).Draw(t, "marks")
	}
	number, _ := new(big.Float).SetPrec(200).SetString(id)
	switch way {
	case "rounded":
		return number.Text('E', 14)
	case "short":
		return number.Text('E', rapid.IntRange(0, 13).Draw(t, "digits"))
	default:
		float, _ := number.Float64()
		return strconv.FormatFloat(float, 'e', -1, 64)
	}
}

func TestEveryWayToSpoilANumberLeavesItFitting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.StringMatching(`[1-9][0-9]{15,20}`), rapid.StringMatching(`9{14,18}[0-9]{2}`), rapid.StringMatching(`10{14,18}[0-9]{2}`)).Draw(t, "id")
		damaged := spoiled(t, id)
		if strings.Contains(damaged, "%s") {
			damaged = fmt.Sprintf(damaged, id)
		}
		d, ok := feed.DamageOf(damaged)
		if !ok || !d.Fits(id) {
			t.Fatalf("%q was made of %q and does not fit it", damaged, id)
		}
	})
}

func TestZerosAtTheEndAreAFaultByTheirShare(t *testing.T) {
	const a, b, c, whole, other = "8419537941919820000", "257000000000000000", "1000000000000010", "8419537941919820732", "8139926242460185114"
	for _, test := range []struct {
		ids  []string
		want []int
	}{
		{[]string{a}, nil}, {[]string{a, b}, nil}, {[]string{a, b, c}, []int{0, 1, 2}}, {[]string{a, whole, b, other, c}, []int{0, 2, 4}},
		{[]string{a, whole, b, other, c, "9000000000000000001"}, nil}, // just half of them
		{[]string{"1", "20", "300", a, "f3b5a1d2", b, "100000", c, "8.4E+18"}, []int{3, 5, 7}},
		{[]string{"100000000000000", "200000000000000", "300000000000000"}, nil}, // 15 digits are kept
		{[]string{"8419537941919821000", "8419537941919822000", "8419537941919823000"}, nil},
		{[]string{"0000000000000000000", "00000000000000000000", "01000000000000000000"}, nil},
	} {
		if got := feed.ZeroedIDs(test.ids); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v, want %v", test.ids, got, test.want)
		}
	}
}

func TestAMatchIsOfferedOnlyWhereOneStoreFits(t *testing.T) {
	const rounded, zeros, whole = "8.41953794191982E+18", "8419537941919820000", "8419537941919820732"
	more := []string{"257000000000000000", "381000000000000000"} // more that end in zeros
	for name, test := range map[string]struct {
		ids, known []string
		want       []feed.Match
	}{
		"one fits":                        {[]string{rounded}, []string{"101", whole}, []feed.Match{{rounded, whole}}},
		"none fits":                       {[]string{rounded}, []string{"101", "8419537941919830000"}, nil},
		"two fit":                         {[]string{rounded}, []string{whole, "8419537941919820733"}, nil},
		"two fit, one by rounding":        {[]string{rounded}, []string{whole, "8419537941919819999"}, nil},
		"few digits, one fits":            {[]string{"8.4E+18"}, []string{whole, "1"}, []feed.Match{{"8.4E+18", whole}}},
		"few digits, two fit":             {[]string{"8.4E+18"}, []string{whole, "8400000000000000001"}, nil},
		"of another length":               {[]string{rounded}, []string{"84195379419198207321"}, nil},
		"the damaged id is known too":     {[]string{rounded}, []string{rounded, whole}, []feed.Match{{rounded, whole}}},
		"zeros, among others":             {append([]string{zeros}, more...), []string{whole}, []feed.Match{{zeros, whole}}},
		"zeros, alone":                    {[]string{zeros}, []string{whole}, nil},
		"zeros that are known themselves": {append([]string{zeros}, more...), []string{zeros, whole}, nil},
		"zeros that are all that fits":    {append([]string{zeros}, more...), []string{zeros}, nil},
		"two damaged for one store":       {append([]string{zeros, rounded}, more...), []string{whole}, nil},
		"two marks for one store":         {[]string{"'101", `="101"`}, []string{"101"}, nil},
		"the store is named as well":      {[]string{rounded, whole}, []string{whole}, nil},
		"named as well, before":           {[]string{"101", "101.0"}, []string{"101"}, nil},
		"zeros known, and a mark":         {append([]string{zeros, "'" + zeros}, more...), []string{zeros}, nil},
		"marks":                           {[]string{"'101", `="102"`, "103\u200b", "104.0", "105", "#REF!"}, []string{"101", "102", "103", "104", "105"}, []feed.Match{{"'101", "101"}, {`="102"`, "102"}, {"103\u200b", "103"}, {"104.0", "104"}}},
		"marks for no store":              {[]string{"'101"}, []string{"'101", "1010"}, nil},
		"known twice":                     {[]string{rounded}, []string{whole, whole}, []feed.Match{{rounded, whole}}},
		"nothing":                         {nil, nil, nil},
	} {
		if diff := cmp.Diff(test.want, feed.MatchDamaged(test.ids, test.known), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: want -, got +:\n%s", name, diff)
		}
	}
}

// The index finds what looking at every known id finds.
func TestMatchesAreThoseThatFitAmongAllKnownIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[1-3]00000000000000[0-9]{0,3}|[1-9]{1,2}|1{15}[0-3]{0,4}`)
		known := rapid.SliceOfNDistinct(number, 0, 30, rapid.ID).Draw(t, "known")
		ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1E+17", "1E+15", "1.11111111111111E+18", "1.1E+16", "2E+16", "3.0E+14", "'11", "12.0", "7", "=13", "1E+1"}), 0, 8, rapid.ID).Draw(t, "ids")
		var want []feed.Match
		meant := map[string]int{}
		for _, id := range ids {
			stands := id
			if d, ok := feed.DamageOf(id); ok {
				fits := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !d.Fits(k) })
				if len(fits) == 1 {
					stands = fits[0]
					want = append(want, feed.Match{Damaged: id, Known: stands})
				}
			}
			meant[stands]++
		}
		want = slices.DeleteFunc(want, func(m feed.Match) bool { return meant[m.Known] > 1 })
		if diff := cmp.Diff(want, feed.MatchDamaged(ids, known), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%v of %v: want -, got +:\n%s", ids, known, diff)
		}
	})
}

// A file of 14,000 damaged ids finds all its stores.
func TestAWholeFileOfDamagedIDsIsMatched(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var known, zeros []string
	for range 14_000 {
		id := strconv.FormatInt(1e18+random.Int64N(8e18), 10)
		known, zeros = append(known, id), append(zeros, id[:15]+"0000")
	}
	matches := feed.MatchDamaged(zeros, known)
	if len(matches) < 13_990 { // a few end in zeros by chance
		t.Fatalf("%d of %d", len(matches), len(known))
	}
	all := slices.Concat(known, zeros)
	found := slices.DeleteFunc(feed.OddIDs(all), func(o feed.OddID) bool { return o.Like < 0 })
	for _, o := range found {
		if o.Fault != feed.IDZeros || o.Index < len(known) || all[o.Like][:15] != all[o.Index][:15] {
			t.Fatalf("%+v: %s is like %s", o, all[o.Index], all[o.Like])
		}
	}
	if len(found) < 13_990 {
		t.Errorf("among all stores: %d", len(found))
	}
	if found := feed.OddIDs(known); len(found) > 0 {
		t.Errorf("without damage: %v", found)
	}
}

func BenchmarkMatchDamaged(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var known, zeros []string
	for range 14_000 {
		id := strconv.FormatInt(1e18+random.Int64N(8e18), 10)
		known, zeros = append(known, id), append(zeros, id[:15]+"0000")
	}
	for b.Loop() {
		feed.MatchDamaged(zeros, known)
	}
}

func FuzzDamageOf(f *testing.F) {
	for _, id := range []string{"8.4E+18", "257000000000000.0", `="101"`, "'101", "\ufeff101", "1E+1", "==1", "=\"=\"", "9,9e99", "0.0E+0", "''=1.0"} {
		f.Add(id, "8419537941919820732")
	}
	f.Fuzz(func(t *testing.T, id, known string) {
		d, ok := feed.DamageOf(id)
		if ok && (feed.FaultOfID(id) == "" || d.Fits("") || d.Fits(id)) || !ok && d.Fits(known) {
			t.Errorf("%q: %+v, %v", id, d, ok)
		}
		if matches := feed.MatchDamaged([]string{id}, []string{known}); ok && (len(matches) == 1) != d.Fits(known) || !ok && len(matches) > 0 {
			t.Errorf("%q and %q: %+v, but %v", id, known, d, matches)
		}
	})
}
