package access

import "slices"

// A Role is what a person is to the place. Its text is stored.
type Role string

// The roles.
const (
	Operator Role = "operator" // runs the place
	Owner    Role = "owner"    // sees and reports on the stores within reach, and keeps what people enter of them
	Viewer   Role = "viewer"   // reads
)

// Roles are all roles, from the one that may most.
var Roles = []Role{Operator, Owner, Viewer}

// A Scope is what a key is for. Its text is stored.
type Scope string

// The scopes of keys.
const (
	ReadScope   Scope = "read"   // read figures and reports
	ReportScope Scope = "report" // and make reports
	IngestScope Scope = "ingest" // bring in files and polls, and read what became of them
	AdminScope  Scope = "admin"  // everything that the API can do
)

// Scopes are all scopes.
var Scopes = []Scope{ReadScope, ReportScope, IngestScope, AdminScope}

// A Permission is what a route needs.
type Permission int

// The permissions. The zero value is none that anybody has: a route must say what it needs.
const (
	_              Permission = iota
	Anybody                   // nothing: probes, static files, the way in
	SignedIn                  // an account of one's own
	ReadFigures               // figures and reports of the stores within reach
	MakeReports               // ask for reports, cancel them, try them again
	KeepSales                 // enter sales rates of what is within reach
	KeepCalendar              // enter and remove special days of what is within reach
	Correct                   // enter and withdraw corrections of what is within reach
	SetTargets                // enter targets of what is within reach
	KeepAlerts                // be told: alerts, digests, scheduled reports, channels and feeds of one's own
	ShareReports              // make and revoke links of reports
	ReadImports               // imports, their files and sources: they tell of all stores
	Ingest                    // bring in files and decide about imports
	Push                      // send polls of the stores within reach
	ManagePeople              // invite people, change and disable them, and their keys
	ReadAudit                 // read the audit log
	Observe                   // the metrics of the server
	Develop                   // figures and profiles of the process
	ReadSharedPage            // the report of a share link, and nothing else
	ReadFeed                  // the outages and openings of a feed, and nothing else
)

// ofRoles are the permissions of each role. Some also need the reach of all stores, see May.
var ofRoles = map[Role][]Permission{
	Operator: {SignedIn, ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports, Ingest, Push, ManagePeople, ReadAudit, Observe, Develop},
	Owner:    {SignedIn, ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports},
	Viewer:   {SignedIn, ReadFigures, KeepAlerts, ReadImports},
}

// ofScopes are the permissions of each scope. A key has those that its person has, too.
var ofScopes = map[Scope][]Permission{
	ReadScope:   {ReadFigures, ReadImports, Observe},
	ReportScope: {ReadFigures, ReadImports, Observe, MakeReports},
	IngestScope: {ReadImports, Ingest, Push},
	AdminScope:  {ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports, Ingest, Push, ManagePeople, ReadAudit, Observe},
}

// ofAll are permissions that show or change something of every store.
var ofAll = []Permission{ReadImports, Ingest, ManagePeople, ReadAudit, Observe, Develop}

// May reports whether the principal has a permission. Which stores it may be used for is
// the reach's to say.
func (p Principal) May(needed Permission) bool {
	if needed == Anybody {
		return true
	}
	if slices.Contains(ofAll, needed) && !p.Reach.IsAll() {
		return false
	}
	switch p.Kind {
	case IsOpen:
		// The first account is made on the command line: whoever can reach an open server
		// must not be the one who shuts everybody else out.
		return needed != SignedIn && needed != ManagePeople && slices.Contains(ofRoles[Operator], needed)
	case IsPerson:
		return slices.Contains(ofRoles[p.Role], needed)
	case IsKey:
		return slices.Contains(ofScopes[p.Scope], needed) && slices.Contains(ofRoles[p.Role], needed)
	case IsLink:
		return needed == ReadSharedPage
	case IsFeed:
		return needed == ReadFeed
	default:
		return false
	}
}

// needsAll reports whether keys of the scope are of use only with the reach of all stores.
// Those for ingest can still push polls of some.
func (s Scope) needsAll() bool { return s == AdminScope }

// MayMake reports whether a person of the role may make keys of a scope. Observe is no reason
// against it: keys for reading have it where their person is an operator, and are whole
// without it.
func (r Role) MayMake(s Scope) bool {
	return !slices.ContainsFunc(ofScopes[s], func(p Permission) bool { return p != Observe && !slices.Contains(ofRoles[r], p) })
}
