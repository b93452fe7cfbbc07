package names_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightson/models/names"

	"pgregory.net/rapid"
)

func TestANameThatNobodySeesIsNone(t *testing.T) {
	for name, want := range map[string]string{
		"":                               "",
		"Joe's Pizza":                    "Joe's Pizza",
		" Joe ":                          "Joe",
		"\u200b":                         "",
		"\u3164":                         "", // Hangul filler: a letter to Unicode
		"\u2800\u2800":                   "", // empty Braille pattern: a symbol
		"\u00ad":                         "",
		"\u200d\ufe0f":                   "",
		"\u00a0\u2003\t":                 "",
		"\U000e0020":                     "", // a tag character
		"Orbit\u200b":                    "Orbit",
		"\ufeffOrbit":                    "Orbit",
		"Or\u200bbit":                    "Orbit",
		"Or\u00adbit\u00a0":              "Orbit",
		"\u202aOrbit\u202c":              "Orbit", // copied from a right-to-left document
		"Cafe\u0301":                     "Café",
		"Café":                           "Café",
		"寿司":                             "寿司",
		"❤\ufe0f":                        "❤\ufe0f",                        // the red heart is one with its selector
		"👩\u200d🍳 Anna":                  "👩\u200d🍳 Anna",                  // a cook
		"می\u200cخواهم":                  "می\u200cخواهم",                  // Persian joins otherwise
		"Two  Blanks":                    "Two  Blanks",                    // HTML shows one, files keep both
		"\U0001F3F4\U000e0067\U000e007f": "\U0001F3F4\U000e0067\U000e007f", // a flag
	} {
		if got := names.Visible(name); got != want {
			t.Errorf("%+q: %+q, want %+q", name, got, want)
		}
		if got := names.Visible(names.Visible(name)); got != want {
			t.Errorf("%+q: %+q at the second time", name, got)
		}
	}
}

func TestAskingForANameThatNobodySeesFindsNoneInsteadOfAll(t *testing.T) {
	for typed, want := range map[string]string{
		"": "", " ": "", "\t\u00a0\u2003": "", " Joe ": "Joe", "Orbit\u200b": "Orbit", "Cafe\u0301": "Café",
		"\x00": "\x00", "\u200b": "\u200b", " \ufeff ": " \ufeff ", "\u3164": "\u3164", "\u2800": "\u2800",
	} {
		if got := names.Asked(typed); got != want {
			t.Errorf("%+q: %+q, want %+q", typed, got, want)
		}
	}
}

func TestASearchFindsWhatPeopleMean(t *testing.T) {
	for _, tt := range []struct {
		typed, text string
		want        bool
	}{
		{"café", "Cafe\u0301 Nord", true}, {"Cafe\u0301", "Café Sud", true}, {"cafe", "CAFÉ", true}, {"CAFÉ", "cafe", true},
		{"joe's", "Joe’s Pizza", true}, {"joes", "Joe's Pizza", true}, {"joe’s", "Joe`s", true}, {"o'brien", "O‘Brien  Two", true}, {"obrien two", "O'Brien  Two", true},
		{"pizza boise", "Joe's Pizza\nBoise", true}, {"boise joe", "Joe's Pizza\nBoise", true}, {"boise jim", "Joe's Pizza\nBoise", false},
		{"strasse", "Hauptstraße 1", true}, {"STRASSE", "Hauptstraße", true}, {"straße", "HAUPTSTRASSE", true},
		{"smorrebrod", "Smørrebrød", true}, {"lodz", "Łódź", true}, {"aebler", "Æbler", true},
		{"123", "１２３", true}, {"ｃａｆｅ", "Café", true}, {"ﬁsh", "Fish", true},
		{"super-bowl", "Super–Bowl", true}, {"istanbul", "İSTANBUL", true}, {"ΟΔΟΣ", "οδος", true},
		{"寿司", "寿司 東京", true}, {"orbit", "Or\u200bbit", true}, {"", "anything", true}, {" \u200b ", "anything", true}, {"x", "", false},
	} {
		if got := names.NewSearch(tt.typed).Finds(names.Fold(tt.text)); got != tt.want {
			t.Errorf("%q in %q: %v, want %v", tt.typed, tt.text, got, tt.want)
		}
	}
}

func TestASearchFindsTheSameInATextThatIsReadyToBeSearched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOf(rapid.SampledFrom([]rune("abAB12 -é\n")))
		texts, typed := rapid.SliceOfN(letters, 1, 3).Draw(t, "texts"), letters.Draw(t, "typed")
		folded := make([]string, len(texts))
		for n, text := range texts {
			folded[n] = names.Fold(text)
		}
		search := names.NewSearch(typed)
		if got, want := search.FindsIn(names.NewSearchable(texts...)), search.Finds(strings.Join(folded, "\n")); got != want {
			t.Fatalf("%q in %q: %t, want %t", typed, texts, got, want)
		}
	})
}

func TestNamesAreSortedAsPeopleDo(t *testing.T) {
	want := []string{"", "Äpfel", "apple", "Banana", "cote", "côte", "Cz", "Éclair", "eclair b", "Élan", "über", "Ulm", "zebra", "Zoo"}
	for range 20 {
		list := slices.Clone(want)
		rand.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		ranks := map[string]int{}
		for n, rank := range names.Ranks(list) {
			ranks[list[n]] = rank
		}
		slices.SortFunc(list, func(a, b string) int { return cmp.Compare(ranks[a], ranks[b]) })
		// Äpfel comes before apple because f comes before p.
		if !slices.Equal(list, want) {
			t.Fatalf("%q, want %q", list, want)
		}
	}
	if got := names.Ranks([]string{"Zoo", "zoo", "ZOO", "a"}); !slices.Equal(got, []int{1, 1, 1, 0}) {
		t.Errorf("case counts: %v", got)
	}
	if got := names.Ranks(nil); len(got) != 0 {
		t.Errorf("of no names: %v", got)
	}
}

func BenchmarkRanks(b *testing.B) {
	list := make([]string, 14_000)
	for n := range list {
		list[n] = fmt.Sprintf("Café Number %d", rand.IntN(1_000_000))
	}
	for b.Loop() {
		names.Ranks(list)
	}
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		names.Fold("Café Number 12")
	}
}
