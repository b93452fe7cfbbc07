package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// However many groups there are, a page offers a bounded choice, and the API sends
// them in pieces.
func TestManyGroupsMakeNoPageLarge(t *testing.T) {
	s := onSQLite(t)
	s.load(manyGroups(1000)...)
	chosen := "Chain 777 & Söhne"
	for target, field := range map[string]string{
		"/?group=" + url.QueryEscape(chosen): "#choose-group", "/stores?group=" + url.QueryEscape(chosen): "#stores-group", "/reports": "#generate-group",
	} {
		a := s.ask(http.MethodGet, target)
		page := a.page(t)
		input := page.Find("input" + field)
		if len(a.body) > 200_000 || page.Find("option").Length() > 100 || input.Length() != 1 || input.AttrOr("name", "") != "group" {
			t.Errorf("%s: %d bytes, %d options, %d fields", target, len(a.body), page.Find("option").Length(), input.Length())
		}
		if want := map[bool]string{true: chosen}[target != "/reports"]; input.AttrOr("value", "") != want {
			t.Errorf("%s: the field shows %q, want %q", target, input.AttrOr("value", ""), want)
		}
		list := page.Find("datalist#" + input.AttrOr("list", "none"))
		suggested := s.ask(http.MethodGet, list.AttrOr("data-suggest", "/")+"?group="+url.QueryEscape("sohne 77"), asHTMX).page(t).Find("option")
		names := suggested.Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "") })
		if len(names) < 10 || len(names) > 20 || !slices.Contains(names, chosen) {
			t.Errorf("%s: 77 suggests %q", target, names)
		}
	}
	if got := text(s.open("/stores?group=" + url.QueryEscape(chosen)).Find(".pager-text")); got != "1–1 of 1 store" {
		t.Errorf("a group that was typed has %q", got)
	}
	refused := s.ask(http.MethodPost, "/reports", form("group", "Chain 777"))
	field := refused.page(t).Find("#generate-group")
	if refused.StatusCode != http.StatusUnprocessableEntity || field.AttrOr("value", "") != "Chain 777" || field.AttrOr("aria-invalid", "") != "true" {
		t.Errorf("a group that does not exist: %d, the field shows %q", refused.StatusCode, field.AttrOr("value", ""))
	}
}

func TestAPIGroupsComeInPieces(t *testing.T) {
	s := onSQLite(t)
	s.load(manyGroups(250)...)
	type piece struct {
		Total      int
		Groups     []struct{ Name string }
		NextCursor *string `json:"next_cursor"`
	}
	var all []string
	for cursor, sizes := "", []int{100, 100, 50}; len(sizes) > 0; sizes = sizes[1:] {
		p := decode[piece](t, s.call(http.MethodGet, "/api/v1/groups?cursor="+cursor))
		if len(p.Groups) != sizes[0] || p.Total != 250 || (p.NextCursor == nil) != (len(sizes) == 1) {
			t.Fatalf("a piece of %d of %d, want %d", len(p.Groups), p.Total, sizes[0])
		}
		for _, g := range p.Groups {
			all = append(all, g.Name)
		}
		if p.NextCursor != nil {
			cursor = *p.NextCursor
		}
	}
	for n, name := range all {
		if want := fmt.Sprintf("Chain %03d & Söhne", n); name != want {
			t.Fatalf("group %d is %q, want %q", n, name, want)
		}
	}
	found := decode[piece](t, s.call(http.MethodGet, "/api/v1/groups?limit=3&q=chain+sohne+12"))
	if len(found.Groups) != 3 || found.NextCursor == nil || found.Groups[0].Name != "Chain 012 & Söhne" {
		t.Errorf("searched: %+v", found)
	}
	refused(t, s.call(http.MethodGet, "/api/v1/groups?q=other&cursor="+*found.NextCursor), 400, "cursor: expected")
	refused(t, s.call(http.MethodGet, "/api/v1/groups?limit=0"), 400, "limit: expected 1 to 1000")
	s.load(onePoll)
	rest := decode[piece](t, s.call(http.MethodGet, "/api/v1/groups?limit=3&q=chain+sohne+12&cursor="+*found.NextCursor))
	if len(rest.Groups) != 3 || rest.Groups[0].Name != "Chain 121 & Söhne" {
		t.Errorf("after an import the list goes on with %+v", rest)
	}
}
