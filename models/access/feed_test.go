package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// someStores are 1 and 2 of Kettle and 3 of Lantern.
func (p *place) someStores() {
	p.t.Helper()
	modelstest.Load(p.t, p.db, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC", "3,active,2023-01-25 18:00:00 UTC"))
	for code, group := range map[string]string{"1": "Kettle", "2": "Kettle", "3": "Lantern"} {
		p.exec("UPDATE stores SET group_name = ? WHERE code = ?", group, code)
	}
}

func TestAFeedReachesWhatItsPersonReachesNow(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.someStores()
		p.operator()
		kettle, one := reach.Of([]string{"Kettle"}, nil), reach.Of(nil, []string{"1"})
		for i, c := range []struct {
			person, later reach.Reach
			subject       entered.Subject
			first, then   reach.Reach
		}{
			{reach.All(), kettle, entered.All, reach.All(), kettle},
			{reach.All(), kettle, entered.Group("Lantern"), reach.Of([]string{"Lantern"}, nil), reach.Reach{}},
			{kettle, one, entered.Group("Kettle"), kettle, one},
			{kettle, reach.Of([]string{"Lantern"}, nil), entered.Store("1"), one, reach.Reach{}},
			{one, kettle, entered.Store("1"), one, one},
			{one, kettle, entered.Group("Kettle"), one, kettle},
		} {
			person := p.add(fmt.Sprintf("owner%d@example.com", i), access.Owner, c.person)
			token, feed, err := p.MakeFeed(ctx, person.Principal(""), access.NewFeed{Name: " Reader ", Subject: c.subject})
			if err != nil || len(token) != 43 || feed.Name != "Reader" {
				t.Fatalf("%v of %v: %+v, %v", c.subject, c.person, feed, err)
			}
			got, err := p.FeedPrincipal(ctx, access.OutagesFeed, token)
			if err != nil || got.Kind != access.IsFeed || got.ID != feed.ID || got.Reach.String() != c.first.String() {
				t.Errorf("%v of %v: %+v, %v", c.subject, c.person, got, err)
			}
			if !got.May(access.ReadFeed) || got.May(access.ReadFigures) || got.May(access.KeepAlerts) || got.May(access.SignedIn) || got.May(access.ReadSharedPage) {
				t.Errorf("%+v may something else", got)
			}
			if _, err := p.ChangePerson(ctx, person.ID, access.Change{Reach: &c.later}); err != nil {
				t.Fatal(err)
			}
			if got, err := p.FeedPrincipal(ctx, access.OutagesFeed, token); err != nil || got.Reach.String() != c.then.String() {
				t.Errorf("%v of %v, later %v: %+v, %v", c.subject, c.person, c.later, got, err)
			}
			if p.text("SELECT count(*) FROM feeds WHERE hash LIKE ?", "%"+token+"%") != "0" {
				t.Error("the token can be read from the table")
			}
			if _, err := p.LinkPrincipal(ctx, token); !errors.Is(err, access.ErrLink) {
				t.Errorf("it is a link, too: %v", err)
			}
			if _, err := p.KeyPrincipal(ctx, token); !errors.Is(err, access.ErrKey) {
				t.Errorf("it is a key, too: %v", err)
			}
		}
	})
}

func TestAFeedIsOfWhatItsPersonSees(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.someStores()
		p.operator()
		ana := p.add("ana@example.com", access.Owner, reach.Of([]string{"Kettle"}, nil)).Principal("")
		said := map[string]bool{}
		for _, subject := range []entered.Subject{entered.Group("Lantern"), entered.Group("Nothing"), entered.Store("3"), entered.Store("nothing"), entered.Store("1' OR 1=1")} {
			_, _, err := p.MakeFeed(ctx, ana, access.NewFeed{Name: "Reader", Subject: subject})
			var problem entered.Problem
			if !errors.As(err, &problem) || problem.Found != subject.Name {
				p.t.Fatalf("a feed of %v: %v", subject, err)
			}
			said[problem.Expected] = true
		}
		if len(said) != 2 { // one for groups, one for stores
			t.Errorf("what is out of reach is told from what does not exist: %v", said)
		}
		for _, n := range []access.NewFeed{{Name: "  ", Subject: entered.All}, {Name: strings.Repeat("a", 500), Subject: entered.All}} {
			_, _, err := p.MakeFeed(ctx, ana, n)
			p.wantInput(err)
		}
		for _, subject := range []entered.Subject{{}, {Scope: entered.OfGroup}, {Scope: "planet", Name: "Earth"}, {Scope: entered.OfStore, Name: "a\x00b"}} {
			if _, _, err := p.MakeFeed(ctx, ana, access.NewFeed{Name: "Reader", Subject: subject}); err == nil {
				t.Errorf("a feed was made of %+v", subject)
			}
		}
		if feeds, err := p.Feeds(ctx, ana.PersonID); err != nil || len(feeds) != 0 {
			t.Errorf("%+v, %v", feeds, err)
		}
	})
}

func TestFeedsThatDoNotWorkAnswerAlike(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.someStores()
		early, _, err := p.MakeFeed(ctx, access.Open(), access.NewFeed{Name: "Reader", Subject: entered.All})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.FeedPrincipal(ctx, access.OutagesFeed, early); err != nil {
			t.Errorf("without accounts: %v", err)
		}
		ana, bo := p.owner(), p.add("bo@example.com", access.Viewer, reach.All())
		tokens := map[string]string{"of an open server": early, "unknown": strings.Repeat("A", 43), "empty": "", "long": strings.Repeat("A", 9000), "no text": "a\x00\xff"}
		ids := map[string]string{}
		for name, of := range map[string]access.Person{"revoked": ana, "of the disabled": bo, "works": ana} {
			token, feed, err := p.MakeFeed(ctx, of.Principal(""), access.NewFeed{Name: "Reader", Subject: entered.All})
			if err != nil {
				t.Fatal(err)
			}
			tokens[name], ids[name] = token, feed.ID
		}
		if _, err := p.RevokeFeed(ctx, bo.ID, ids["revoked"]); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("somebody revoked the feed of another: %v", err)
		}
		if _, err := p.FeedPrincipal(ctx, access.OutagesFeed, tokens["revoked"]); err != nil {
			t.Errorf("before it is revoked: %v", err)
		}
		for range 2 {
			if feed, err := p.RevokeFeed(ctx, ana.ID, ids["revoked"]); err != nil || !feed.RevokedAt.Known {
				t.Errorf("%+v, %v", feed, err)
			}
		}
		if _, err := p.DisablePerson(ctx, bo.ID); err != nil {
			t.Fatal(err)
		}
		works := tokens["works"]
		delete(tokens, "works")
		for name, token := range tokens {
			if got, err := p.FeedPrincipal(ctx, access.OutagesFeed, token); !errors.Is(err, access.ErrFeed) || got.Kind != "" {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if _, err := p.FeedPrincipal(ctx, access.OutagesFeed, works); err != nil {
			t.Errorf("one that works: %v", err)
		}
		if err := p.FlushMarks(); err != nil {
			t.Fatal(err)
		}
		if list, err := p.Feeds(ctx, ana.ID); err != nil || len(list) != 2 || !list[0].LastUsedAt.Known && !list[1].LastUsedAt.Known {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
