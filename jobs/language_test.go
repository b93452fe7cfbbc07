package jobs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/modelstest"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

// speaking makes a person who chose a language, or none, and sees all stores.
func speaking(t *testing.T, db *models.DB, l words.Language) string {
	t.Helper()
	accounts := access.NewAccounts(db, access.Options{})
	p, err := accounts.AddPerson(t.Context(), access.NewPerson{Email: "speaks." + string(l) + "@example.com", Role: access.Operator})
	if err == nil && l != "" {
		err = accounts.ChooseLanguage(t.Context(), p.ID, l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// channelOf adds a working channel of a person, and returns its id.
func channelOf(t *testing.T, db *models.DB, person string, kind deliveries.ChannelKind) string {
	t.Helper()
	c := deliveries.Channel{
		ID: models.NewID(), PersonID: person, Kind: kind, Name: string(kind), Token: deliveries.NewToken(), ConfirmedAt: models.InstantAt(1),
	}
	c.Address = "https://example.com/" + c.ID
	if err := db.Update(t.Context(), func(tx *models.Tx) error { return tx.GORM(t.Context()).Create(&c).Error }); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// messagesTo are the messages that a channel was told, in their order.
func messagesTo(t *testing.T, db *models.DB, channel string) (list []deliveries.Delivery) {
	t.Helper()
	if err := db.GORM(t.Context()).Where("channel_id = ?", channel).Order("created_at, id").Find(&list).Error; err != nil {
		t.Fatal(err)
	}
	return list
}

func wantTitle(t *testing.T, db *models.DB, channel, want string) deliveries.Message {
	t.Helper()
	list := messagesTo(t, db, channel)
	if len(list) != 1 {
		t.Fatalf("%d messages, want one: %q", len(list), want)
	}
	if got := list[0].Message.Title; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	return list[0].Message
}

func TestADigestIsInTheLanguageOfItsPerson(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, false)
		down := uptime.Span{From: modelstest.At("2023-01-24 18:00"), To: modelstest.At("2023-01-24 20:00")}
		modelstest.Load(t, db, modelstest.PollsFile(append(hourlyPolls("a", "2023-01-22 00:00", "2023-01-25 13:00", down), hourlyPolls("b", "2023-01-22 00:00", "2023-01-25 13:00", noSpan)...)...))
		german, spanish, unknown := speaking(t, db, words.German), speaking(t, db, words.Spanish), speaking(t, db, "")
		channels := map[string][]string{}
		for _, person := range []string{german, spanish, unknown} {
			d := m.add(person, true)
			channels[person] = append(d.Channels, channelOf(t, db, person, deliveries.Email), channelOf(t, db, person, deliveries.Teams))
			if err := modelstest.Exec(db, "UPDATE digests SET channels = ? WHERE id = ?", `["`+strings.Join(channels[person], `","`)+`"]`, d.ID); err != nil {
				t.Fatal(err)
			}
		}
		m.at("2023-01-25 13:00")
		m.look()
		const english = "All stores, Tue 24 Jan 2023: 1 of 2 stores offline for a total of 2 h"
		for person, want := range map[string]string{
			german:  "Alle Filialen, Di, 24. Jan. 2023: 1 von 2 Filialen offline, insgesamt 2 h",
			spanish: "Todos los locales, mar 24 ene 2023: 1 de 2 locales sin conexión, 2 h en total",
			unknown: english,
		} {
			for n, channel := range channels[person] {
				if n == 0 {
					wantTitle(t, db, channel, english) // a webhook
					continue
				}
				told := wantTitle(t, db, channel, want)
				if (told.Language == "") != (want == english) {
					t.Errorf("%q is said to be in %q", told.Title, told.Language)
				}
			}
			list := messagesTo(t, db, channels[person][1])
			if payload := string(list[0].Payload); !strings.Contains(payload, `1 of 2 stores was offline for a total of 2 h yesterday, Tue 24 Jan 2023.`) {
				t.Errorf("programs are told %s", payload)
			}
		}
		became, err := digests.OfPerson(t.Context(), db, german)
		if want := "Gesendet an 3 Kanäle: Alle Filialen, Di, 24. Jan. 2023: "; err != nil || len(became) != 1 || !strings.HasPrefix(became[0].LastText, want) {
			t.Errorf("%+v, %v; want %q", became, err, want)
		}
		lines := messagesTo(t, db, channels[german][1])[0].Message.Lines
		if want := "1 von 2 Filialen war gestern (Di, 24. Jan. 2023) offline, insgesamt 2 h."; len(lines) == 0 || lines[0] != want {
			t.Errorf("it says %q, want %q", lines, want)
		}
	})
}

func TestTwoPeopleAreToldOfOneOutageInTwoLanguages(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		now := modelstest.At("2023-01-25 13:00")
		d.SetClock(func() time.Time { return now.Time() })
		modelstest.Load(t, db, modelstest.NamesFile("a,Ana's,G,Tyre"), modelstest.ZonesFile("a,Asia/Beirut"), modelstest.PollsFile("a,active,2023-01-25 12:00:00 UTC", "b,active,2023-01-25 12:00:00 UTC"))
		mails := map[words.Language]string{}
		for _, l := range []words.Language{words.English, words.German, words.Spanish} {
			person := speaking(t, db, l)
			mails[l] = channelOf(t, db, person, deliveries.Email)
			r := alerts.NewRule(alerts.Offline, uptime.Hour)
			r.PersonID, r.Channels = person, []string{mails[l]}
			if err := alerts.SaveRule(t.Context(), db, &r, now); err != nil {
				t.Fatal(err)
			}
		}
		modelstest.Load(t, db, modelstest.PollsFile("a,inactive,2023-01-25 13:00:00 UTC", "b,active,2023-01-25 14:00:00 UTC"))
		for range 2 {
			now = now.Add(2 * uptime.Minute)
			if err := d.TellAlerts(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for l, want := range map[words.Language][4]string{
			words.English: {"Ana's has been offline since 15:00 EET", "since 15:00 EET, 1 h", "See the store", "You get this because of your alert rules."},
			words.German:  {"Ana's ist seit 15:00 EET offline", "seit 15:00 EET, 1 h", "Filiale ansehen", "Sie bekommen diese Nachricht wegen Ihrer Alarmregeln."},
			words.Spanish: {"Ana's está sin conexión desde 15:00 EET", "desde 15:00 EET, 1 h", "Ver el local", "Recibe este mensaje por sus reglas de alerta."},
		} {
			m := wantTitle(t, db, mails[l], want[0])
			if got := m.Sections[0].Rows[0].Value; got != want[1] {
				t.Errorf("%s: %q, want %q", l, got, want[1])
			}
			if m.Links[0].Text != want[2] || !strings.HasPrefix(m.Notes[0], want[3]) || !m.Acknowledge {
				t.Errorf("%s: %+v", l, m)
			}
		}
	})
}

func TestAReportIsToldInTheLanguageOfItsPerson(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		modelstest.Load(t, db, modelstest.NamesFile("a,Ana's,G,Tyre"), modelstest.PollsFile("a,active,2023-01-23 12:00:00 UTC", "a,inactive,2023-01-23 13:00:00 UTC", "b,active,2023-01-23 14:00:00 UTC"))
		german := speaking(t, db, words.German)
		mail, hook := channelOf(t, db, german, deliveries.Email), channelOf(t, db, german, deliveries.Webhook)
		made := tt.add(func(r *scheduled.Report) {
			r.PersonID, r.Name, r.Channels, r.Files = german, "Morgens", []string{mail, hook}, []scheduled.File{scheduled.CSV, scheduled.Details}
		})
		tt.at("2023-01-24T13:00:30Z")
		tt.look()
		tt.make()
		tt.look()
		m := wantTitle(t, db, mail, "Morgens ist fertig")
		wantTitle(t, db, hook, "Morgens is ready")
		if want := "Die Zahlen gelten für alle Filialen, die Sie sehen können, ohne Korrekturen."; !slices.Contains(m.Lines, want) {
			t.Errorf("%q is without %q", m.Lines, want)
		}
		if want := "Sie bekommen diese Nachricht wegen des geplanten Berichts „Morgens“: jeden Tag um 07:00, America/Chicago."; m.Notes[0] != want {
			t.Errorf("%q, want %q", m.Notes[0], want)
		}
		var links []string
		for _, l := range m.Links {
			links = append(links, l.Text)
		}
		if want := []string{"Bericht öffnen", "CSV", "Detail-CSV", "Zeitplan ändern"}; !slices.Equal(links, want) {
			t.Errorf("links %q, want %q", links, want)
		}

		if err := scheduled.Await(t.Context(), db, tt.history(made.ID)[0].Run.ReportID, german, tt.instant()); err != nil {
			t.Fatal(err)
		}
		tt.look()
		ready := messagesTo(t, db, mail)[1].Message
		if ready.Title != "Ein Bericht ist fertig" || !slices.Equal(ready.Lines, []string{"Er umfasst 2 Filialen."}) {
			t.Errorf("%+v", ready)
		}
	})
}
