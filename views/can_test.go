package views

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// asSeenBy are the pages that change with what their visitor may do, with all their buttons.
func asSeenBy(can Can) map[string]templ.Component {
	p := samplePage("Sample", "")
	p.Can, p.Stale, p.StaleReason, p.StaleURL = can, true, "The last import failed: polls.csv is a PNG image.", "/imports/x"
	overview := sampleOverview()
	overview.Can, overview.Generate.Can, overview.Reports.Can, overview.Sales = can, can, can, nil
	reports, imports := sampleReports(), sampleImports()
	reports.Can, imports.Can = can, can
	upload := sampleUpload
	upload.Can = can
	pages := map[string]templ.Component{
		"overview":  OverviewPage(p, overview),
		"first use": OverviewPage(p, Overview{Can: can, FirstUse: &FirstUse{Samples: sampleFiles}}),
		"no polls":  ReportsPage(p, GenerateForm{Can: can, NoData: true}, ReportList{Can: can, NoData: true}),
		"reports":   ReportsPage(p, GenerateForm{Can: can}, reports),
		"trigger":   TriggerPage(p, Trigger{Form: GenerateForm{Can: can}}),
		"imports":   ImportsPage(p, upload, imports),
		"stores":    StoresPage(p, StoreList{Can: can, Empty: true}),
		"groups":    GroupsPage(p, GroupList{Can: can, Empty: true}),
		"quality":   QualityPage(p, Quality{Can: can, Empty: true}),
	}
	for _, b := range sampleBadges {
		report, imported := sampleReport(b), sampleImport(b)
		report.Can, imported.Can = can, can
		pages["report "+string(b.State)+b.Progress] = ReportPage(p, report)
		pages["import "+string(b.State)+b.Progress] = ImportPage(p, imported)
	}
	return pages
}

func TestWhatNobodyMayDoIsNotShown(t *testing.T) {
	for name, c := range asSeenBy(Can{}) {
		page := render(t, c)
		page.Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
			if action, _ := s.Attr("action"); action != "/sign-out" && action != "/language" {
				t.Errorf("%s: a form that posts to %s", name, action)
			}
		})
		page.Find("a").Each(func(_ int, s *goquery.Selection) {
			href, _ := s.Attr("href")
			for _, to := range []string{"/imports", "/people", "/audit", "/quality"} {
				mine := strings.HasPrefix(name, "import") && strings.HasPrefix(href, "/imports")
				if strings.HasPrefix(href, to) && !mine {
					t.Errorf("%s: a link to %s", name, href)
				}
			}
		})
		if strings.Contains(page.Text(), "PNG image.") && !strings.HasPrefix(name, "import") {
			t.Errorf("%s: it tells what failed in an import", name)
		}
	}
}

func TestWhatSomebodyMayDoIsShown(t *testing.T) {
	pages := asSeenBy(everything)
	for name, want := range map[string][]string{
		"overview":         {"form#generate", "a[href='/people']", "a[href='/audit']", "a[href='/quality']", ".asof a[href='/imports/x']"},
		"first use":        {".steps a[href='/imports']"},
		"no polls":         {"main a[href='/imports']"},
		"reports":          {"form#generate", "form[action$='/cancel']", "form[action$='/retry']"},
		"trigger":          {"form[action='/reports']"},
		"imports":          {"form#upload", ".can-undo a"},
		"stores":           {"main a[href='/imports']"},
		"groups":           {"main a[href='/imports']"},
		"quality":          {".crumbs a[href='/imports']", "main .empty a[href='/imports']"},
		"report Failed":    {"form[action$='/retry']"},
		"report Queued":    {"form[action$='/cancel']"},
		"import Preview":   {"form[action$='/confirm']", "form[action$='/discard']", "form[action$='/preview']"},
		"import Complete":  {"form[action$='/undo']"},
		"import Running":   {"form[action$='/cancel']"},
		"import Failed":    {"form[action$='/retry']"},
		"import Cancelled": {"h1"},
	} {
		page := render(t, pages[name])
		for _, selector := range want {
			if page.Find(selector).Length() == 0 {
				t.Errorf("%s: no %s", name, selector)
			}
		}
	}
}

func TestOutsideNothingLeadsIn(t *testing.T) {
	p := samplePage("Sample", "")
	for name, c := range map[string]templ.Component{
		"sign in": SignInPage(p, SignIn{}), "factor": FactorPage(p, Factor{App: true}), "invitation": InvitationPage(p, Invitation{}),
		"dead link": DeadLinkPage(p), "shared": SharedReportPage(p, sampleSharedReport()), "error": ErrorPage(p.outside(), Problem{Title: "Nothing"}),
	} {
		page := render(t, c)
		for _, selector := range []string{".nav", ".asof", ".who", "a.brand", "a[href='/']", "a[href='/quality']", "a[href^='/stores']"} {
			if page.Find(selector).Length() > 0 {
				t.Errorf("%s: there is %s", name, selector)
			}
		}
		if page.Find("meta[name=robots][content^=noindex]").Length() != 1 {
			t.Errorf("%s: a search engine may keep it", name)
		}
		if strings.Contains(page.Find("footer").Text(), p.Version) {
			t.Errorf("%s: it tells the version", name)
		}
	}
}

func TestTheHeaderSaysWhoIsSignedInAndTheFootThatAllIsOpen(t *testing.T) {
	page := render(t, StoresPage(samplePage("Stores", NavStores), StoreList{}))
	if got := shownText(page.Find("header .who a")); got != "Your account: Ana Kowalski" {
		t.Errorf("the header says %q", got)
	}
	if page.Find("header form[method=post][action='/sign-out'] button").Length() != 1 {
		t.Error("there is no way out")
	}
	if strings.Contains(page.Find("footer").Text(), "Open:") {
		t.Error("it says that all is open")
	}
	open := render(t, StoresPage(sampleOpenPage(), StoreList{}))
	if got := shownText(open.Find("footer")); !strings.Contains(got, "No accounts: anyone who can reach this address can see and change everything.") {
		t.Errorf("the foot says %q", got)
	}
	if open.Find(".who").Length() != 0 {
		t.Error("somebody is signed in where there are no accounts")
	}
}
