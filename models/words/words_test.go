package words_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models/words"
)

var all = []words.Language{words.English, words.Spanish, words.German}

func TestNumbersHaveTheSeparatorsOfTheLanguage(t *testing.T) {
	for _, test := range []struct {
		n    int64
		want [3]string // as in all
	}{
		{0, [3]string{"0", "0", "0"}},
		{999, [3]string{"999", "999", "999"}},
		{1000, [3]string{"1,000", "1000", "1.000"}},
		{-1000, [3]string{"-1,000", "-1000", "-1.000"}},
		{14092, [3]string{"14,092", "14.092", "14.092"}},
		{-123456, [3]string{"-123,456", "-123.456", "-123.456"}},
		{1234567, [3]string{"1,234,567", "1.234.567", "1.234.567"}},
	} {
		for i, l := range all {
			if got := words.In(l).Number(test.n); got != test.want[i] {
				t.Errorf("%d in %s is %q, want %q", test.n, l, got, test.want[i])
			}
		}
	}
	if got := words.In(words.German).Figure("1,204.5 h · 97.4 %"); got != "1.204,5 h · 97,4 %" {
		t.Errorf("a figure in German is %q", got)
	}
}

func TestTimesHaveTheNamesOfTheLanguage(t *testing.T) {
	at := time.Date(2026, time.May, 4, 9, 5, 0, 0, time.UTC)
	for i, want := range []string{"Mon, Monday, 4 May, May 2026, 09:05", "lun, lunes, 4 may, mayo 2026, 09:05", "Mo, Montag, 4 Mai, Mai 2026, 09:05"} {
		if got := words.In(all[i]).Time(at, words.Text("Mon, Monday, 2 Jan, January 2006, 15:04")); got != want {
			t.Errorf("in %s: %q, want %q", all[i], got, want)
		}
	}
	for i, want := range []string{"March", "marzo", "März"} {
		if got := words.In(all[i]).Month(time.March); got != want {
			t.Errorf("in %s: %q, want %q", all[i], got, want)
		}
	}
	for i, want := range []string{"Thu Thursday", "jue jueves", "Do Donnerstag"} {
		w := words.In(all[i])
		if got := w.ShortWeekday(time.Thursday) + " " + w.Weekday(time.Thursday); got != want {
			t.Errorf("in %s: %q, want %q", all[i], got, want)
		}
	}
}

func TestEnglishIsSaidWhereThereIsNoTranslation(t *testing.T) {
	things := words.Plural{One: "{n} untranslated thing in {place}", Other: "{n} untranslated things in {place}"}
	for _, test := range []struct {
		n    int64
		want string
	}{{0, "0 untranslated things in a box"}, {1, "1 untranslated thing in a box"}, {2345, "2.345 untranslated things in a box"}} {
		if got := words.In(words.German).Count(test.n, things, "place", "a box"); got != test.want {
			t.Errorf("%d: %q, want %q", test.n, got, test.want)
		}
	}
	if got := words.In(words.Spanish).Say("Untranslated {a}|with a note", "a", words.Text("Monday")); got != "Untranslated lunes" {
		t.Errorf("%q", got)
	}
}

func TestAMessageIsSaidInTheLanguageOfWhoReadsIt(t *testing.T) {
	m := words.Later("Monday")
	nested := words.Later("{day}, untranslated", "day", m)
	if m.String() != "Monday" || m.In(words.In(words.German)) != "Montag" || nested.In(words.In(words.Spanish)) != "lunes, untranslated" {
		t.Errorf("%q, %q, %q", m, m.In(words.In(words.German)), nested.In(words.In(words.Spanish)))
	}
	if got := words.In(words.English).Say("{a} and {b}", "a", "{b}", "b", "{a}"); got != "{b} and {a}" {
		t.Errorf("values that look like places: %q", got)
	}
	one := words.CountLater(1, words.Plural{One: "{n} box", Other: "{n} boxes"})
	if one.String() != "1 box" {
		t.Errorf("%q", one)
	}
}

func TestPiecesOfASentenceAreMarked(t *testing.T) {
	got := words.In(words.English).Pieces("Read [how {name} is computed]. Or [ask].", "name", "[a]")
	want := []words.Piece{{Text: "Read "}, {Text: "how [a] is computed", Marked: true}, {Text: ". Or "}, {Text: "ask", Marked: true}, {Text: "."}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPiecesOfACountHaveTheRightForm(t *testing.T) {
	boxes := words.Plural{One: "[{n} box] of {who} is open.", Other: "[{n} boxes] of {who} are open."}
	for n, want := range map[int64][]words.Piece{
		1:    {{Text: "1 box", Marked: true}, {Text: " of [Ana] is open."}},
		1200: {{Text: "1,200 boxes", Marked: true}, {Text: " of [Ana] are open."}},
	} {
		if diff := cmp.Diff(want, words.In(words.English).CountPieces(n, boxes, "who", "[Ana]")); diff != "" {
			t.Errorf("%d: %s", n, diff)
		}
	}
}

func TestTheLanguageIsWhatTheBrowserWantsMost(t *testing.T) {
	for accept, want := range map[string]words.Language{
		"": words.English, "*": words.English, "fr": words.English, "nonsense;;": words.English,
		"de": words.German, "de-AT,en;q=0.5": words.German, "en;q=0.5,es-MX": words.Spanish,
		"fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5": words.German, "pt-BR,es;q=0.9,en;q=0.8": words.Spanish,
	} {
		if got := words.Preferred(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

func TestWordsGoWithAContext(t *testing.T) {
	if l := words.Of(context.Background()).Language(); l != words.English {
		t.Errorf("where nobody said: %s", l)
	}
	if l := words.Of(words.With(context.Background(), words.In(words.Spanish))).Language(); l != words.Spanish {
		t.Errorf("with Spanish: %s", l)
	}
	if l := words.In("xx").Language(); l != words.English {
		t.Errorf("of a language that is not known: %s", l)
	}
}
