package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/words"
)

// A writtenQueue writes deliveries and sends none.
type writtenQueue struct{}

func (writtenQueue) Deliver(ctx context.Context, tx *models.Tx, list []deliveries.Delivery) error {
	for _, d := range list {
		if _, err := deliveries.Add(ctx, tx, &d); err != nil {
			return err
		}
	}
	return nil
}

func (writtenQueue) Wake(context.Context, *models.Tx, deliveries.Delivery) error { return nil }

func (writtenQueue) CheckChannel(deliveries.Channel) error { return nil }

func wantProblem(t *testing.T, what string, err error, where string) {
	t.Helper()
	var p entered.Problem
	if !errors.As(err, &p) || p.Where != where || p.Expected == "" || p.Found == "" {
		t.Errorf("%s: %v, want a problem of the %s", what, err, where)
	}
}

func TestAPersonsChannelsAndDeliveriesAreNobodyElses(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		operator := access.With(ctx, p.add("op@example.com", access.Operator, reach.All()).Principal(""))
		ana := access.With(ctx, p.add("ana@example.com", access.Viewer, reach.Of([]string{"Ana's"}, nil)).Principal(""))
		c := deliveries.Channel{Kind: deliveries.Webhook, Name: " Ops\u200b ", Address: "https://Hooks.example.com/secret-path?x=1"}
		if err := data.AddChannel(ana, q, &c); err != nil {
			t.Fatal(err)
		}
		if c.Name != "Ops" || !strings.HasPrefix(c.Secret, "whsec_") || !c.Works() || c.Shown() != "https://hooks.example.com/…" || c.CreatedBy == "" {
			t.Errorf("%s, %v", c.Name, c.Works())
		}
		if text := fmt.Sprintf("%v %+v %#v", c, &c, c); strings.Contains(text, "secret-path") || strings.Contains(text, c.Secret) || strings.Contains(text, c.Token) {
			t.Errorf("it says %s", text)
		}
		sent, err := data.TestChannel(ana, q, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := data.Channels(ana); err != nil || len(list) != 1 {
			t.Errorf("%v, %v", list, err)
		}
		if list, err := data.Channels(operator); err != nil || len(list) != 0 {
			t.Errorf("an operator sees %v, %v", list, err)
		}
		if list, err := data.Deliveries(operator, deliveries.Filter{Limit: 9, Channel: c.ID}); err != nil || len(list) != 0 {
			t.Errorf("an operator sees %v, %v", list, err)
		}
		for _, id := range []string{c.ID, "no such", "\x00", "\xff"} {
			_, one := data.Channel(operator, id)
			_, test := data.TestChannel(operator, q, id)
			_, renewed := data.RenewChannelSecret(operator, id)
			_, delivery := data.Delivery(operator, sent)
			for what, err := range map[string]error{
				"read": one, "test": test, "renew": renewed, "rename": data.RenameChannel(operator, id, "Mine"), "disable": data.DisableChannel(operator, id),
				"enable": data.EnableChannel(operator, q, id), "remove": data.RemoveChannel(operator, id), "ask": data.AskConfirmation(operator, q, id),
				"code": data.ConfirmChannelByCode(operator, id, c.Code()), "delivery": delivery, "retry": data.RetryDelivery(operator, q, sent),
			} {
				if !errors.Is(err, models.ErrNotFound) {
					t.Errorf("%s of %q: %v", what, id, err)
				}
			}
		}
		if got, err := data.Channel(ana, c.ID); err != nil || !got.Works() || got.Name != "Ops" {
			t.Errorf("%+v, %v", got.Name, err)
		}
		if _, err := data.Channels(access.With(ctx, access.Stranger())); !errors.Is(err, access.ErrForbidden) {
			t.Error(err)
		}
	})
}

func TestAnAddressThatAProviderDidNotVerifyIsAskedFirst(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		p.operator()
		said := claims("eve", "ana@example.com", access.Owner)
		said.EmailVerified = false
		eve, err := p.FromOIDC(ctx, said)
		if err != nil || eve.Email != "ana@example.com" {
			t.Fatalf("%+v, %v", eve, err)
		}
		c := deliveries.Channel{Kind: deliveries.Email, Name: "Me", Address: eve.Email}
		if err := data.AddChannel(access.With(ctx, eve.Principal("")), q, &c); err != nil || c.Works() {
			t.Errorf("it works %v, %v", c.Works(), err)
		}
		if err := data.DisableChannel(access.With(ctx, eve.Principal("")), c.ID); err != nil {
			t.Fatal(err)
		}
		if err := data.EnableChannel(access.With(ctx, eve.Principal("")), q, c.ID); err != nil {
			t.Fatal(err)
		}
		if c, err := data.Channel(access.With(ctx, eve.Principal("")), c.ID); err != nil || c.Works() {
			t.Errorf("enabled again it works %v, %v", c.Works(), err)
		}
	})
}

