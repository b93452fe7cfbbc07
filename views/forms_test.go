package views

import (
	"testing"
)

func TestAProblemStandsAtItsField(t *testing.T) {
	for field, id := range map[string]string{"": "as-of", "as_of": "as-of", "from": "from", "to": "to", "group": "generate-group"} {
		page := render(t, GenerateReport(GenerateForm{Can: everything, Problem: "Expected something else", ProblemField: field, Groups: sampleGroupChoice("")}))
		at := page.Find("[aria-invalid]")
		if got, _ := at.Attr("id"); at.Length() != 1 || got != id {
			t.Errorf("%q: the problem is at %q", field, got)
		}
		described, _ := at.Attr("aria-describedby")
		if got := shownText(page.Find("#" + described)); got != "Expected something else" {
			t.Errorf("%q: the field is described by %q", field, got)
		}
		_, open := page.Find("details").Attr("open")
		if folded := field == "group"; open == folded {
			t.Errorf("%q: the range is open: %v", field, open)
		}
	}
}

func TestFiltersBelongToTheFormThatSearches(t *testing.T) {
	page := render(t, StoresPage(Page{}, sampleNamedStores()))
	form, _ := page.Find("form[role=search]").Attr("id")
	if n := page.Find("#stores select[form='" + form + "']").Length(); form == "" || n != 3 {
		t.Errorf("%d selects belong to the form %q, want 3", n, form)
	}
	if n := page.Find("noscript").Length(); n != 1 {
		t.Errorf("%d buttons for those without JavaScript, want 1", n)
	}
	if got := shownText(page.Find("select[name=zone] option[selected]")); got != "America/Chicago" {
		t.Errorf("the zone chosen is %q", got)
	}
	if href, _ := page.Find(".list-actions .download").Attr("href"); href != "/stores.csv" {
		t.Errorf("the export leads to %q", href)
	}
}

func TestANamedStoreIsCalledByItsNameWithItsIdBeside(t *testing.T) {
	named := render(t, storeName("Burger Barn", "Chicago", "42", "/stores/42", Link{"Barns", "/?group=Barns"}))
	if got := shownText(named.Find("a.name")) + " | " + shownText(named.Find("small").First()) + " | " + shownText(named.Find("small.id")); got != "Burger Barn | Chicago · Barns | 42" {
		t.Errorf("it reads %q", got)
	}
	bare := render(t, storeName("", "", "42", "/stores/42", Link{}))
	if got := shownText(bare.Find(".store-name")); got != "42" || bare.Find("a.id").Length() != 1 || bare.Find("small").Length() != 0 {
		t.Errorf("without a name it reads %q", got)
	}
}

func TestAnyDayCanBeChosenAndLeft(t *testing.T) {
	page := render(t, StoreExplanation(sampleNamedStore()))
	for selector, want := range map[string]string{"#explain-prev": "?day=2023-01-22#explain", "#explain-next": "?day=2023-01-24#explain"} {
		if got, _ := page.Find(selector).Attr("href"); got != want {
			t.Errorf("%s leads to %q, want %q", selector, got, want)
		}
	}
	day := page.Find("input[type=date]")
	for attr, want := range map[string]string{"min": "2022-11-12", "max": "2023-01-25", "value": "2023-01-23", "name": "day"} {
		if got, _ := day.Attr(attr); got != want {
			t.Errorf("the field's %s is %q, want %q", attr, got, want)
		}
	}
	if page.Find(".strip").Length() != 1 {
		t.Error("a day outside of the seven is not drawn")
	}
}

func TestChoosingAGroupNarrowsTheWholeOverview(t *testing.T) {
	page := render(t, OverviewPage(Page{}, sampleGroup()))
	if got := shownText(page.Find("h1")); got != "Burger Barn" {
		t.Errorf("the page is headed %q", got)
	}
	form := page.Find("form.chooser")
	if method, _ := form.Attr("method"); method != "get" || form.Find("noscript button").Length()+form.Find("noscript").Length() == 0 {
		t.Error("the chooser does not work without JavaScript")
	}
	if target, _ := form.Attr("hx-target"); page.Find(target+" h1").Length() != 1 {
		t.Errorf("choosing swaps %q, which does not hold the heading", target)
	}
	if render(t, OverviewPage(Page{}, Overview{})).Find("form.chooser").Length() != 0 {
		t.Error("a chooser is shown where there are no groups")
	}
}
