// Package views turns words and URLs that web has already made into HTML, and says what is the
// same on every page of a kind, in the language of the reader (package words).
//
// It must not know where the rest comes from: no other models, no clock, no arithmetic on what it
// shows.
// Every page takes a Page for the frame and one struct for its content, and each partial that
// htmx swaps stands beside its page, with a root whose id hx-target names.
package views

import "lightson/models/words"

// Time is an instant made ready for people.
type Time struct {
	UTC  string // RFC 3339 in UTC, for <time datetime>; empty when there is no such instant yet
	Text string // in the zone of the store (or in UTC where no store is meant), with its abbreviation
	// Clock is the time within Text, where that has words too; empty where Text says how long ago.
	// wordsAt alone knows it.
	Clock string
}

// Page is what the frame around every page shows.
type Page struct {
	Title  string // where the visitor is: "Stores"; the frame adds the product's name
	Active string // the part of the site: NavOverview, NavStores, NavOutages, NavReports, NavImports, NavAlerts, NavPeople, NavAudit or ""

	AsOf    Time   // the newest poll of all stores; zero while there is none
	AsOfAge string // "22 min ago"; where the data are stale how old they are: "4 days"
	Stale   bool   // the data is older than twice the usual interval

	StaleAfter int // that interval in seconds; a page that stays open becomes stale by itself

	Who  string // the name of who is signed in; empty: nobody, or there are no accounts
	Open bool   // there are no accounts: whoever reaches the server may do everything
	Can  Can    // what the visitor may do

	// Outside is for whoever is not signed in: no navigation, nothing about the data, and no
	// search engine may keep it.
	Outside bool

	// Preview is what a message with a link to the page shows below its title. It is for pages
	// that whoever has the link may see.
	Preview string

	passkeys bool // the page needs passkeys.js

	Bare bool // nothing could be asked, so nothing is said of how old the data are

	StaleReason string // why, where that is known: "The last import failed: …"
	StaleURL    string // where to read about it

	Version string // of the program, for the foot of the page

	Live Live

	Demo DemoNote

	Period string // the query of the chosen period, for the overview and the list of stores: "?period=last-month"
}

// The values of Page.Active.
const (
	NavOverview = "overview"
	NavStores   = "stores"
	NavOutages  = "outages"
	NavReports  = "reports"
	NavImports  = "imports"
	NavAlerts   = "alerts"
	NavPeople   = "people"
	NavAudit    = "audit"
)

// Can is what a visitor may do beside reading figures. What somebody may not do is not shown, so
// the zero Can shows none of it.
type Can struct {
	MakeReports  bool // ask for reports, cancel them, try them again
	KeepSales    bool // enter sales rates
	SetTargets   bool // set targets
	KeepCalendar bool // enter and remove special days
	Correct      bool // enter and withdraw corrections
	KeepAlerts   bool // be told: alerts, digests, scheduled reports, channels
	ShareReports bool // make and revoke links of reports
	ReadQuality  bool
	ReadImports  bool
	Ingest       bool // bring in files and decide about imports
	ManagePeople bool
	ReadAudit    bool
}

// outside is the page for whoever is not signed in.
func (p Page) outside() Page {
	p.Outside = true
	return p
}

// withPasskeys loads the script for passkeys in place of htmx: nothing on such a page asks for htmx.
func (p Page) withPasskeys(yes bool) Page {
	p.passkeys = yes
	return p
}

// reason is why data are old, as far as the visitor may know: imports tell of all stores.
func (p Page) reason() string {
	if p.StaleURL != "" && !p.Can.ReadImports {
		return ""
	}
	return p.StaleReason
}

// description is what search engines and bookmarks say of the site.
const description words.Text = "How often stores were offline while they should have been open"

// A Link is a word that leads somewhere.
type Link struct{ Text, URL string }

// A Download is a file with its size beside it. Size is empty when it is not known.
type Download struct {
	Label string // "CSV", "Details CSV", "polls.csv"
	URL   string
	Size  string // "1.2 MB"
}

// A Pager leads through a list that is shown in parts. The zero Pager shows nothing.
type Pager struct {
	Text     string // "1–50 of 14,092"
	Prev     string // URL of the page before; empty on the first
	Next     string // URL of the page after; empty on the last
	PrevText string // "Newer"; empty: "Previous"
	NextText string // "Older"; empty: "Next"
}

// A SortLink is the heading of a column that can be sorted.
type SortLink struct {
	URL string // sorts by this column, or turns its order round
	Dir string // "ascending" or "descending" while the list is sorted by it, else ""
}

// A Filter is a link that narrows a list, with how many it would leave.
type Filter struct {
	Text   string // "Offline"
	Count  string // "37"; empty shows none
	URL    string
	Active bool
}

// A Search is the text box above a list. The form is sent with GET.
type Search struct {
	Action string  // "/stores"
	Query  string  // the value of field q
	Keep   []Param // the rest of the list's state (filter, sort), sent along as hidden fields
}

// A Select is a field of a GET form that offers a choice of words. The zero Select shows nothing.
type Select struct {
	Name    string   // of the field: "zone"
	Label   string   // "Zone"
	Options []Option // the first narrows nothing: "Any zone"

	// Where there are too many choices, Options is empty, and one types a choice. Suggest answers
	// the first few that match, as options.
	Suggest string // "/groups/names"
	Value   string // the present choice
	None    string // what no choice means: "Any group"
}

// An Option is one choice of a Select.
type Option struct {
	Value, Text string
	Selected    bool
}

// An Empty says why a list is empty, and what that means.
type Empty struct {
	Title string // "No downtime this week. Great news"
	Text  string // a sentence more; may be empty
}

// A Param is one name and value of a query.
type Param struct{ Name, Value string }