func TestAnAddressThatIsNotThePersonsOwnIsAskedFirst(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		p.add("op@example.com", access.Operator, reach.All())
		ana := access.With(ctx, p.add("ana@example.com", access.Viewer, reach.Of([]string{"Ana's"}, nil)).Principal(""))
		own := deliveries.Channel{Kind: deliveries.Email, Name: "Me", Address: " Ana@Example.com "}
		foreign := deliveries.Channel{Kind: deliveries.Email, Name: "Eve", Address: "eve@example.com"}
		for _, c := range []*deliveries.Channel{&own, &foreign} {
			if err := data.AddChannel(ana, q, c); err != nil {
				t.Fatal(err)
			}
		}
		if !own.Works() || foreign.Works() || own.Secret != "" {
			t.Errorf("own works %v, a foreign one %v", own.Works(), foreign.Works())
		}
		_, err := data.TestChannel(ana, q, foreign.ID)
		wantProblem(t, "a test", err, "channel")
		asked, err := data.Deliveries(ana, deliveries.Filter{Kinds: []deliveries.Kind{deliveries.Confirmation}, Limit: 9})
		if err != nil || len(asked) != 1 {
			t.Fatalf("%v, %v", asked, err)
		}
		// Who made the channel reads the log, and must not confirm by it.
		if text := fmt.Sprintf("%+v", asked[0].Message); strings.Contains(text, foreign.Code()) || strings.Contains(text, foreign.Token) {
			t.Errorf("the log has %s", text)
		}
		mail := deliveries.ConfirmationMessage(words.In(words.English), foreign)
		if text := fmt.Sprintf("%+v", mail); !strings.Contains(text, foreign.Code()) || !strings.Contains(text, "/confirm/"+foreign.Token) {
			t.Errorf("the mail has %s", text)
		}
		wantProblem(t, "a wrong code", data.ConfirmChannelByCode(ana, foreign.ID, "aaaa-aaaa"), "code")
		if err := data.ConfirmChannelByCode(ana, foreign.ID, " "+strings.ToUpper(strings.ReplaceAll(foreign.Code(), "-", ""))); err != nil {
			t.Error(err)
		}
		works := func(id string) bool {
			c, err := data.Channel(ana, id)
			if err != nil {
				t.Fatal(err)
			}
			return c.Works()
		}
		if !works(foreign.ID) {
			t.Error("it is not confirmed")
		}
		// Whoever unsubscribed must confirm again, and the person who is told need not.
		for _, c := range []deliveries.Channel{own, foreign} {
			if _, err := data.Unsubscribe(ctx, c.Token); err != nil || works(c.ID) {
				t.Errorf("%v, works %v", err, works(c.ID))
			}
			if err := data.EnableChannel(ana, q, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if !works(own.ID) || works(foreign.ID) {
			t.Errorf("own works %v, a foreign one %v", works(own.ID), works(foreign.ID))
		}
		if _, err := data.ConfirmChannel(ctx, foreign.Token); err != nil || !works(foreign.ID) {
			t.Errorf("%v, works %v", err, works(foreign.ID))
		}
		for _, token := range []string{"", "no such", strings.Repeat("x", 1000), "\x00", foreign.ID} {
			_, confirmed := data.ConfirmChannel(ctx, token)
			_, unsubscribed := data.Unsubscribe(ctx, token)
			if !errors.Is(confirmed, models.ErrNotFound) || !errors.Is(unsubscribed, models.ErrNotFound) {
				t.Errorf("%q: %v, %v", token, confirmed, unsubscribed)
			}
		}
		// Nobody floods strangers by adding and removing their addresses.
		for n := 0; ; n++ {
			c := deliveries.Channel{Kind: deliveries.Email, Name: "Flood", Address: fmt.Sprintf("victim+%d@example.com", n)}
			if err := data.AddChannel(ana, q, &c); err != nil {
				wantProblem(t, "many addresses", err, "address")
				if n > 10 {
					t.Errorf("%d strangers were asked", n)
				}
				break
			}
			if err := data.RemoveChannel(ana, c.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAnAddressThatIsAddedTwiceAtOnceIsOneChannel(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		open := access.With(ctx, access.Open())
		made, failed := atOnce(4, func(int) error {
			return data.AddChannel(open, q, &deliveries.Channel{Kind: deliveries.Webhook, Name: "Ops", Address: "https://example.com/hook"})
		})
		list, err := data.Channels(open)
		if made != 1 || len(list) != 1 || err != nil {
			t.Errorf("%d were made, there are %d, %v", made, len(list), err)
		}
		for _, err := range failed {
			wantProblem(t, "another at once", err, "address")
		}
	})
}

func TestWhatCannotBeAChannelIsSaid(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data, q := access.NewData(p.db, nil), writtenQueue{}
		open := access.With(ctx, access.Open())
		for _, c := range []struct {
			kind          deliveries.ChannelKind
			name, address string
			where         string
		}{
			{"fax", "A", "https://example.com", "kind"},
			{deliveries.Webhook, "", "https://example.com", "name"},
			{deliveries.Webhook, "\u200b \u3164", "https://example.com", "name"},
			{deliveries.Webhook, strings.Repeat("é", 81), "https://example.com", "name"},
			{deliveries.Email, "A", "nobody", "address"},
			{deliveries.Email, "A", "a@b.example\r\nBcc: c@d.example", "address"},
			{deliveries.Email, "A", "a@b.example,c@d.example", "address"},
			{deliveries.Webhook, "A", "", "address"},
			{deliveries.Webhook, "A", "http://example.com/x", "address"},
			{deliveries.Webhook, "A", "ftp://example.com/x", "address"},
			{deliveries.Webhook, "A", "javascript:alert(1)", "address"},
			{deliveries.Webhook, "A", "https:///x", "address"},
			{deliveries.Webhook, "A", "https://example.com:99999/x", "address"},
			{deliveries.Webhook, "A", "https://2130706433/x", "address"},
			{deliveries.Webhook, "A", "https://127.1/x", "address"},
			{deliveries.Webhook, "A", "https://0X7f000001/x", "address"},
			{deliveries.Webhook, "A", "https://0177.0.0.1./x", "address"},
			{deliveries.Webhook, "A", "https://127.0.0.1./x", "address"},
			{deliveries.Webhook, "A", "https://me:geheim@example.com/x", "address"},
			{deliveries.Webhook, "A", "https://example.com/x#y", "address"},
			{deliveries.Webhook, "A", "https://example.com/" + strings.Repeat("é", 400), "address"},
			{deliveries.Webhook, "A", "https://example.com/\x00", "address"},
			{deliveries.Webhook, "A", "https://example.com/a b", "address"},
			{deliveries.Webhook, "A", "https://example.com/" + strings.Repeat("x", 2000), "address"},
			{deliveries.Slack, "A", "http://8.8.8.8/x", "address"},
		} {
			err := data.AddChannel(open, q, &deliveries.Channel{Kind: c.kind, Name: c.name, Address: c.address})
			wantProblem(t, fmt.Sprintf("%s %.40q", c.kind, c.address), err, c.where)
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Error(err)
			}
		}
		for n := range deliveries.MostChannels {
			c := deliveries.Channel{Kind: deliveries.Slack, Name: strings.Repeat("é", 80), Address: fmt.Sprintf("https://chat.example.com/hooks/%d", n)}
			if err := data.AddChannel(open, q, &c); err != nil || c.Hint().String() == "" {
				t.Fatalf("%d: %v", n, err)
			}
			wantProblem(t, "the same again", data.AddChannel(open, q, &deliveries.Channel{Kind: c.Kind, Name: "B", Address: c.Address}), map[bool]string{true: "channels", false: "address"}[n == 19])
		}
		wantProblem(t, "one too many", data.AddChannel(open, q, &deliveries.Channel{Kind: deliveries.Webhook, Name: "A", Address: "https://example.com"}), "channels")
		for address, usual := range map[string]bool{
			"https://hooks.slack.com/services/T/B/x": true, "https://HOOKS.slack.com/services/T": true, "https://hooks.slack.com.evil.example/x": false,
		} {
			if got := (deliveries.Channel{Kind: deliveries.Slack, Address: address}).Hint().String() == ""; got != usual {
				t.Errorf("%s: usual %v", address, got)
			}
		}
	})
}
