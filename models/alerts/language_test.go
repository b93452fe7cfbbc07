package alerts_test

import (
	"fmt"
	"slices"
	"testing"

	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// inLanguages has two people told of all stores. titles are those of what each was told so far.
func (d *desk) inLanguages(kind alerts.Kind) (titles func() map[words.Language][]string) {
	d.Helper()
	for _, l := range []words.Language{words.German, words.Spanish} {
		d.who[string(l)] = alerts.Recipient{Told: true, Reach: reach.All(), Imports: true, Language: l}
		d.rule(kind, func(r *alerts.Rule) { r.PersonID = string(l) })
	}
	return func() map[words.Language][]string {
		d.Helper()
		d.told()
		all := map[words.Language][]string{}
		for _, one := range d.all {
			all[words.Language(one.PersonID)] = append(all[words.Language(one.PersonID)], one.Message.Title)
		}
		return all
	}
}

func TestEachIsToldInTheirLanguage(t *testing.T) {
	each(t, func(d *desk) {
		titles := d.inLanguages(alerts.Offline)
		d.polls("a inactive 13:00", "b active 14:00", "c active 14:00")
		titles()
		d.polls("a active 15:00", "b inactive 15:00", "c inactive 15:00")
		titles()
		d.polls("b active 18:30", "c active 18:30")
		got := titles()
		for l, want := range map[words.Language][]string{
			words.German:  {"Ann's ist seit 15:00 EET offline", "Ann's ist wieder online", "2 Filialen waren offline"},
			words.Spanish: {"Ann's está sin conexión desde 15:00 EET", "Ann's vuelve a estar en línea", "2 locales estuvieron sin conexión"},
		} {
			if !slices.Equal(got[l], want) {
				d.Errorf("in %s: %q, want %q", l, got[l], want)
			}
		}
	})
}

func TestManyStoresAreToldWithTheNumbersAndTheCauseOfALanguage(t *testing.T) {
	each(t, func(d *desk) {
		const stores = 1230
		names, before, after := make([]string, stores), make([]string, stores), make([]string, stores)
		for n := range stores {
			names[n] = fmt.Sprintf("s%04d,Store %d,G%d,City %d", n, n, n%7, n%14)
			before[n] = fmt.Sprintf("s%04d,active,2023-01-25 13:00:%02d UTC", n, n%60)
			after[n] = fmt.Sprintf("s%04d,inactive,2023-01-25 14:00:%02d UTC", n, n%60)
		}
		modelstest.Load(d, d.db, modelstest.NamesFile(names...), modelstest.PollsFile(before...))
		titles := d.inLanguages(alerts.Offline)
		d.polls("a active 14:30")
		modelstest.Load(d, d.db, modelstest.PollsFile(after...))
		d.polls("a active 14:45")
		titles()
		for _, one := range d.all {
			m := one.Message
			want := map[words.Language][]string{
				words.German: {
					"1.230 Filialen in 14 Städten sind seit 08:00 CST offline", "Gemeinsamkeit: alle in der Zeitzone America/Chicago.", "und 1.210 weitere",
					"Sie bekommen diese Nachricht wegen Ihrer Alarmregeln. Datenstand: 14:45 UTC.",
				},
				words.Spanish: {
					"1230 locales en 14 ciudades están sin conexión desde 08:00 CST", "Lo que tienen en común: todos en la zona horaria America/Chicago.", "y 1210 más",
					"Recibe este mensaje por sus reglas de alerta. Datos hasta 14:45 UTC.",
				},
			}[words.Language(one.PersonID)]
			if got := []string{m.Title, m.Lines[0], m.Sections[0].More, m.Notes[0]}; !slices.Equal(got, want) || string(m.Language) != one.PersonID {
				d.Errorf("%q in %s, want %q", got, m.Language, want)
			}
		}
	})
}

func TestABacktestIsKeptForEachLanguage(t *testing.T) {
	each(t, func(d *desk) {
		d.polls("a inactive 13:00", "b active 16:30", "a active 16:30")
		var kept alerts.Backtests
		s, err := d.f.SnapshotWithin(ctx, reach.All())
		if err != nil {
			d.Fatal(err)
		}
		for _, l := range []words.Language{words.English, words.German, words.English, words.German} {
			b, err := kept.Run(words.With(ctx, words.In(l)), d.f, s, alerts.NewRule(alerts.Offline, uptime.Hour), reach.All())
			if err != nil || len(b.Messages) == 0 {
				d.Fatalf("%+v, %v", b, err)
			}
			want := map[words.Language][2]string{words.English: {"Ann's has been offline since 15:00 EET", "There are no older data."}, words.German: {"Ann's ist seit 15:00 EET offline", "Ältere Daten gibt es nicht."}}[l]
			if got := [2]string{b.Messages[0].Message.Title, b.Short}; got != want {
				d.Errorf("%s: %q, want %q", l, got, want)
			}
		}
	})
}
