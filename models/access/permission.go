package access

import (
	"context"
	"slices"
)

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
	AdminScope  Scope = "admin"  // everything that its person may do by the API, for all that they see
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
	ReadAccount               // who one is here and what one may
	KeepAccount               // the name and the keys of an account of one's own
	ReadFigures               // figures and reports of the stores within reach
	ReadLatest                // the newest figures as a file
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
	Operator: {SignedIn, ReadAccount, KeepAccount, ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports, Ingest, Push, ManagePeople, ReadAudit, Develop, ReadLatest, Observe},
	Owner:    {SignedIn, ReadAccount, KeepAccount, ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports, ReadLatest},
	Viewer:   {SignedIn, ReadAccount, KeepAccount, ReadFigures, KeepAlerts, ReadImports, ReadLatest},
}

// ofScopes are the permissions of each scope. A key has those that its person has, too.
var ofScopes = map[Scope][]Permission{
	ReadScope:   {ReadAccount, ReadFigures, ReadImports, ReadLatest, Observe},
	ReportScope: {ReadAccount, ReadFigures, ReadImports, MakeReports, ReadLatest, Observe},
	IngestScope: {ReadAccount, ReadImports, Ingest, Push},
	AdminScope:  {ReadAccount, KeepAccount, ReadFigures, MakeReports, KeepSales, KeepCalendar, Correct, SetTargets, KeepAlerts, ShareReports, ReadImports, Ingest, Push, ManagePeople, ReadAudit, ReadLatest, Observe},
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
		return needed != SignedIn && needed != KeepAccount && needed != ManagePeople && slices.Contains(ofRoles[Operator], needed)
	case IsPerson:
		return slices.Contains(ofRoles[p.Role], needed)
	case IsKey:
		return slices.Contains(ofScopes[p.Scope], needed) && slices.Contains(ofRoles[p.Role], needed)
	case IsLink:
		return needed == ReadSharedPage
	case IsFeed:
		return needed == ReadFeed
	case IsFigures:
		return needed == ReadLatest
	default:
		return false
	}
}

// MayMake reports whether a person of the role may make keys of a scope. A key for everything
// does what its person may, whatever that is. Observe is no reason against the others: keys for
// reading have it where their person is an operator, and are whole without it.
func (r Role) MayMake(s Scope) bool {
	return s == AdminScope || !slices.ContainsFunc(ofScopes[s], func(p Permission) bool { return p != Observe && !slices.Contains(ofRoles[r], p) })
}

// MayMakeKey reports whether the principal may make keys of a scope, as far as it is not its
// person's role that decides. A key makes only keys that may less than it: whoever has one must
// not be able to keep what it may when it is revoked.
func (p Principal) MayMakeKey(s Scope) bool {
	if p.Kind != IsKey {
		return true
	}
	return s != p.Scope && !slices.ContainsFunc(ofScopes[s], func(needed Permission) bool { return !slices.Contains(ofScopes[p.Scope], needed) })
}

// MayAppoint reports whether the principal may give somebody a role, or a way to sign in with
// it. A key gives nobody those of an operator, who may more than any key and for longer.
func (p Principal) MayAppoint(r Role) bool { return p.Kind != IsKey || r != Operator }

// mustAppoint gives ErrAppoints where whoever acts in a context may not give somebody a role,
// or a way to sign in with it. On the command line nobody acts.
func mustAppoint(ctx context.Context, r Role) error {
	if p, err := Of(ctx); err == nil && !p.MayAppoint(r) {
		return ErrAppoints
	}
	return nil
}
