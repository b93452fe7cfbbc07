package access_test

import (
	"testing"

	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/reach"
	"lightson/models/words"
)

// signInFrom signs somebody in with a browser that wants a language.
func (p *place) signInFrom(person string, l words.Language) access.Person {
	p.t.Helper()
	in, err := p.SignIn(ctx, access.SignIn{PersonID: person, How: access.ByPasskey, Language: l})
	if err != nil {
		p.t.Fatal(err)
	}
	return in.Person
}

func (p *place) wantLanguage(why, person string, want words.Language) {
	p.t.Helper()
	who, ok, err := p.Recipient(ctx, person)
	if err != nil || !ok || who.Language != want || p.person(person).Language != want {
		p.t.Errorf("%s: %s is told in %q, %v, %v; want %q", why, person, who.Language, ok, err, want)
	}
}

func TestALanguageIsLearntAtTheFirstSignInThatSaysOneAndChosenAtAnyTime(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.add("ana@example.com", access.Operator, reach.All()).ID
		p.wantLanguage("before", ana, "")
		p.signInFrom(ana, "")
		p.wantLanguage("the browser says nothing", ana, "")
		if got := p.signInFrom(ana, words.German).Language; got != words.German {
			t.Errorf("signed in, her language is %q", got)
		}
		p.signInFrom(ana, words.Spanish)
		p.wantLanguage("another browser", ana, words.German)
		if err := p.ChooseLanguage(ctx, ana, words.English); err != nil {
			t.Error(err)
		}
		p.signInFrom(ana, words.German)
		p.wantLanguage("she chose", ana, words.English)
		if err := p.LearnLanguage(ctx, ana, words.Spanish); err != nil {
			t.Error(err)
		}
		p.wantLanguage("learnt after that", ana, words.English)
		if _, err := p.ChangePerson(ctx, ana, access.Change{Name: new("Ana B")}); err != nil {
			t.Error(err)
		}
		p.wantLanguage("after another change", ana, words.English)
	})
}

func TestAPersonIsAskedAndTestedInTheirLanguage(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		for language, want := range map[words.Language][3]string{
			"":            {"Do you want messages from Lights On?", "Test message", "Test message"},
			words.German:  {"Möchten Sie Nachrichten von Lights On?", "Testnachricht", "Test message"},
			words.Spanish: {"¿Quiere recibir mensajes de Lights On?", "Mensaje de prueba", "Test message"},
		} {
			who := p.add("ana-"+string(language)+"@example.com", access.Operator, reach.All())
			if language != "" {
				if err := p.ChooseLanguage(ctx, who.ID, language); err != nil {
					t.Fatal(err)
				}
			}
			ana := access.With(ctx, p.person(who.ID).Principal(""))
			mail := deliveries.Channel{Kind: deliveries.Email, Name: "Mail", Address: "else-" + string(language) + "@example.com"}
			chat := deliveries.Channel{Kind: deliveries.Discord, Name: "Chat", Address: "https://discord.com/api/webhooks/1"}
			hook := deliveries.Channel{Kind: deliveries.Webhook, Name: "Hook", Address: "https://example.com/1"}
			var got [3]string
			for n, c := range []*deliveries.Channel{&mail, &chat, &hook} {
				if err := data.AddChannel(ana, q, c); err != nil {
					t.Fatal(err)
				}
				if c.Works() {
					if _, err := data.TestChannel(ana, q, c.ID); err != nil {
						t.Fatal(err)
					}
				}
				list, err := data.Deliveries(ana, deliveries.Filter{Channel: c.ID, Limit: 9})
				if err != nil || len(list) != 1 {
					t.Fatalf("%d deliveries, %v", len(list), err)
				}
				got[n] = list[0].Message.Title
				if m := list[0].Message; n == 0 && deliveries.ConfirmationMessage(m.Words(), mail).Title != m.Title {
					t.Errorf("what is sent is not in the language of %q", m.Title)
				}
				if english := got[n] == [3]string{"Do you want messages from Lights On?", "Test message", "Test message"}[n]; english != (list[0].Message.Language == "") {
					t.Errorf("%q is said to be in %q", got[n], list[0].Message.Language)
				}
			}
			if got != want {
				t.Errorf("in %q: %q, want %q", language, got, want)
			}
		}
	})
}

func TestAProgramTestsTheChannelsOfItsPersonInTheirLanguage(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.add("ana@example.com", access.Operator, reach.All())
		if err := p.ChooseLanguage(ctx, ana.ID, words.Spanish); err != nil {
			t.Fatal(err)
		}
		secret, _ := p.key(ana.ID, access.AdminScope, reach.All())
		if got, err := p.KeyPrincipal(ctx, secret); err != nil || got.Language != words.Spanish {
			t.Errorf("%q, %v", got.Language, err)
		}
		if got, err := p.FromProxy(ctx, "ana@example.com", access.Rights{}); err != nil || got.Language != words.Spanish {
			t.Errorf("by a proxy: %q, %v", got.Language, err)
		}
	})
}
