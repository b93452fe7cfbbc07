package spoken_test

import (
	"testing"
	"time"

	"lightson/models/spoken"
	"lightson/models/uptime"
	"lightson/models/words"
)

func TestFiguresAreSaidInEachLanguage(t *testing.T) {
	for _, test := range []struct {
		what string
		say  func(w spoken.Words) string
		want [3]string // English, Spanish, German
	}{
		{"a length", func(w spoken.Words) string { return w.Length(3*uptime.Hour + 12*uptime.Minute) }, [3]string{"3 h 12 min", "3 h 12 min", "3 h 12 min"}},
		{"a long one", func(w spoken.Words) string { return w.Length(1204 * uptime.Hour) }, [3]string{"1,204 h", "1.204 h", "1.204 h"}},
		{"a tiny one", func(w spoken.Words) string { return w.Length(1) }, [3]string{"under 1 s", "menos de 1 s", "unter 1 s"}},
		{"a share", func(w spoken.Words) string { return w.Percent(974, 26) }, [3]string{"97.40 %", "97,40 %", "97,40 %"}},
		{"a tiny share", func(w spoken.Words) string { return w.ShortPercent(1, 1e6) }, [3]string{"<.1 %", "<0,1 %", "<0,1 %"}},
		{"a tiny coverage", func(w spoken.Words) string { return w.Checked(uptime.Figures{Open: 1e6, Up: 1}) }, [3]string{"under 1 %", "menos de 1 %", "unter 1 %"}},
		{"a finding", finding(uptime.Figures{Open: 100, Up: 40, Close: 40}), [3]string{"no downtime seen in the 40 % that we could check", "sin interrupciones en la parte que pudimos comprobar (40 %)", "keine Ausfallzeit in dem Teil, den wir prüfen konnten (40 %)"}},
		{"a finding of downtime", finding(uptime.Figures{Open: 100, Up: 30, Down: 10, Close: 40}), [3]string{"under 1 s of downtime seen in the 40 % that we could check", "menos de 1 s sin conexión en la parte que pudimos comprobar (40 %)", "unter 1 s Ausfallzeit in dem Teil, den wir prüfen konnten (40 %)"}},
		{"a finding far apart", finding(uptime.Figures{Open: 100, Up: 90, Close: 10}), [3]string{"no downtime seen; polls are too far apart to say more", "sin interrupciones; las comprobaciones están demasiado espaciadas para decir más", "keine Ausfallzeit; für mehr liegen die Abfragen zu weit auseinander"}},
		{"a finding of downtime far apart", finding(uptime.Figures{Open: 100, Up: 80, Down: 10, Close: 10}), [3]string{"under 1 s of downtime seen; polls are too far apart to say more", "menos de 1 s sin conexión; las comprobaciones están demasiado espaciadas para decir más", "unter 1 s Ausfallzeit; für mehr liegen die Abfragen zu weit auseinander"}},
		{"one point", func(w spoken.Words) string { return w.Points(100) }, [3]string{"1 point", "1 punto", "1 Punkt"}},
		{"points", func(w spoken.Words) string { return w.Points(40) }, [3]string{"0.4 points", "0,4 puntos", "0,4 Punkte"}},
		{"stores", func(w spoken.Words) string { return w.Stores(14092) }, [3]string{"14,092 stores", "14.092 locales", "14.092 Filialen"}},
		{"a time", func(w spoken.Words) string { return w.Clock(0, time.UTC, "Mon 2 Jan 2006, 15:04 MST") }, [3]string{"Thu 1 Jan 1970, 00:00 UTC", "jue 1 ene 1970, 00:00 UTC", "Do, 1. Jan. 1970, 00:00 UTC"}},
	} {
		for n, l := range []words.Language{words.English, words.Spanish, words.German} {
			if got := test.say(spoken.Words{Words: words.In(l)}); got != test.want[n] {
				t.Errorf("%s in %s is %q, want %q", test.what, l, got, test.want[n])
			}
		}
	}
}

func finding(f uptime.Figures) func(w spoken.Words) string {
	return func(w spoken.Words) string { return w.Finding(f) }
}
