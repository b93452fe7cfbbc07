package views

import (
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// GallerySamples are the pages about people in every state, by the name in their address.
func GallerySamples() map[string]templ.Component {
	p := samplePage("Sample", "")
	pages := map[string]templ.Component{
		"sign-in":          SignInPage(p, SignIn{Next: "/stores", Passkeys: true, Provider: Link{"Sign in with Company Login", "/sign-in/oidc"}}),
		"sign-in-refused":  SignInPage(p, SignIn{Email: "ana@example.com", Problem: "The e-mail or the password is not right."}),
		"signed-out":       SignInPage(p, SignIn{Notice: "You are signed out."}),
		"sign-in-provider": SignInPage(p, SignIn{NoForm: true, Problem: "Company Login did not let you in.", Provider: Link{"Sign in with Company Login", "/sign-in/oidc"}}),
		"factor":           FactorPage(p, Factor{Name: "Ana Kowalski", Next: "/stores", App: true, Passkeys: true, Recovery: true}),
		"factor-refused":   FactorPage(p, Factor{Name: "Ana Kowalski", App: true, Recovery: true, Problem: "This code is not right, or it is too old. Wait for the next one."}),
		"factor-recovery":  FactorPage(p, Factor{Name: longName, Recovery: true, Problem: "This code is not right, or it was used."}),

		"invitation":         InvitationPage(p, Invitation{Action: "/invitation/x", Name: "Ana Kowalski", Email: "ana@example.com", MinLength: 12, Until: at("2026-11-30T15:40:00Z", "30 Nov 2026 15:40 UTC")}),
		"invitation-refused": InvitationPage(p, Invitation{Action: "/invitation/x", Name: longName, Email: longName + "@example.com", MinLength: 12, Problem: Refusal{"password", "Expected at least 12 characters, found 8."}}),
		"reset":              InvitationPage(p, Invitation{Action: "/invitation/x", Name: "Ana", Email: "ana@example.com", MinLength: 12, Reset: true}),
		"dead-link":          DeadLinkPage(p),

		"account":         AccountPage(p, sampleAccount()),
		"account-new":     AccountPage(p, sampleNewAccount()),
		"account-setup":   AccountPage(p, sampleAccountSetup()),
		"account-refused": AccountPage(p, sampleAccountRefused()),
		"account-managed": AccountPage(p, sampleManagedAccount()),

		"people":         PeoplePage(samplePage("People", NavPeople), samplePeople()),
		"people-invited": PeoplePage(samplePage("People", NavPeople), sampleInvited()),
		"people-refused": PeoplePage(samplePage("People", NavPeople), sampleInviteRefused()),
		"people-none":    PeoplePage(samplePage("People", NavPeople), People{Search: Search{Action: "/people", Query: "nobody"}, ClearURL: "/people", Invite: sampleInvite()}),
		"person":         PersonPage(samplePage("Ana Kowalski", NavPeople), samplePerson()),
		"person-last":    PersonPage(samplePage("Ana Kowalski", NavPeople), sampleLastOperator()),
		"person-off":     PersonPage(samplePage("Ana Kowalski", NavPeople), sampleDisabledPerson()),

		"audit":         AuditPage(samplePage("Audit", NavAudit), sampleAudit()),
		"audit-refused": AuditPage(samplePage("Audit", NavAudit), Audit{Filtered: true, ClearURL: "/audit", Form: AuditForm{From: "2026-12-01", To: "2026-11-01", Zone: "UTC", Actions: sampleActions, Problem: Refusal{"to", "To: expected a day after 1 Dec 2026, found 1 Nov 2026."}}}),
		"audit-none":    AuditPage(samplePage("Audit", NavAudit), Audit{Form: AuditForm{Zone: "UTC", Actions: sampleActions}}),

		"outages":              OutagesPage(samplePage("Outages", NavOutages), sampleOutageLog()),
		"outages-store":        OutagesPage(samplePage("Outages", NavOutages), sampleOneOutage()),
		"outages-refused":      OutagesPage(samplePage("Outages", NavOutages), OutageLog{Range: OutageRange{From: "2022-01-01T00:00", To: "2021-01-01T00:00", Zone: "UTC", Problem: Refusal{"to", "“To” must be later than “From”."}}}),
		"outages-none":         OutagesPage(samplePage("Outages", NavOutages), OutageLog{None: Empty{"No outage in this period. Great news", "Every poll made during business hours found the stores online."}}),
		"outages-first":        OutagesPage(samplePage("Outages", NavOutages), OutageLog{Empty: true, Can: everything}),
		"special-days":         SpecialDaysPage(samplePage("Special days", NavStores), sampleSpecialDays()),
		"special-days-refused": SpecialDaysPage(samplePage("Special days", NavStores), sampleSpecialDaysRefused()),
		"special-days-read":    SpecialDaysPage(sampleViewerPage(), SpecialDays{}),

		"alerts":              AlertsPage(samplePage("Alerts", NavAlerts), sampleAlerts()),
		"alerts-first":        AlertsPage(samplePage("Alerts", NavAlerts), Alerts{NoChannel: true}),
		"alerts-second":       AlertsPage(samplePage("Alerts", NavAlerts), Alerts{}),
		"alerts-quiet":        AlertsPage(samplePage("Alerts", NavAlerts), sampleQuietAlerts()),
		"alert-rule":          AlertRulePage(samplePage("New rule", NavAlerts), sampleAlertRule()),
		"alert-rule-backtest": AlertRulePage(samplePage("Change rule", NavAlerts), sampleBacktest()),
		"alert-rule-refused":  AlertRulePage(samplePage("New rule", NavAlerts), sampleAlertRuleRefused()),
		"acknowledge":         AcknowledgePage(p, sampleAcknowledge()),
		"acknowledge-done":    AcknowledgePage(p, Acknowledge{Message: sampleMessage(), Known: "Acknowledged by Ana", KnownAt: at("2026-11-26T02:07:00Z", "20:07 CST")}),

		"report-links":  ReportPage(samplePage("Report", NavReports), sampleLinkedReport(sampleShareLinks())),
		"report-shared": ReportPage(samplePage("Report", NavReports), sampleLinkedReport(sampleNewShareLink())),
		"shared":        SharedReportPage(p, sampleSharedReport()),
		"owner":         ReportsPage(sampleOwnerPage(), GenerateForm{Can: Can{MakeReports: true}}, sampleEnded()),
		"viewer":        OverviewPage(sampleViewerPage(), sampleViewerOverview()),
		"viewer-first":  OverviewPage(sampleViewerPage(), Overview{FirstUse: &FirstUse{Samples: sampleFiles}}),
		"open":          ReportsPage(sampleOpenPage(), GenerateForm{Can: everything}, ReportList{Can: everything}),
		"refused":       ErrorPage(Page{Title: "Not found", Outside: true}, Problem{Status: 404, Title: "Not found", Message: "The address may be mistyped, or the page was removed."}),
	}
	maps.Copy(pages, channelSamples())
	return pages
}

// gallerySampleNames are in the order of the alphabet, which puts the states of a page together.
func gallerySampleNames() []string { return slices.Sorted(maps.Keys(GallerySamples())) }

func sampleOwnerPage() Page {
	p := samplePage("Reports", NavReports)
	p.Who, p.Can = germanName, Can{MakeReports: true, KeepSales: true, ShareReports: true, ReadQuality: true}
	p.Stale, p.StaleReason, p.StaleURL = true, "The last import failed: polls.csv is a PNG image.", "/imports/x"
	return p
}

func sampleViewerPage() Page {
	p := samplePage("Overview", NavOverview)
	p.Who, p.Can = "José Núñez", Can{ReadQuality: true}
	return p
}

func sampleViewerOverview() Overview {
	o := sampleOverview()
	o.Can, o.Generate.Can = Can{}, Can{}
	o.Reports = sampleEnded()
	o.Reports.Can = Can{}
	return o
}

// sampleEnded are reports that ask the server for nothing.
func sampleEnded() ReportList {
	l := sampleReports()
	l.Rows = l.Rows[3:]
	return l
}

func sampleOpenPage() Page {
	p := samplePage("Reports", NavReports)
	p.Who, p.Open = "", true
	return p
}

const (
	sampleFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
	sampleSafari  = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1"
	sampleEdge    = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
)

func sampleSessions() []SessionRow {
	return []SessionRow{
		{ID: "1", Here: true, Agent: sampleFirefox, Address: "203.0.113.7", How: "password and code", Since: at("2026-11-23T08:02:00Z", "23 Nov 2026 08:02 UTC"), Seen: at("2026-11-23T15:40:00Z", "23 Nov 2026 15:40 UTC"), EndURL: "/account/sessions/1/end"},
		{ID: "2", Agent: sampleSafari, Address: "2001:db8:85a3:8d3:1319:8a2e:370:7348", How: "passkey", Since: at("2026-11-20T08:02:00Z", "20 Nov 2026 08:02 UTC"), Seen: at("2026-11-22T15:40:00Z", "22 Nov 2026 15:40 UTC"), EndURL: "/account/sessions/2/end"},
		{ID: "3", Agent: "", Address: "", How: "Company Login", Since: at("2026-11-20T08:02:00Z", "20 Nov 2026 08:02 UTC"), Seen: at("2026-11-22T15:40:00Z", "22 Nov 2026 15:40 UTC"), EndURL: "/account/sessions/3/end"},
	}
}

func sampleKeys() []KeyRow {
	return []KeyRow{
		{ID: "1", Name: "nightly report", Prefix: "lo_r_7Fh2", Scope: "Make reports", Reach: "all stores", Made: at("2026-11-01T08:00:00Z", "1 Nov 2026 08:00 UTC"), Used: at("2026-11-23T02:00:00Z", "23 Nov 2026 02:00 UTC"), Expires: at("2027-02-01T08:00:00Z", "1 Feb 2027 08:00 UTC"), State: Mark{Well, "Works"}, RevokeURL: "/account/keys/1/revoke"},
		{ID: "2", Name: longName, Prefix: "lo_x_0aB9", Scope: "Read", Reach: "the groups " + longName + " and Burger Barn", State: Mark{Well, "Works"}, RevokeURL: "/account/keys/2/revoke"},
		{ID: "3", Name: "old till", Prefix: "lo_i_Zz81", Scope: "Import data", Reach: "all stores", Expires: at("2026-10-01T08:00:00Z", "1 Oct 2026 08:00 UTC"), State: Mark{Look, "Expired"}},
		{ID: "4", Name: "lost laptop", Prefix: "lo_a_Qq10", Scope: "Everything", Reach: "all stores", State: Mark{Same, "Revoked"}},
	}
}

func sampleKeyForm() *KeyForm {
	return &KeyForm{
		Action: "/account/keys",
		Scopes: []Choice{
			{Value: "read", Text: "Read", Hint: "Read figures and reports.", Selected: true},
			{Value: "report", Text: "Make reports", Hint: "Read, and have reports made."},
			{Value: "ingest", Text: "Import data", Hint: "Send files and polls, and read what became of them."},
			{Value: "admin", Text: "Everything", Hint: "All that the API can do, people and keys too."},
		},
		Reach:  ReachForm{All: "All that you see", Suggest: "/groups/names"},
		Expiry: []Option{{Value: "30", Text: "In 30 days"}, {Value: "90", Text: "In 90 days", Selected: true}, {Value: "365", Text: "In a year"}, {Value: "", Text: "Never"}},
	}
}

func sampleAccount() Account {
	return Account{
		Notice: "Your name is saved.",
		Name:   "Ana Kowalski", Email: "ana@example.com", Role: "Owner", Sees: "the groups Burger Barn and Taco Airport, and 3 single stores",
		Password: &PasswordForm{MinLength: 12}, AskPassword: true,
		App:      AuthenticatorApp{On: at("2026-11-01T08:00:00Z", "1 Nov 2026 08:00 UTC")},
		Recovery: RecoveryCodes{Left: "7 of 10 left"},
		Passkeys: PasskeyList{Rows: []PasskeyRow{
			{ID: "1", Name: "my phone", Added: at("2026-11-01T08:00:00Z", "1 Nov 2026 08:00 UTC"), Used: at("2026-11-23T08:00:00Z", "23 Nov 2026 08:00 UTC"), RemoveURL: "/account/passkeys/1/remove"},
			{ID: "2", Name: longName, Added: at("2026-11-01T08:00:00Z", "1 Nov 2026 08:00 UTC"), RemoveURL: "/account/passkeys/2/remove"},
		}},
		Sessions: sampleSessions(), EndOthersURL: "/account/sessions/end",
		Keys: KeyList{Rows: sampleKeys(), Form: sampleKeyForm()},
	}
}

func sampleNewAccount() Account {
	a := sampleAccount()
	a.Notice, a.App, a.Passkeys, a.Recovery = "", AuthenticatorApp{}, PasskeyList{}, RecoveryCodes{Off: true}
	a.Password.None, a.AskPassword = true, false
	a.Sessions, a.EndOthersURL = a.Sessions[:1], ""
	a.Keys = KeyList{Form: sampleKeyForm()}
	return a
}

func sampleAccountSetup() Account {
	a := sampleAccount()
	a.Notice = ""
	a.App = AuthenticatorApp{Setup: &AppSetup{
		Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", URL: "otpauth://totp/Lights%20On:ana@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Lights%20On",
		Problem: Refusal{"code", "This code is not right, or it is too old. Wait for the next one."},
	}}
	a.Recovery = RecoveryCodes{Left: "10 of 10 left", New: []string{
		"k7wq-9d2m-xv4p", "p3nb-7h6t-cc81", "v9az-4k2e-mm07", "q1lo-8u5r-hh32", "z6tx-2f9i-bb44",
		"r4gy-5s1w-nn68", "t8jd-3p7a-kk90", "m2vc-6e4q-ww15", "x5hu-1b8z-rr73", "c9kf-7n3o-tt26",
	}}
	a.Passkeys.Rows = a.Passkeys.Rows[:1]
	a.Keys.New = Secret{Title: "The key “nightly report”", Label: "Key", Value: "lo_r_7Fh2kLmN0pQrStUvWxYz123456789abcdefghijk", Note: "A program sends it as “Authorization: Bearer …”. It works until 1 Feb 2027."}
	return a
}

func sampleAccountRefused() Account {
	a := sampleAccount()
	a.Notice = ""
	a.NameProblem = "Expected a name of 1 to 100 characters, found nothing."
	a.Password.Problem = Refusal{"current_password", "This is not your password."}
	a.App.Problem, a.Recovery = Refusal{"current_password", "This is not your password."}, RecoveryCodes{Left: "1 of 10 left", Few: true, Problem: Refusal{"current_password", "This is not your password."}}
	a.Passkeys.Problem = Refusal{Text: "This is not your password. Nothing was removed."}
	a.Keys.Form.Problem, a.Keys.Form.AskPassword = Refusal{"groups", "Expected a group that you see, found “Burger Bern”."}, true
	a.Keys.Form.Name, a.Keys.Form.Reach.Some, a.Keys.Form.Reach.Groups = "till", true, "Burger Bern\nTaco Airport"
	return a
}

func sampleManagedAccount() Account {
	a := sampleAccount()
	a.Notice, a.Role, a.Sees, a.Note = "", "Viewer", "nothing yet", "Company Login decides on your role and on what you see."
	a.FixedName, a.Password, a.NoFactors = true, nil, true
	a.Keys = KeyList{}
	return a
}

var sampleRoles = []Choice{
	{Value: "operator", Text: "Operator", Hint: "Runs the place: imports files, invites people, reads the audit log."},
	{Value: "owner", Text: "Owner", Hint: "Sees their stores, makes and shares reports, and says what an open hour sells.", Selected: true},
	{Value: "viewer", Text: "Viewer", Hint: "Reads the figures and reports of their stores, and changes nothing."},
}

func sampleInvite() InviteForm {
	return InviteForm{Roles: sampleRoles, Reach: ReachForm{All: "All stores", Some: true, Suggest: "/groups/names"}}
}

func samplePeople() People {
	return People{
		Search:  Search{Action: "/people"},
		Filters: []Filter{{Text: "All", Count: "43", URL: "/people", Active: true}, {Text: "Operators", Count: "2", URL: "/people?role=operator"}, {Text: "Invited", Count: "3", URL: "/people?state=invited"}},
		Rows: []PersonRow{
			{Name: "Ana Kowalski", Email: "ana@example.com", URL: "/people/1", Role: "Operator", Reach: "all stores", Factors: "password and app", SignedIn: at("2026-11-23T08:02:00Z", "23 Nov 2026 08:02 UTC"), State: Mark{Well, "Active"}},
			{Name: "José Núñez", Email: "jose@example.com", URL: "/people/2", Role: "Owner", Reach: "Burger Barn and 2 more groups, 3 stores", Factors: "passkey", SignedIn: at("2026-11-22T08:02:00Z", "22 Nov 2026 08:02 UTC"), State: Mark{Well, "Active"}},
			{Name: germanName, Email: longName + "@example.com", URL: "/people/3", Role: "Viewer", Reach: longName, State: Mark{Note, "Invited"}},
			{Name: "Old Owner", Email: "old@example.com", URL: "/people/4", Role: "Owner", Reach: "nothing", Factors: "Company Login", State: Mark{Same, "Disabled"}},
		},
		Pager:  Pager{Text: "1–4 of 43", Next: "/people?page=2"},
		Invite: sampleInvite(),
	}
}

func sampleLink(title string) Secret {
	return Secret{Title: title, Label: "Link", Value: "https://lights.example.com/invitation/Zk9pV2t3bUxYc0RqN1RhR0hNUWJFdw", Note: "Send it to them yourself: this server sends no mail. It works once, until 30 Nov 2026 15:40 UTC."}
}

func sampleInvited() People {
	p := samplePeople()
	p.New, p.NewTo = sampleLink("The invitation of José Núñez"), Link{"José Núñez", "/people/2"}
	return p
}

func sampleInviteRefused() People {
	p := samplePeople()
	p.Invite.Email, p.Invite.Name = "ana@example.com", "Ana"
	p.Invite.Problem = Refusal{"email", "Somebody has this e-mail already: Ana Kowalski."}
	return p
}

func samplePerson() Person {
	return Person{
		Name: "José Núñez", Email: "jose@example.com", State: Mark{Well, "Active"}, New: sampleLink("A new password for José Núñez"),
		Facts: []Fact{
			{Name: "Invited", At: at("2026-11-01T08:00:00Z", "1 Nov 2026 08:00 UTC"), Note: "by Ana Kowalski"},
			{Name: "Last sign-in", At: at("2026-11-22T08:02:00Z", "22 Nov 2026 08:02 UTC")},
			{Name: "Signs in with", Value: "password and app"},
		},
		Edit:       PersonForm{Action: "/people/2", Name: "José Núñez", Roles: sampleRoles, Reach: ReachForm{All: "All stores", Some: true, Groups: "Burger Barn\nTaco Airport", Stores: sampleID, Suggest: "/groups/names"}},
		DisableURL: "/people/2/disable", ResetURL: "/people/2/reset", RemoveFactorsURL: "/people/2/factors/remove", Factors: "An authenticator app and 2 passkeys",
		Sessions: sampleSessions()[1:], EndSessionsURL: "/people/2/sessions/end", Keys: sampleKeys(),
	}
}

func sampleLastOperator() Person {
	p := samplePerson()
	p.Name, p.Edit.Name, p.Email, p.You, p.New = "Ana Kowalski", "Ana Kowalski", "ana@example.com", true, Secret{}
	p.Last = "Ana Kowalski is the last operator who can sign in. Make somebody else an operator first."
	p.DisableURL, p.RemoveFactorsURL, p.Keys = "", "", nil
	return p
}

func sampleDisabledPerson() Person {
	p := samplePerson()
	p.State, p.Notice, p.New = Mark{Same, "Disabled"}, "José Núñez is disabled and signed out everywhere.", Secret{}
	p.DisableURL, p.ResetURL, p.RemoveFactorsURL, p.EnableURL, p.InviteURL = "", "", "", "/people/2/enable", "/people/2/invite"
	p.Edit.Managed = "Company Login decides on the role and on what is seen."
	p.Sessions, p.EndSessionsURL = nil, ""
	return p
}

var sampleActions = []Option{{Text: "Anything"}, {Value: "sign-in", Text: "Signed in"}, {Value: "import", Text: "Imports"}}

func sampleAudit() Audit {
	when := at("2026-11-23T15:40:07Z", "23 Nov 2026 15:40:07 UTC")
	return Audit{
		Form:     AuditForm{Who: "ana", Zone: "UTC", Actions: sampleActions, From: "2026-11-01"},
		Filtered: true, ClearURL: "/audit",
		Download: Download{Label: "CSV", URL: "/audit.csv"},
		Pager:    Pager{Text: "Page 2", Prev: "/audit", Next: "/audit?page=3", PrevText: "Newer", NextText: "Older"},
		Rows: []AuditRow{
			{At: when, Who: Link{"Ana Kowalski", "/people/1"}, What: "Made a report", About: Link{"Kowalski Family · 5–19 Nov 2026", "/reports/x"}, Address: "203.0.113.7", Outcome: Mark{Well, "Done"}},
			{At: when, Who: Link{"nightly report", ""}, Kind: "API key of Ana Kowalski", What: "Undid an import", About: Link{"abc12345", "/imports/x"}, Detail: "1,813,104 polls", Address: "2001:db8:85a3:8d3:1319:8a2e:370:7348", Outcome: Mark{Look, "Failed"}},
			{At: when, Who: Link{"nobody", ""}, What: "Tried to sign in", About: Link{longName + "@example.com", ""}, Address: "198.51.100.23", Outcome: Mark{Look, "Refused"}},
		},
	}
}

func sampleShareLinks() ShareLinks {
	return ShareLinks{
		Action: "/reports/0198c3d2/links",
		Days:   []Option{{Value: "7", Text: "7 days", Selected: true}, {Value: "30", Text: "30 days"}, {Value: "90", Text: "90 days"}},
		Rows: []ShareLinkRow{
			{ID: "1", By: "Ana Kowalski", Made: at("2026-11-20T15:40:00Z", "20 Nov 2026 15:40 UTC"), Expires: at("2026-11-27T15:40:00Z", "27 Nov 2026 15:40 UTC"), Opened: at("2026-11-22T09:00:00Z", "22 Nov 2026 09:00 UTC"), RevokeURL: "/reports/0198c3d2/links/1/revoke"},
			{ID: "2", By: longName, Made: at("2026-11-20T15:40:00Z", "20 Nov 2026 15:40 UTC"), Expires: at("2026-11-27T15:40:00Z", "27 Nov 2026 15:40 UTC")},
		},
	}
}

func sampleNewShareLink() ShareLinks {
	s := sampleShareLinks()
	s.Rows = nil
	s.New = Secret{Title: "A link to this report", Label: "Link", Value: "https://lights.example.com/shared/Zk9pV2t3bUxYc0RqN1RhR0hNUWJFdw", Note: "Anyone who has it can read this report until 30 Nov 2026 15:40 UTC."}
	return s
}

func sampleLinkedReport(s ShareLinks) Report {
	r := sampleReport(Badge{State: Complete})
	r.Share = &s
	return r
}

func sampleSharedReport() SharedReport {
	r := sampleReport(Badge{State: Complete})
	r.Can, r.Distribution = Can{}, nil
	for n := range r.Rows.Rows {
		r.Rows.Rows[n].URL = ""
	}
	r.Rows.Search.Action = "/shared/x"
	return SharedReport{Report: r, By: "Ana Kowalski", Until: at("2026-11-30T15:40:00Z", "30 Nov 2026 15:40 UTC")}
}
