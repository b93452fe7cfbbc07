package words_test

import (
	"testing"
	"time"

	"lightson/models/words"
	"lightson/models/zones"
)

func TestAMessageThatWasStoredSaysTheSame(t *testing.T) {
	at := time.Date(2026, time.May, 4, 9, 5, 0, 0, time.UTC)
	name := words.Text("an untranslated {thing}|of a test")
	for _, m := range []words.Message{
		{},
		words.Said("Kowalski Family"),
		words.Said(`{"say":"Jan"}`),
		words.Said("{"),
		words.FigureLater("1,204.5 h"),
		words.FigureLater(""),
		words.Later(name, "thing", words.FigureLater("97.4 %")),
		words.Later("January"),
		words.Later(name, "thing", `{"say":"Jan"}`),
		words.Later(name, "thing", words.Said(`{"say":"Jan"}`)),
		words.Later(name, "thing", words.Later("Jan")),
		words.Later(name, "thing", words.Text("Jan")),
		words.Later(name, "thing", words.Later(name, "thing", 14092).Stored()),
		words.Later(name, "thing", int64(1234567890123456789)),
		words.Later(name, "thing", "{thing} <b>&amp;</b> \u2028 \" \x00"),
		words.Later(name, "thing", words.Moment{At: at, Layout: words.Text("Mon 2 January, 15:04 MST")}),
		words.Later(name, "thing", words.Moment{At: at.In(chicago()), Layout: words.Text("Mon 2 January, 15:04 MST")}),
		words.Later(name, "thing", words.FigureLater("")),
		words.Later(name, "thing", words.List{"a", 1200, words.Text("May|in a date")}),
		words.Later(name, "thing", 2.5),
		words.CountLater(1, words.Plural{One: "{n} untranslated thing in {place}", Other: "{n} untranslated things in {place}"}, "place", "Vigo"),
		words.CountLater(14092, words.Plural{One: "{n} untranslated thing in {place}", Other: "{n} untranslated things in {place}"}, "place", words.Text("Jan")),
	} {
		stored := m.Stored()
		for _, l := range all {
			if got, want := stored.In(words.In(l)), m.In(words.In(l)); got != want {
				t.Errorf("%s says %q in %s, want %q", string(stored), got, l, want)
			}
		}
		if again := stored.Message().Stored(); again != stored {
			t.Errorf("%s is %s when it is stored again", string(stored), string(again))
		}
	}
}

func TestTextThatWasStoredBeforeMessagesWereStaysAsItIs(t *testing.T) {
	for _, text := range []string{"", "January", "polls.csv: this is JSON; expected a {thing}.", "{", "{}", `{"say":""}`, `{"say":"Jan"}: this is a PNG image`, `{"a":1}`} {
		for _, l := range all {
			if got := words.Stored(text).In(words.In(l)); got != text {
				t.Errorf("%q is said as %q in %s", text, got, l)
			}
		}
	}
}

func TestAStoredMessageThatNobodySaysAnyMoreIsEnglishWithItsValues(t *testing.T) {
	stored := words.Stored(`{"say":"Once upon a {time}|a note","values":["time",{"say":"January"}]}`)
	for i, want := range []string{"Once upon a January", "Once upon a enero", "Once upon a Januar"} {
		if got := stored.In(words.In(all[i])); got != want {
			t.Errorf("in %s it is %q, want %q", all[i], got, want)
		}
	}
}

func chicago() *time.Location { return zones.OrUTC("America/Chicago") }
