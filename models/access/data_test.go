package access_test

import (
	"errors"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

func TestRowsOfAReportAreForWhoeverMaySeeIt(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		data := access.NewData(p.db, nil)
		anas, bens := reach.Of([]string{"Ana's"}, nil), reach.Of([]string{"Ben's"}, nil)
		report := func(within reach.Reach) models.Report {
			return *models.NewReport(models.FromPage, models.ReportScope{}, "").For(models.Asker{Reach: within})
		}
		of, other := report(anas), report(anas)
		person := func(within reach.Reach) access.Principal {
			return access.Principal{Kind: access.IsPerson, ID: "1", Role: access.Viewer, Reach: within}
		}
		link := func(id string) access.Principal {
			return access.Principal{Kind: access.IsLink, ID: "1", Reach: anas, Report: id}
		}
		for name, c := range map[string]struct {
			who  access.Principal
			want error
		}{
			"its reach":      {person(anas), nil},
			"all":            {person(reach.All()), nil},
			"another reach":  {person(bens), models.ErrNotFound},
			"no role":        {access.Principal{Kind: access.IsPerson, Reach: anas}, access.ErrForbidden},
			"a stranger":     {access.Stranger(), access.ErrForbidden},
			"its link":       {link(of.ID), nil},
			"another's link": {link(other.ID), models.ErrNotFound},
		} {
			var got error
			for _, err := range data.Rows(access.With(ctx, c.who), of) {
				got = err
			}
			if !errors.Is(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		for _, err := range data.Rows(ctx, of) {
			p.wantErr(err, access.ErrNoPrincipal)
			return
		}
		t.Error("without a principal there is no error")
	})
}
