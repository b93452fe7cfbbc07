package access_test

import (
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

func (p *place) report() string {
	p.t.Helper()
	modelstest.Load(p.t, p.db, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC"))
	return modelstest.MakeReport(p.t, p.db).ID
}

func TestALinkShowsOneReportAndNothingElse(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		report := p.report()
		token, link, err := p.MakeLink(ctx, access.NewLink{ReportID: report, Reach: ana.Reach, PersonID: ana.ID})
		if err != nil || len(token) != 43 || link.ExpiresAt.Time().Sub(p.clock.Now()) != 30*24*time.Hour {
			t.Fatalf("%+v, %v", link, err)
		}
		got, err := p.LinkPrincipal(ctx, token)
		if err != nil || got.Report != report || got.Kind != access.IsLink || got.ID != link.ID || got.Reach.String() != ana.Reach.String() {
			t.Errorf("%+v, %v", got, err)
		}
		if !got.May(access.ReadSharedPage) || got.May(access.ReadFigures) || got.May(access.SignedIn) {
			t.Errorf("%+v may something else", got)
		}
		if p.text("SELECT count(*) FROM share_links WHERE hash LIKE ?", "%"+token+"%") != "0" {
			t.Error("the token can be read from the table")
		}
		if err := p.FlushMarks(); err != nil {
			t.Fatal(err)
		}
		if list, err := p.Links(ctx, report); err != nil || len(list) != 1 || !list[0].LastUsedAt.Known {
			t.Errorf("%+v, %v", list, err)
		}
		for _, days := range []int{-1, 366} {
			_, _, err := p.MakeLink(ctx, access.NewLink{ReportID: report, PersonID: ana.ID, Days: days})
			p.wantInput(err)
		}
	})
}

func TestLinksThatDoNotWorkAnswerAlike(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.named()
		report := p.report()
		early, _, err := p.MakeLink(ctx, access.NewLink{ReportID: report, Reach: reach.All()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.LinkPrincipal(ctx, early); err != nil {
			t.Errorf("without accounts: %v", err)
		}
		ana := p.owner()
		refused := func(why, token string) {
			t.Helper()
			if got, err := p.LinkPrincipal(ctx, token); err == nil || err.Error() != access.ErrLink.Error() || got.ID != "" || got.Report != "" {
				t.Errorf("%s: %+v, %v", why, got, err)
			}
		}
		works := func(why, token string) {
			t.Helper()
			if _, err := p.LinkPrincipal(ctx, token); err != nil {
				t.Errorf("%s: %v", why, err)
			}
		}
		refused("made before there were accounts", early)
		for why, token := range map[string]string{"unknown": "x", "empty": "", "long": string(make([]byte, 1_000_000))} {
			refused(why, token)
		}
		link := func(r reach.Reach, days int) (string, access.Link) {
			t.Helper()
			token, link, err := p.MakeLink(ctx, access.NewLink{ReportID: report, Reach: r, PersonID: ana.ID, Days: days})
			if err != nil {
				t.Fatal(err)
			}
			return token, link
		}
		token, made := link(reach.Of(nil, []string{"1"}), 365) // a store of her group
		works("new", token)
		change := func(c access.Change) {
			t.Helper()
			if _, err := p.ChangePerson(ctx, ana.ID, c); err != nil {
				t.Fatal(err)
			}
		}
		change(access.Change{Reach: new(reach.Of([]string{"Ben's"}, nil))})
		refused("lost the reach", token)
		change(access.Change{Reach: new(reach.Of([]string{"Ana's"}, nil))})
		works("has the reach again", token)
		change(access.Change{Role: new(access.Viewer)})
		refused("may not share", token)
		change(access.Change{Role: new(access.Owner)})
		if _, err := p.DisablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		refused("disabled", token)
		if _, err := p.EnablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		works("enabled again", token)
		p.wantErr(p.RevokeLink(ctx, "another", made.ID), models.ErrNotFound)
		works("revoked as another report's", token)
		for range 2 {
			p.wantErr(p.RevokeLink(ctx, report, made.ID), nil)
		}
		refused("revoked", token)

		token, _ = link(ana.Reach, 1)
		p.wait(24*time.Hour - time.Second)
		works("not expired", token)
		p.wait(time.Second)
		refused("expired", token)

		token, _ = link(ana.Reach, 0)
		p.exec("DELETE FROM report_parts WHERE report_id = ?", report)
		p.exec("DELETE FROM reports WHERE id = ?", report)
		refused("the report is gone", token)
	})
}
