package web

import (
	"testing"

	"lightson/models/words"
)

func TestCountriesStandInTheOrderOfTheirNamesInEachLanguage(t *testing.T) {
	for l, want := range map[words.Language][3]string{
		words.English: {"Choose a country", "Australia", "United States"},
		words.Spanish: {"Elija un país", "Alemania", "Sudáfrica"},
		words.German:  {"Land auswählen", "Australien", "Vereinigtes Königreich"},
	} {
		options := countryOptions(spoken{words.In(l)}, "DE")
		if got := [3]string{options[0].Text, options[1].Text, options[len(options)-1].Text}; got != want {
			t.Errorf("in %s %q, want %q", l, got, want)
		}
		for _, o := range options {
			if o.Selected != (o.Value == "DE") {
				t.Errorf("in %s %s is selected: %t", l, o.Text, o.Selected)
			}
		}
	}
}
