package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/static"
	"lightson/views"
)

// The matrix: every route, asked for by everybody. What each may is written down here and
// is not taken from package access, so that a slip there or in the route table is seen.

// Everybody, in the order of the columns of a pattern. A store, a group, a report and so
// on of the rows below are those of the estate of the owner.
var everybody = []string{
	"nobody",
	"other", "owner", "single", // owners of another group, of the group, and of one store of it
	"overseer", "viewer", // viewers of all stores, and of the group
	"operator",
	"read", "report", "ingest", "admin", // keys of the operator for all stores
	"read here", "report here", "ingest here", // and for the group
	"owners report", "demoted", // keys of the owner, and the admin key of an operator who is an owner now
	"revoked", "expired", "disabled key", "link", // what is no key any more, or never was
	"disabled", // the session of somebody who was disabled
	"open",     // anybody on a site without accounts
}

// A pattern says what becomes of a request of each of everybody:
//
//	.  it is answered with a status of the row
//	i  they are asked to sign in
//	b  401: the key is not valid
//	f  403
//	4  404, as if there were no such thing
//	0  400, likewise
//	n  404, whoever asks, and not worth a record
//	u  422: their form is shown again
//	r  303 to the overview: who is signed in need not sign in
var patterns = map[string]string{
	"anybody":         ". ... .. . .... ... .. bbbb . .",
	"without data":    ". ... .. . .... ... .. .... . .",
	"the way in":      ". rrr rr r rrrr rrr rr bbbb . r",
	"signed in":       "i ... .. . ffff fff ff bbbb i f",
	"figures":         "i ... .. . ..f. ..f .. bbbb i .",
	"figures of it":   "i 4.4 .. . ..f. ..f .. bbbb i .",
	"store 0":         "i 4.. .. . ..f. ..f .. bbbb i .",
	"conflicts":       "i 444 .4 . ..f. 44f 44 bbbb i .",
	"report":          "i ... ff . f.f. f.f .. bbbb i .",
	"report of it":    "i 4.4 ff . f.f. f.f .. bbbb i .",
	"report group":    "i 0.. ff . f.f. f.f .. bbbb i .",
	"sales of store":  "i 4.. ff . fff. fff f. bbbb i .",
	"sales of group":  "i 0.4 ff . fff. fff f. bbbb i .",
	"days of group":   "i 4.4 ff . fff. fff f. bbbb i .",
	"days by form":    "i u.u ff . fff. fff f. bbbb i .",
	"days of all":     "i fff ff . fff. fff ff bbbb i .",
	"correct":         "i ... ff . fff. fff f. bbbb i .",
	"correct group":   "i 4.4 ff . fff. fff f. bbbb i .",
	"correct all":     "i 444 ff . fff. fff f4 bbbb i .",
	"imports":         "i fff .f . .... fff ff bbbb i .",
	"ingest":          "i fff ff . ff.. fff ff bbbb i .",
	"push":            "i fff ff . ff.. ff. ff bbbb i .",
	"audit":           "i fff ff . fff. fff ff bbbb i .",
	"people":          "i fff ff . fff. fff ff bbbb i f",
	"share":           "i 4.4 ff . fff. fff f. bbbb i .",
	"by its token":    ". ... .. . .... ... .. .... . .",
	"no such token":   "n nnn nn n nnnn nnn nn nnnn n n",
	"by invitation":   ". ... .. . .... ... .. bbbb . 4",
	"no invitation":   "4 444 44 4 4444 444 44 bbbb 4 4",
	"observe":         "i fff ff . ..f. fff ff bbbb i .",
	"develop":         "i fff ff . ffff fff ff bbbb i .",
	"target of group": "i 4.4 ff . fff. fff f. bbbb i .",
	"target of all":   "i 444 ff . fff. fff f4 bbbb i .",
	"being told":      "i ... .. . fff. fff f. bbbb i .",
	"rule of group":   "i u.. .. . fff. fff f. bbbb i .",
	"rule of store":   "i u.. .. . fff. fff f. bbbb i .",
	"rule of imports": "i uuu .u . fff. fff fu bbbb i .",
	"told of store":   "i 4.. .. . fff. fff f. bbbb i .",
	"await of it":     "i 4.4 .. . fff. fff f. bbbb i .",
	"own schedule":    "i 4.4 ff 4 fff4 fff f4 bbbb i .",
	"own channel":     "i 4.4 44 4 fff4 fff f4 bbbb i .",
	"rule by JSON":    "i 0.. .. . fff. fff f. bbbb i .",
	"imports by JSON": "i fff .f . fff. fff ff bbbb i .",
	"digest by JSON":  "i 0.0 00 0 fff0 fff f0 bbbb i .",
	"schedule group":  "i 0.. ff . fff. fff f. bbbb i .",
	"who asks":        "i ... .. . .... ... .. bbbb i .",
	"own account":     "i ... .. . fff. fff f. bbbb i f",
	"digest to it":    "i u.u uu u fffu fff fu bbbb i .",
}

// lists are what a list has of the estate and of the other one.
type lists int

const (
	nothing lists = iota
	stores        // the id of every store within reach
	groups        // the name of every group within reach
)

// A row is a request of a route.
type row struct {
	route    string // method and path, as the route table has them
	pattern  string
	statuses []int         // of which one answers what is allowed
	records  access.Action // of the one record that it leaves; empty for none
	target   string        // with what has to be filled in in braces
	body     string        // form: JSON: or files:; empty for none
	lists    lists
	costly   bool // asked for by few
}

// few are some of everybody of each kind.
var few = []string{"nobody", "owner", "read", "ingest here", "revoked", "open"}

func ok(statuses ...int) []int { return statuses }

// own are the answers to who does something to their own account. Some need a password,
// which these people have not got.
var own = ok(http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)

const anyKey = "form:key={key}"

var matrix = []row{
	{"GET /", "figures", ok(200), "", "/", "", groups, false},
	{"GET /", "store 0", ok(200), "", "/?group={group}", "", nothing, false},
	{"GET /news", "figures", ok(200), "", "/news?than=x", "", nothing, false},
	{"GET /stores", "figures", ok(200), "", "/stores", "", stores, false},
	{"GET /stores.csv", "figures", ok(200), access.Downloaded, "/stores.csv", "", stores, false},
	{"GET /stores/:id", "store 0", ok(200), "", "/stores/{store 0}", "", nothing, false},
	{"GET /stores/:id", "figures of it", ok(200), "", "/stores/{store 1}", "", nothing, false},
	{"GET /stores/:id/openings.ics", "store 0", ok(200), access.Downloaded, "/stores/{store 0}/openings.ics", "", nothing, false},
	{"POST /stores/:id/sales", "sales of store", ok(303), access.SalesEntered, "/stores/{store 0}/sales", "form:per_hour=60", nothing, false},
	{"POST /stores/:id/target", "sales of store", ok(303), access.TargetSet, "/stores/{store 0}/target", "form:percent=99", nothing, false},
	{"GET /targets", "figures", ok(200), "", "/targets", "", nothing, false},
	{"POST /targets", "target of group", ok(303), access.TargetSet, "/targets", "form:scope=group&name={group}&percent=99.5", nothing, false},
	{"POST /targets", "target of all", ok(303), access.TargetSet, "/targets", "form:scope=all&percent=98", nothing, false},
	{"POST /targets", "sales of store", ok(303), access.TargetSet, "/targets", "form:scope=store&name={store 0}&percent=0", nothing, false},
	{"GET /special-days", "figures", ok(200), "", "/special-days", "", nothing, false},
	{"GET /special-days", "figures", ok(200), "", "/special-days?group={group}&when=past", "", nothing, false},
	{"POST /special-days", "days by form", ok(303), access.SpecialDayAdded, "/special-days", "form:scope=group&for_group={group}&from=2023-01-24&open=closed", nothing, false},
	{"POST /special-days/remove", "days of group", ok(303), access.SpecialDayRemoved, "/special-days/remove", "form:scope=group&name={group}&date=2023-01-24", nothing, false},
	{"GET /outages", "figures", ok(200), "", "/outages?period=28d", "", nothing, false},
	{"GET /outages.csv", "figures", ok(200), access.Downloaded, "/outages.csv?period=28d", "", nothing, false},
	{"GET /groups", "figures", ok(200), "", "/groups", "", groups, false},
	{"GET /hours/:hour", "figures", ok(200), "", "/hours/saturday-19", "", nothing, false},
	{"GET /groups/names", "figures", ok(200), "", "/groups/names?group=family", "", groups, false},
	{"POST /sales", "sales of group", ok(303), access.SalesEntered, "/sales", "form:group={group}&per_hour=60", nothing, false},
	{"GET /corrections", "figures", ok(200), "", "/corrections", "", nothing, false},
	{"GET /corrections/new", "correct", ok(200), "", "/corrections/new?store={store 0}&from=2023-01-24T10:00:00Z", "", nothing, false},
	{"POST /corrections", "sales of store", ok(303), access.CorrectionMade, "/corrections", "form:scope=store&store={store 0}&from=2023-01-24T10:00&to=2023-01-24T11:00&category=other&note={key}", nothing, false},
	{"POST /corrections", "correct group", ok(303), access.CorrectionMade, "/corrections", "form:scope=group&group={group}&from=2023-01-24T10:00&to=2023-01-24T11:00&category=other&note={key}", nothing, false},
	{"POST /corrections", "correct all", ok(303), access.CorrectionMade, "/corrections", "form:scope=all&from=2023-01-24T10:00&to=2023-01-24T11:00&category=other&note={key}", nothing, false},
	{"POST /corrections/:id/withdraw", "sales of store", ok(303), access.CorrectionWithdrawn, "/corrections/{correction}/withdraw", "", nothing, false},
	{"GET /reports", "figures", ok(200), "", "/reports", "", nothing, false},
	{"POST /reports", "report", ok(303), access.ReportAsked, "/reports", anyKey, nothing, false},
	{"GET /reports/:id", "figures of it", ok(200), "", "/reports/{report}", "", nothing, false},
	{"GET /reports/:id/row", "figures of it", ok(200), "", "/reports/{report}/row", "", nothing, false},
	{"GET /sql", "figures", ok(200), "", "/sql", "", nothing, false},
	{"GET /api/v1/polls.parquet", "figures", ok(200), access.Downloaded, "/api/v1/polls.parquet", "", nothing, false},
	{"GET /api/v1/days.parquet", "figures", ok(200), access.Downloaded, "/api/v1/days.parquet", "", nothing, false},
	{"GET /api/v1/outages.parquet", "figures", ok(200), access.Downloaded, "/api/v1/outages.parquet", "", nothing, false},
	{"GET /api/v1/days.parquet", "figures", ok(400), access.Downloaded, "/api/v1/days.parquet?from=never", "", nothing, false},
	{"GET /reports/latest.csv", "figures", ok(200), access.Downloaded, "/reports/latest.csv", "", stores, false},
	{"GET /reports/latest.csv", "figures", ok(400), access.Downloaded, "/reports/latest.csv?group=nobodys", "", nothing, false},
	{"GET /reports/latest.xlsx", "figures", ok(200), access.Downloaded, "/reports/latest.xlsx", "", nothing, false},
	{"GET /reports/:id/report.csv", "figures of it", ok(200), access.Downloaded, "/reports/{report}/report.csv", "", nothing, false},
	{"GET /reports/:id/details.csv", "figures of it", ok(200), access.Downloaded, "/reports/{report}/details.csv", "", nothing, false},
	{"GET /reports/:id/range.csv", "figures of it", ok(200), access.Downloaded, "/reports/{report}/range.csv", "", nothing, false},
	{"GET /reports/:id/report.xlsx", "figures of it", ok(200), access.Downloaded, "/reports/{report}/report.xlsx", "", nothing, false},
	{"POST /reports/:id/await", "await of it", ok(303), access.ReportAwaited, "/reports/{queued}/await", "", nothing, false},
	{"POST /reports/:id/cancel", "report of it", ok(303), access.ReportCancelled, "/reports/{queued}/cancel", "", nothing, false},
	{"POST /reports/:id/retry", "report of it", ok(303), access.ReportRetried, "/reports/{report}/retry", "", nothing, false},
	{"GET /imports", "imports", ok(200), "", "/imports", "", nothing, false},
	{"POST /imports", "ingest", ok(303), access.ImportMade, "/imports", "files:", nothing, false},
	{"POST /demo", "ingest", ok(409), access.ImportMade, "/demo", "", nothing, false},
	{"POST /demo/remove", "ingest", ok(303), access.ImportUndone, "/demo/remove", "", nothing, false},
	{"GET /imports/:id", "imports", ok(200), "", "/imports/{import}", "", nothing, false},
	{"GET /imports/:id/row", "imports", ok(200), "", "/imports/{import}/row", "", nothing, false},
	{"POST /imports/:id/preview", "ingest", ok(303), access.ImportPreviewed, "/imports/{preview}/preview", "", nothing, false},
	{"POST /imports/:id/confirm", "ingest", ok(303), access.ImportConfirmed, "/imports/{preview}/confirm", "form:anyway=true", nothing, false},
	{"POST /imports/:id/discard", "ingest", ok(303), access.ImportDiscarded, "/imports/{preview}/discard", "", nothing, false},
	{"POST /imports/:id/undo", "ingest", ok(303), access.ImportUndone, "/imports/{undoable}/undo", "", nothing, false},
	{"POST /imports/:id/apply-hours", "ingest", ok(303), access.HoursApplied, "/imports/{other hours}/apply-hours", "", nothing, false},
	{"POST /imports/:id/cancel", "ingest", ok(303), access.ImportCancelled, "/imports/{waiting}/cancel", "", nothing, false},
	{"GET /imports/:id/files/:number/rejects.csv", "imports", ok(200), access.Downloaded, "/imports/{import}/files/1/rejects.csv", "", nothing, false},
	{"GET /imports/:id/rejects.zip", "imports", ok(200), access.Downloaded, "/imports/{import}/rejects.zip", "", nothing, false},
	{"GET /quality", "figures", ok(200), "", "/quality", "", nothing, false},
	{"GET /quality/:check", "figures", ok(200), "", "/quality/silent?hours=1", "", nothing, false},
	{"GET /quality/:check", "conflicts", ok(200), "", "/quality/conflicts", "", nothing, false},
	{"GET /quality/:check/list.csv", "figures", ok(200), access.Downloaded, "/quality/never_polled/list.csv", "", nothing, false},
	{"GET /quality/:check/list.csv", "conflicts", ok(200), access.Downloaded, "/quality/conflicts/list.csv", "", nothing, false},
	{"POST /language", "anybody", ok(303), "", "/language", "form:language=de", nothing, false},
	{"GET /samples/:name", "anybody", ok(200), "", "/samples/store_status.csv", "", nothing, false},

	{"POST /reports/:id/links", "share", ok(200), access.LinkMade, "/reports/{report}/links", "form:days=7", nothing, false},
	{"POST /reports/:id/links", "share", ok(422), access.LinkMade, "/reports/{report}/links", "form:days=many", nothing, false},
	{"POST /reports/:id/links/:link/revoke", "share", ok(303), access.LinkRevoked, "/reports/{report}/links/{link}/revoke", "", nothing, false},
	{"GET /feeds", "being told", ok(200), "", "/feeds", "", nothing, false},
	{"POST /feeds", "being told", ok(200), access.FeedMade, "/feeds", "form:name=Reader&scope=all", nothing, false},
	{"POST /feeds", "being told", ok(422), access.FeedMade, "/feeds", "form:name=Reader&scope=store&for_store=nobodys", nothing, false},
	{"POST /feeds/:feed/revoke", "own channel", ok(303), access.FeedRevoked, "/feeds/{feed}/revoke", "", nothing, false},
	{"GET /feeds/:token/outages.atom", "by its token", ok(200), "", "/feeds/{feed token}/outages.atom", "", nothing, false},
	{"GET /feeds/:token/outages.atom", "no such token", nil, "", "/feeds/{key}/outages.atom", "", nothing, false},
	{"GET /feeds/:token/openings.ics", "by its token", ok(200), "", "/feeds/{feed token}/openings.ics?store={store 0}", "", nothing, false},
	{"GET /feeds/:token/openings.ics", "by its token", ok(400), "", "/feeds/{feed token}/openings.ics", "", nothing, false},
	{"GET /feeds/:token/outages.atom", "no such token", nil, "", "/feeds/{figures token}/outages.atom", "", nothing, false},
	{"GET /feeds/:token/latest.csv", "by its token", ok(200), "", "/feeds/{figures token}/latest.csv", "", nothing, false},
	{"GET /feeds/:token/latest.csv", "no such token", nil, "", "/feeds/{feed token}/latest.csv", "", nothing, false},
	{"GET /feeds/:token/latest.xlsx", "by its token", ok(200), "", "/feeds/{figures token}/latest.xlsx", "", nothing, false},
	{"GET /feeds/:token/latest.xlsx", "no such token", nil, "", "/feeds/{token}/latest.xlsx", "", nothing, false},
	{"GET /feeds/:token/openings.ics", "no such token", nil, "", "/feeds/{feed token}/openings.ics?store={store there}", "", nothing, false},
	{"GET /shared/:token", "by its token", ok(200), "", "/shared/{token}", "", nothing, false},
	{"GET /shared/:token", "no such token", nil, "", "/shared/{key}", "", nothing, false},
	{"GET /shared/:token/report.csv", "by its token", ok(200), access.Downloaded, "/shared/{token}/report.csv", "", nothing, false},
	{"GET /shared/:token/report.csv", "no such token", nil, access.Downloaded, "/shared/{key}/report.csv", "", nothing, false},
	{"GET /shared/:token/details.csv", "by its token", ok(200), access.Downloaded, "/shared/{token}/details.csv", "", nothing, false},
	{"GET /shared/:token/range.csv", "by its token", ok(200), access.Downloaded, "/shared/{token}/range.csv", "", nothing, false},
	{"GET /shared/:token/report.xlsx", "by its token", ok(200), access.Downloaded, "/shared/{token}/report.xlsx", "", nothing, false},
	{"GET /shared/:token/report.xlsx", "no such token", nil, access.Downloaded, "/shared/{key}/report.xlsx", "", nothing, false},

	{"GET /scheduled-reports", "being told", ok(200), "", "/scheduled-reports", "", nothing, false},
	{"POST /scheduled-reports", "correct", ok(303), access.ScheduleAdded, "/scheduled-reports", "form:name=Morning&every=daily&at=07:00&zone=UTC", nothing, false},
	{"POST /scheduled-reports", "correct", ok(422), access.ScheduleAdded, "/scheduled-reports", "form:name=Morning&every=never", nothing, false},
	{"GET /scheduled-reports/:id", "own channel", ok(200), "", "/scheduled-reports/{scheduled}", "", nothing, false},
	{"POST /scheduled-reports/:id", "own schedule", ok(303), access.ScheduleChanged, "/scheduled-reports/{scheduled}", "form:name=Morning&every=daily&at=07:00&zone=UTC", nothing, false},
	{"POST /scheduled-reports/:id/run", "own schedule", ok(303), access.ReportAsked, "/scheduled-reports/{scheduled}/run", "", nothing, false},
	{"POST /scheduled-reports/:id/pause", "own channel", ok(303), access.ScheduleChanged, "/scheduled-reports/{scheduled}/pause", "", nothing, false},
	{"POST /scheduled-reports/:id/resume", "own channel", ok(303), access.ScheduleChanged, "/scheduled-reports/{scheduled}/resume", "", nothing, false},
	{"POST /scheduled-reports/:id/remove", "own channel", ok(303), access.ScheduleRemoved, "/scheduled-reports/{scheduled}/remove", "", nothing, false},
	{"GET /channels", "being told", ok(200), "", "/channels", "", nothing, false},
	{"GET /channels/new", "being told", ok(200), "", "/channels/new", "", nothing, false},
	{"POST /channels", "being told", ok(200), access.ChannelAdded, "/channels", "form:kind=webhook&name=Mine&address=https://hooks.example.com/{key}", nothing, false},
	{"POST /channels", "being told", ok(422), access.ChannelAdded, "/channels", "form:kind=pigeon&address=loft", nothing, false},
	{"GET /channels/:id/now", "own channel", ok(200), "", "/channels/{channel}/now", "", nothing, false},
	{"POST /channels/:id/test", "own channel", ok(303), access.ChannelTested, "/channels/{channel}/test", "", nothing, false},
	{"POST /channels/:id/name", "own channel", ok(303), access.ChannelChanged, "/channels/{channel}/name", "form:name=Ours", nothing, false},
	{"POST /channels/:id/secret", "own channel", ok(200), access.ChannelChanged, "/channels/{channel}/secret", "", nothing, false},
	{"POST /channels/:id/disable", "own channel", ok(303), access.ChannelChanged, "/channels/{channel}/disable", "", nothing, false},
	{"POST /channels/:id/enable", "own channel", ok(303), access.ChannelChanged, "/channels/{channel}/enable", "", nothing, false},
	{"POST /channels/:id/ask", "own channel", ok(303), access.ChannelChanged, "/channels/{channel}/ask", "", nothing, false},
	{"POST /channels/:id/confirm", "own channel", ok(422), access.ChannelChanged, "/channels/{unconfirmed}/confirm", "form:code=abcd-efgh", nothing, false},
	{"POST /channels/:id/remove", "own channel", ok(303), access.ChannelRemoved, "/channels/{channel}/remove", "", nothing, false},
	{"GET /alerts", "being told", ok(200), "", "/alerts", "", nothing, false},
	{"GET /alerts/new", "being told", ok(200), "", "/alerts/new?group={group}", "", nothing, false},
	{"POST /alerts", "being told", ok(303), access.AlertRuleAdded, "/alerts", "form:kind=offline&scope=all&after=30&enabled=true", nothing, false},
	{"POST /alerts", "rule of group", ok(303), access.AlertRuleAdded, "/alerts", "form:kind=offline&scope=group&for_group={group}&after=30", nothing, false},
	{"POST /alerts", "rule of store", ok(303), access.AlertRuleAdded, "/alerts", "form:kind=no_data&scope=store&for_store={store 0}&after=3&after_unit=hours", nothing, false},
	{"POST /alerts", "rule of imports", ok(303), access.AlertRuleAdded, "/alerts", "form:kind=import_failed", nothing, false},
	{"POST /alerts/backtest", "being told", ok(200), "", "/alerts/backtest", "form:kind=offline&scope=all&after=30", nothing, false},
	{"POST /alerts/backtest", "rule of group", ok(200), "", "/alerts/backtest", "form:kind=offline&scope=group&for_group={group}&after=30", nothing, false},
	{"GET /alerts/:id", "own channel", ok(200), "", "/alerts/{rule}", "", nothing, false},
	{"POST /alerts/:id", "own channel", ok(303), access.AlertRuleChanged, "/alerts/{rule}", "form:kind=offline&scope=all&after=45", nothing, false},
	{"POST /alerts/:id/enable", "own channel", ok(303), access.AlertRuleChanged, "/alerts/{rule}/enable", "", nothing, false},
	{"POST /alerts/:id/disable", "own channel", ok(303), access.AlertRuleChanged, "/alerts/{rule}/disable", "", nothing, false},
	{"POST /alerts/:id/remove", "own channel", ok(303), access.AlertRuleRemoved, "/alerts/{rule}/remove", "", nothing, false},
	{"POST /alerts/incidents/:id/acknowledge", "own channel", ok(303), access.AlertAcknowledged, "/alerts/incidents/{incident}/acknowledge", "", nothing, false},
	{"POST /alerts/incidents/acknowledge", "being told", ok(303), access.AlertAcknowledged, "/alerts/incidents/acknowledge", "", nothing, false},
	{"POST /stores/:id/pause", "told of store", ok(303), access.StorePaused, "/stores/{store 0}/pause", "form:until=2023-02-01", nothing, false},
	{"POST /stores/:id/resume", "told of store", ok(303), access.StorePaused, "/stores/{store 0}/resume", "", nothing, false},
	{"GET /acknowledge/:token", "anybody", ok(200), "", "/acknowledge/{alert token}", "", nothing, false},
	{"GET /acknowledge/:token", "no invitation", nil, "", "/acknowledge/{key}", "", nothing, false},
	{"POST /acknowledge/:token", "anybody", ok(303), access.AlertAcknowledged, "/acknowledge/{alert token}", "", nothing, false},
	{"POST /acknowledge/:token", "no invitation", nil, access.AlertAcknowledged, "/acknowledge/{key}", "", nothing, false},
	{"GET /deliveries", "being told", ok(200), "", "/deliveries?state=failed", "", nothing, false},
	{"GET /digests", "being told", ok(200), "", "/digests", "", nothing, false},
	{"POST /digests", "being told", ok(422), access.DigestAdded, "/digests", "form:scope=all&every=daily&time=07:00&zone=America/Chicago", nothing, false},
	{"POST /digests", "digest to it", ok(303), access.DigestAdded, "/digests", "form:scope=all&every=daily&time=07:00&zone=America/Chicago&channel={channel}", nothing, false},
	{"GET /digests/:id", "own channel", ok(200), "", "/digests/{digest}", "", nothing, false},
	{"POST /digests/:id", "own channel", ok(303), access.DigestChanged, "/digests/{digest}", "form:scope=all&every=weekly&weekday=0&time=08:00&zone=UTC&channel={channel}", nothing, false},
	{"GET /digests/:id/message", "own channel", ok(200), "", "/digests/{digest}/message", "", nothing, false},
	{"POST /digests/:id/send", "own channel", ok(303), access.DigestSent, "/digests/{digest}/send", "", nothing, false},
	{"POST /digests/:id/remove", "own channel", ok(303), access.DigestRemoved, "/digests/{digest}/remove", "", nothing, false},
	{"GET /deliveries/:id", "own channel", ok(200), "", "/deliveries/{delivery}", "", nothing, false},
	{"GET /deliveries/:id/row", "own channel", ok(200), "", "/deliveries/{delivery}/row", "", nothing, false},
	{"POST /deliveries/:id/retry", "own channel", ok(303), access.DeliveryRetried, "/deliveries/{delivery}/retry", "", nothing, false},
	{"POST /deliveries/:id/cancel", "own channel", ok(303), access.DeliveryCancelled, "/deliveries/{delivery}/cancel", "", nothing, false},
	{"GET /unsubscribe/:token", "anybody", ok(200), "", "/unsubscribe/{channel token}", "", nothing, false},
	{"GET /unsubscribe/:token", "no invitation", nil, "", "/unsubscribe/{key}", "", nothing, false},
	{"POST /unsubscribe/:token", "anybody", ok(303), access.Unsubscribed, "/unsubscribe/{channel token}", "", nothing, false},
	{"POST /unsubscribe/:token", "no invitation", nil, access.Unsubscribed, "/unsubscribe/{key}", "form:List-Unsubscribe=One-Click", nothing, false},
	{"GET /confirm/:token", "anybody", ok(200), "", "/confirm/{channel token}", "", nothing, false},
	{"GET /confirm/:token", "no invitation", nil, "", "/confirm/{key}", "", nothing, false},
	{"POST /confirm/:token", "anybody", ok(303), access.ChannelChanged, "/confirm/{channel token}", "", nothing, false},
	{"POST /confirm/:token", "no invitation", nil, access.ChannelChanged, "/confirm/{key}", "", nothing, false},

	{"GET /people", "people", ok(200), "", "/people", "", nothing, false},
	{"POST /people", "people", ok(200), access.PersonInvited, "/people", "form:email={key}@example.com&name=New&role=viewer&reach=all", nothing, false},
	{"GET /people/:id", "people", ok(200), "", "/people/{person}", "", nothing, false},
	{"POST /people/:id", "people", ok(303), access.PersonChanged, "/people/{person}", "form:name=Renamed&role=viewer&reach=all", nothing, false},
	{"POST /people/:id/disable", "people", ok(303), access.PersonDisabled, "/people/{person}/disable", "", nothing, false},
	{"POST /people/:id/enable", "people", ok(303), access.PersonEnabled, "/people/{person}/enable", "", nothing, false},
	{"POST /people/:id/invite", "people", ok(200), access.InvitationMade, "/people/{person}/invite", "", nothing, false},
	{"POST /people/:id/reset", "people", ok(200), access.ResetMade, "/people/{person}/reset", "", nothing, false},
	{"POST /people/:id/factors/remove", "people", ok(303), access.FactorRemoved, "/people/{person}/factors/remove", "", nothing, false},
	{"POST /people/:id/sessions/end", "people", ok(303), access.SessionEnded, "/people/{person}/sessions/end", "", nothing, false},
	{"POST /people/:id/keys/:key/revoke", "people", ok(404), access.KeyRevoked, "/people/{person}/keys/{key}/revoke", "", nothing, false},
	{"GET /api", "figures", ok(200), "", "/api", "", nothing, false},
	{"GET /api/v1/people", "people", ok(200), "", "/api/v1/people", "", nothing, false},
	{"GET /api/v1/keys", "people", ok(200), "", "/api/v1/keys", "", nothing, false},

	{"GET /audit", "audit", ok(200), "", "/audit", "", nothing, false},
	{"GET /audit.csv", "audit", ok(200), access.Downloaded, "/audit.csv", "", nothing, false},
	{"GET /api/v1/audit", "audit", ok(200), "", "/api/v1/audit", "", nothing, false},

	{"GET /sign-in", "the way in", ok(200), "", "/sign-in", "", nothing, false},
	{"POST /sign-in", "anybody", ok(422), access.SignInTried, "/sign-in", "form:email={key}@example.com&password=wrong", nothing, true},
	{"GET /sign-in/factor", "anybody", ok(303), "", "/sign-in/factor", "", nothing, false},
	{"POST /sign-in/factor", "anybody", ok(303), access.SignInTried, "/sign-in/factor", "form:code=123456", nothing, false},
	{"POST /sign-in/passkey/begin", "anybody", ok(400), "", "/sign-in/passkey/begin", "JSON:{}", nothing, false},
	{"POST /sign-in/passkey/finish", "anybody", ok(422), access.SignInTried, "/sign-in/passkey/finish", "JSON:{}", nothing, false},
	{"GET /invitation/:token", "by invitation", ok(200), "", "/invitation/{invitation}", "", nothing, false},
	{"GET /invitation/:token", "no invitation", nil, "", "/invitation/{key}", "", nothing, false},
	{"POST /invitation/:token", "by invitation", ok(422), access.InvitationUsed, "/invitation/{invitation}", "form:password=short", nothing, false},
	{"POST /invitation/:token", "no invitation", nil, access.InvitationUsed, "/invitation/{key}", "form:password=correct+horse+battery", nothing, false},

	{"GET /account", "signed in", ok(200), "", "/account", "", nothing, false},
	{"POST /account/name", "signed in", own, access.NameChanged, "/account/name", "form:name=Somebody", nothing, false},
	{"POST /account/password", "signed in", own, access.PasswordChanged, "/account/password", "form:password=short", nothing, false},
	{"POST /account/totp", "signed in", own, access.FactorBegun, "/account/totp", "", nothing, false},
	{"POST /account/totp/confirm", "signed in", own, access.FactorAdded, "/account/totp/confirm", "form:code=123", nothing, false},
	{"POST /account/totp/remove", "signed in", own, access.FactorRemoved, "/account/totp/remove", "", nothing, false},
	{"POST /account/recovery-codes", "signed in", own, access.RecoveryCodes, "/account/recovery-codes", "", nothing, false},
	{"POST /account/passkeys/begin", "signed in", own, access.FactorBegun, "/account/passkeys/begin", "JSON:{}", nothing, false},
	{"POST /account/passkeys/finish", "signed in", own, access.FactorAdded, "/account/passkeys/finish", "JSON:{}", nothing, false},
	{"POST /account/passkeys/:id/remove", "signed in", own, access.FactorRemoved, "/account/passkeys/{key}/remove", "", nothing, false},
	{"POST /account/sessions/end", "signed in", own, access.SessionEnded, "/account/sessions/end", "", nothing, false},
	{"POST /account/sessions/:id/end", "signed in", own, access.SessionEnded, "/account/sessions/{key}/end", "", nothing, false},
	{"POST /account/keys", "signed in", own, access.KeyMade, "/account/keys", "form:name=Mine&scope=read&reach=all&expires=30", nothing, false},
	{"POST /account/keys/:id/revoke", "signed in", own, access.KeyRevoked, "/account/keys/{spare key}/revoke", "", nothing, false},
	{"POST /sign-out", "signed in", ok(303), access.SignedOut, "/sign-out", "", nothing, false},

	{"POST /trigger_report", "report", ok(200), access.ReportAsked, "/trigger_report", "", nothing, false},
	{"POST /trigger_report", "report group", ok(200), access.ReportAsked, "/trigger_report", "form:group={group}", nothing, false},
	{"GET /trigger_report", "figures", ok(405), "", "/trigger_report", "", nothing, false},
	{"GET /get_report", "figures of it", ok(200), "", "/get_report?report_id={report}", "", nothing, false},
	{"GET /get_report/:id", "figures of it", ok(200), "", "/get_report/{report}", "", nothing, false},

	{"GET /api/v1/openapi.yaml", "anybody", ok(200), "", "/api/v1/openapi.yaml", "", nothing, false},
	{"POST /mcp", "figures", ok(200), "", "/mcp", `JSON:{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listStores","arguments":{"limit":100}}}`, stores, false},
	{"GET /api/v1/stores", "figures", ok(200), "", "/api/v1/stores", "", stores, false},
	{"GET /api/v1/stores/:id", "store 0", ok(200), "", "/api/v1/stores/{store 0}", "", nothing, false},
	{"GET /api/v1/stores/:id", "figures of it", ok(200), "", "/api/v1/stores/{store 1}", "", nothing, false},
	{"GET /api/v1/stores/:id/timeline", "store 0", ok(200), "", "/api/v1/stores/{store 0}/timeline", "", nothing, false},
	{"GET /api/v1/stores/:id/days", "store 0", ok(200), "", "/api/v1/stores/{store 0}/days", "", nothing, false},
	{"GET /api/v1/stores/:id/days/:date", "store 0", ok(200), "", "/api/v1/stores/{store 0}/days/2023-01-24", "", nothing, false},
	{"GET /api/v1/stores/:id/sales", "store 0", ok(200), "", "/api/v1/stores/{store 0}/sales", "", nothing, false},
	{"PUT /api/v1/stores/:id/sales", "sales of store", ok(200), access.SalesEntered, "/api/v1/stores/{store 0}/sales", `JSON:{"per_hour_cents":6000}`, nothing, false},
	{"GET /api/v1/groups/:name/sales", "store 0", ok(200), "", "/api/v1/groups/{group}/sales", "", nothing, false},
	{"PUT /api/v1/groups/:name/sales", "target of group", ok(200), access.SalesEntered, "/api/v1/groups/{group}/sales", `JSON:{"per_hour_cents":6000}`, nothing, false},
	{"GET /api/v1/overview", "figures", ok(200), "", "/api/v1/overview", "", nothing, false},
	{"GET /api/v1/overview", "store 0", ok(200), "", "/api/v1/overview?group={group}", "", nothing, false},
	{"GET /api/v1/trend", "store 0", ok(200), "", "/api/v1/trend?group={group}", "", nothing, false},
	{"GET /api/v1/days", "store 0", ok(200), "", "/api/v1/days?group={group}", "", nothing, false},
	{"GET /api/v1/heat-map", "store 0", ok(200), "", "/api/v1/heat-map?group={group}", "", nothing, false},
	{"GET /api/v1/heat-map/:hour", "store 0", ok(200), "", "/api/v1/heat-map/monday-21?group={group}", "", nothing, false},
	{"GET /api/v1/stores/:id/openings.ics", "store 0", ok(200), access.Downloaded, "/api/v1/stores/{store 0}/openings.ics", "", nothing, false},
	{"GET /api/v1/stores/:id/openings.ics", "figures of it", ok(200), access.Downloaded, "/api/v1/stores/{store 1}/openings.ics", "", nothing, false},
	{"GET /api/v1/outages", "figures", ok(200), "", "/api/v1/outages?period=28d", "", nothing, false},
	{"GET /api/v1/groups", "figures", ok(200), "", "/api/v1/groups", "", groups, false},
	{"GET /api/v1/sales", "figures", ok(200), "", "/api/v1/sales", "", nothing, false},
	{"GET /api/v1/targets", "figures", ok(200), "", "/api/v1/targets", "", nothing, false},
	{"PUT /api/v1/targets", "target of all", ok(200), access.TargetSet, "/api/v1/targets", `JSON:{"scope":"all","percent":99.5}`, nothing, false},
	{"GET /api/v1/special-days", "figures", ok(200), "", "/api/v1/special-days", "", nothing, false},
	{"GET /api/v1/special-days", "figures", ok(200), "", "/api/v1/special-days?store={store 0}&group={group}", "", nothing, false},
	{"POST /api/v1/special-days", "days of all", ok(200), access.SpecialDayAdded, "/api/v1/special-days", `JSON:{"scope":"all","date":"2023-11-23","note":"Thanksgiving Day"}`, nothing, false},
	{"DELETE /api/v1/special-days", "sales of store", ok(204), access.SpecialDayRemoved, "/api/v1/special-days?scope=store&name={store 0}&date=2023-11-23", "", nothing, false},
	{"DELETE /api/v1/special-days", "days of group", ok(204), access.SpecialDayRemoved, "/api/v1/special-days?scope=group&name={group}&date=2023-11-23", "", nothing, false},
	{"DELETE /api/v1/special-days", "days of all", ok(204), access.SpecialDayRemoved, "/api/v1/special-days?scope=all&date=2023-11-23", "", nothing, false},
	{"GET /api/v1/corrections", "figures", ok(200), "", "/api/v1/corrections", "", nothing, false},
	{"POST /api/v1/corrections", "sales of store", ok(201), access.CorrectionMade, "/api/v1/corrections", `JSON:{"scope":"store","name":"<store 0>","from":"2023-01-24T10:00:00Z","to":"2023-01-24T11:00:00Z","category":"other","note":"<key>"}`, nothing, false},
	{"POST /api/v1/corrections", "correct group", ok(201), access.CorrectionMade, "/api/v1/corrections", `JSON:{"scope":"group","name":"<group>","from":"2023-01-24T10:00:00Z","to":"2023-01-24T11:00:00Z","category":"other","note":"<key>"}`, nothing, false},
	{"POST /api/v1/corrections", "correct all", ok(201), access.CorrectionMade, "/api/v1/corrections", `JSON:{"scope":"all","from":"2023-01-24T10:00:00Z","to":"2023-01-24T11:00:00Z","category":"other","note":"<key>"}`, nothing, false},
	{"GET /api/v1/corrections/:id", "store 0", ok(200), "", "/api/v1/corrections/{correction}", "", nothing, false},
	{"DELETE /api/v1/corrections/:id", "sales of store", ok(200), access.CorrectionWithdrawn, "/api/v1/corrections/{correction}", "", nothing, false},
	{"GET /api/v1/reports", "figures", ok(200), "", "/api/v1/reports", "", nothing, false},
	{"POST /api/v1/reports", "report", ok(202), access.ReportAsked, "/api/v1/reports", "JSON:{}", nothing, false},
	{"GET /api/v1/reports/:id", "figures of it", ok(200), "", "/api/v1/reports/{report}", "", nothing, false},
	{"POST /api/v1/reports/:id/cancel", "report of it", ok(200), access.ReportCancelled, "/api/v1/reports/{queued}/cancel", "", nothing, false},
	{"POST /api/v1/reports/:id/retry", "report of it", ok(202), access.ReportRetried, "/api/v1/reports/{report}/retry", "", nothing, false},
	{"POST /api/v1/reports/:id/await", "await of it", ok(204), access.ReportAwaited, "/api/v1/reports/{queued}/await", "", nothing, false},
	{"GET /api/v1/reports/:id/links", "share", ok(200), "", "/api/v1/reports/{report}/links", "", nothing, false},
	{"POST /api/v1/reports/:id/links", "share", ok(201), access.LinkMade, "/api/v1/reports/{report}/links", `JSON:{"days":7}`, nothing, false},
	{"DELETE /api/v1/reports/:id/links/:link", "share", ok(204), access.LinkRevoked, "/api/v1/reports/{report}/links/{link}", "", nothing, false},
	{"GET /api/v1/reports/:id/summary", "figures of it", ok(200), "", "/api/v1/reports/{report}/summary", "", nothing, false},
	{"GET /api/v1/reports/:id/rows", "figures of it", ok(200), "", "/api/v1/reports/{report}/rows", "", nothing, false},
	{"GET /api/v1/reports/:id/details", "figures of it", ok(200), access.Downloaded, "/api/v1/reports/{report}/details", "", nothing, false},
	{"GET /api/v1/reports/:id/range", "figures of it", ok(200), access.Downloaded, "/api/v1/reports/{report}/range", "", nothing, false},
	{"GET /api/v1/reports/:id/workbook", "figures of it", ok(200), access.Downloaded, "/api/v1/reports/{report}/workbook", "", nothing, false},
	{"GET /api/v1/hours", "figures", ok(200), "", "/api/v1/hours?limit=1000", "", nothing, false},
	{"POST /api/v1/hours", "ingest", ok(200), access.ImportMade, "/api/v1/hours?dry_run=true", `JSON:{"hours":[{"store_id":"1","day":0,"start_time_local":"09:00","end_time_local":"17:00"}]}`, nothing, true},
	{"GET /api/v1/zones", "figures", ok(200), "", "/api/v1/zones?limit=1000", "", nothing, false},
	{"POST /api/v1/zones", "ingest", ok(200), access.ImportMade, "/api/v1/zones?dry_run=true", `JSON:{"zones":[{"store_id":"1","timezone_str":"UTC"}]}`, nothing, true},
	{"GET /api/v1/names", "figures", ok(200), "", "/api/v1/names?limit=1000", "", groups, false},
	{"POST /api/v1/names", "ingest", ok(200), access.ImportMade, "/api/v1/names?dry_run=true", `JSON:{"names":[{"store_id":"1","name":"One"}]}`, nothing, true},
	{"GET /api/v1/imports", "imports", ok(200), "", "/api/v1/imports", "", nothing, false},
	{"POST /api/v1/imports", "ingest", ok(202), access.ImportMade, "/api/v1/imports", "files:", nothing, false},
	{"GET /api/v1/imports/:id", "imports", ok(200), "", "/api/v1/imports/{import}", "", nothing, false},
	{"POST /api/v1/imports/:id/apply-hours", "ingest", ok(200), access.HoursApplied, "/api/v1/imports/{other hours}/apply-hours", "", nothing, false},
	{"GET /api/v1/imports/:id/preview", "imports", ok(200), "", "/api/v1/imports/{preview}/preview", "", nothing, false},
	{"POST /api/v1/imports/:id/preview", "ingest", ok(200), access.ImportPreviewed, "/api/v1/imports/{preview}/preview", "", nothing, false},
	{"POST /api/v1/imports/:id/confirm", "ingest", ok(202), access.ImportConfirmed, "/api/v1/imports/{preview}/confirm?anyway=true", "", nothing, false},
	{"POST /api/v1/imports/:id/discard", "ingest", ok(200), access.ImportDiscarded, "/api/v1/imports/{preview}/discard", "", nothing, false},
	{"GET /api/v1/imports/:id/rejects", "imports", ok(200), access.Downloaded, "/api/v1/imports/{import}/rejects", "", nothing, false},
	{"POST /api/v1/demo", "ingest", ok(409), access.ImportMade, "/api/v1/demo", "", nothing, false},
	{"DELETE /api/v1/demo", "ingest", ok(204), access.ImportUndone, "/api/v1/demo", "", nothing, false},
	{"POST /api/v1/imports/:id/undo", "ingest", ok(200), access.ImportUndone, "/api/v1/imports/{undoable}/undo", "", nothing, false},
	{"POST /api/v1/imports/:id/cancel", "ingest", ok(200), access.ImportCancelled, "/api/v1/imports/{waiting}/cancel", "", nothing, false},
	{"GET /api/v1/imports/:id/files/:number/rejects", "imports", ok(200), access.Downloaded, "/api/v1/imports/{import}/files/1/rejects", "", nothing, false},
	{"POST /api/v1/polls", "push", ok(200), access.PollsPushed, "/api/v1/polls", `JSON:{"polls":[]}`, nothing, false},
	{"GET /api/v1/sources", "imports", ok(200), "", "/api/v1/sources", "", nothing, false},
	{"GET /api/v1/quality", "figures", ok(200), "", "/api/v1/quality", "", nothing, false},
	{"GET /api/v1/quality/:check", "figures", ok(200), "", "/api/v1/quality/silent", "", nothing, false},
	{"GET /api/v1/quality/:check", "conflicts", ok(200), "", "/api/v1/quality/conflicts", "", nothing, false},

	{"GET /api/v1/alerts", "being told", ok(200), "", "/api/v1/alerts", "", nothing, false},
	{"POST /api/v1/alerts", "being told", ok(201), access.AlertRuleAdded, "/api/v1/alerts", `JSON:{"kind":"offline","scope":"all","after_minutes":30}`, nothing, false},
	{"POST /api/v1/alerts", "rule by JSON", ok(201), access.AlertRuleAdded, "/api/v1/alerts", `JSON:{"kind":"offline","scope":"group","name":"<group>"}`, nothing, false},
	{"POST /api/v1/alerts", "rule by JSON", ok(201), access.AlertRuleAdded, "/api/v1/alerts", `JSON:{"kind":"no_data","scope":"store","name":"<store 0>"}`, nothing, false},
	{"POST /api/v1/alerts", "imports by JSON", ok(201), access.AlertRuleAdded, "/api/v1/alerts", `JSON:{"kind":"import_failed"}`, nothing, false},
	{"POST /api/v1/alerts", "digest by JSON", ok(201), access.AlertRuleAdded, "/api/v1/alerts", `JSON:{"kind":"offline","scope":"all","channels":["<channel>"]}`, nothing, false},
	{"POST /api/v1/alerts/backtest", "being told", ok(200), "", "/api/v1/alerts/backtest", `JSON:{"kind":"offline","scope":"all"}`, nothing, false},
	{"POST /api/v1/alerts/backtest", "rule by JSON", ok(200), "", "/api/v1/alerts/backtest", `JSON:{"kind":"offline","scope":"group","name":"<group>"}`, nothing, false},
	{"GET /api/v1/alerts/incidents", "being told", ok(200), "", "/api/v1/alerts/incidents", "", nothing, false},
	{"POST /api/v1/alerts/incidents/acknowledge", "being told", ok(200), access.AlertAcknowledged, "/api/v1/alerts/incidents/acknowledge", "", nothing, false},
	{"GET /api/v1/alerts/incidents/:id", "own channel", ok(200), "", "/api/v1/alerts/incidents/{incident}", "", nothing, false},
	{"POST /api/v1/alerts/incidents/:id/acknowledge", "own channel", ok(200), access.AlertAcknowledged, "/api/v1/alerts/incidents/{incident}/acknowledge", "", nothing, false},
	{"GET /api/v1/alerts/pauses", "being told", ok(200), "", "/api/v1/alerts/pauses", "", nothing, false},
	{"GET /api/v1/alerts/:id", "own channel", ok(200), "", "/api/v1/alerts/{rule}", "", nothing, false},
	{"PATCH /api/v1/alerts/:id", "own channel", ok(200), access.AlertRuleChanged, "/api/v1/alerts/{rule}", `JSON:{"after_minutes":45}`, nothing, false},
	{"POST /api/v1/alerts/:id/enable", "own channel", ok(200), access.AlertRuleChanged, "/api/v1/alerts/{rule}/enable", "", nothing, false},
	{"POST /api/v1/alerts/:id/disable", "own channel", ok(200), access.AlertRuleChanged, "/api/v1/alerts/{rule}/disable", "", nothing, false},
	{"DELETE /api/v1/alerts/:id", "own channel", ok(204), access.AlertRuleRemoved, "/api/v1/alerts/{rule}", "", nothing, false},
	{"POST /api/v1/stores/:id/pause", "told of store", ok(200), access.StorePaused, "/api/v1/stores/{store 0}/pause", `JSON:{"until":"2023-02-01"}`, nothing, false},
	{"POST /api/v1/stores/:id/resume", "told of store", ok(204), access.StorePaused, "/api/v1/stores/{store 0}/resume", "", nothing, false},
	{"GET /api/v1/channels", "being told", ok(200), "", "/api/v1/channels", "", nothing, false},
	{"POST /api/v1/channels", "being told", ok(201), access.ChannelAdded, "/api/v1/channels", `JSON:{"kind":"webhook","name":"Mine","address":"https://hooks.example.com/<key>"}`, nothing, false},
	{"GET /api/v1/channels/:id", "own channel", ok(200), "", "/api/v1/channels/{channel}", "", nothing, false},
	{"PATCH /api/v1/channels/:id", "own channel", ok(200), access.ChannelChanged, "/api/v1/channels/{channel}", `JSON:{"name":"Ours"}`, nothing, false},
	{"POST /api/v1/channels/:id/test", "own channel", ok(202), access.ChannelTested, "/api/v1/channels/{channel}/test", "", nothing, false},
	{"POST /api/v1/channels/:id/secret", "own channel", ok(200), access.ChannelChanged, "/api/v1/channels/{channel}/secret", "", nothing, false},
	{"POST /api/v1/channels/:id/disable", "own channel", ok(200), access.ChannelChanged, "/api/v1/channels/{channel}/disable", "", nothing, false},
	{"POST /api/v1/channels/:id/enable", "own channel", ok(200), access.ChannelChanged, "/api/v1/channels/{channel}/enable", "", nothing, false},
	{"POST /api/v1/channels/:id/ask", "own channel", ok(200), access.ChannelChanged, "/api/v1/channels/{channel}/ask", "", nothing, false},
	{"POST /api/v1/channels/:id/confirm", "own channel", ok(400), access.ChannelChanged, "/api/v1/channels/{unconfirmed}/confirm", `JSON:{"code":"abcd-efgh"}`, nothing, false},
	{"DELETE /api/v1/channels/:id", "own channel", ok(204), access.ChannelRemoved, "/api/v1/channels/{channel}", "", nothing, false},
	{"GET /api/v1/deliveries", "being told", ok(200), "", "/api/v1/deliveries?state=failed", "", nothing, false},
	{"GET /api/v1/deliveries/:id", "own channel", ok(200), "", "/api/v1/deliveries/{delivery}", "", nothing, false},
	{"POST /api/v1/deliveries/:id/retry", "own channel", ok(200), access.DeliveryRetried, "/api/v1/deliveries/{delivery}/retry", "", nothing, false},
	{"POST /api/v1/deliveries/:id/cancel", "own channel", ok(200), access.DeliveryCancelled, "/api/v1/deliveries/{delivery}/cancel", "", nothing, false},

	{"GET /api/v1/scheduled-reports", "being told", ok(200), "", "/api/v1/scheduled-reports", "", nothing, false},
	{"POST /api/v1/scheduled-reports", "correct", ok(201), access.ScheduleAdded, "/api/v1/scheduled-reports", `JSON:{"name":"Morning","every":"daily","time":"07:00","zone":"UTC"}`, nothing, false},
	{"POST /api/v1/scheduled-reports", "schedule group", ok(201), access.ScheduleAdded, "/api/v1/scheduled-reports", `JSON:{"name":"Morning","every":"daily","time":"07:00","zone":"UTC","group":"<group>"}`, nothing, false},
	{"GET /api/v1/scheduled-reports/:id", "own channel", ok(200), "", "/api/v1/scheduled-reports/{scheduled}", "", nothing, false},
	{"PATCH /api/v1/scheduled-reports/:id", "own schedule", ok(200), access.ScheduleChanged, "/api/v1/scheduled-reports/{scheduled}", `JSON:{"time":"08:00"}`, nothing, false},
	{"POST /api/v1/scheduled-reports/:id/run", "own schedule", ok(200), access.ReportAsked, "/api/v1/scheduled-reports/{scheduled}/run", "", nothing, false},
	{"POST /api/v1/scheduled-reports/:id/pause", "own channel", ok(200), access.ScheduleChanged, "/api/v1/scheduled-reports/{scheduled}/pause", "", nothing, false},
	{"POST /api/v1/scheduled-reports/:id/resume", "own channel", ok(200), access.ScheduleChanged, "/api/v1/scheduled-reports/{scheduled}/resume", "", nothing, false},
	{"DELETE /api/v1/scheduled-reports/:id", "own channel", ok(204), access.ScheduleRemoved, "/api/v1/scheduled-reports/{scheduled}", "", nothing, false},
	{"GET /api/v1/digests", "being told", ok(200), "", "/api/v1/digests", "", nothing, false},
	{"POST /api/v1/digests", "digest by JSON", ok(201), access.DigestAdded, "/api/v1/digests", `JSON:{"scope":"all","every":"daily","time":"07:00","zone":"America/Chicago","channels":["<channel>"]}`, nothing, false},
	{"GET /api/v1/digests/:id", "own channel", ok(200), "", "/api/v1/digests/{digest}", "", nothing, false},
	{"PATCH /api/v1/digests/:id", "own channel", ok(200), access.DigestChanged, "/api/v1/digests/{digest}", `JSON:{"time":"08:00","channels":["<channel>"]}`, nothing, false},
	{"GET /api/v1/digests/:id/message", "own channel", ok(200), "", "/api/v1/digests/{digest}/message", "", nothing, false},
	{"POST /api/v1/digests/:id/send", "own channel", ok(202), access.DigestSent, "/api/v1/digests/{digest}/send", "", nothing, false},
	{"DELETE /api/v1/digests/:id", "own channel", ok(204), access.DigestRemoved, "/api/v1/digests/{digest}", "", nothing, false},
	{"GET /api/v1/feeds", "being told", ok(200), "", "/api/v1/feeds", "", nothing, false},
	{"POST /api/v1/feeds", "being told", ok(201), access.FeedMade, "/api/v1/feeds", `JSON:{"name":"Reader","scope":"all"}`, nothing, false},
	{"POST /api/v1/feeds", "rule by JSON", ok(201), access.FeedMade, "/api/v1/feeds", `JSON:{"name":"Reader","scope":"group","subject":"<group>"}`, nothing, false},
	{"DELETE /api/v1/feeds/:feed", "own channel", ok(204), access.FeedRevoked, "/api/v1/feeds/{feed}", "", nothing, false},
	{"GET /api/v1/account", "who asks", ok(200), "", "/api/v1/account", "", nothing, false},
	{"PATCH /api/v1/account", "own account", ok(200), access.NameChanged, "/api/v1/account", `JSON:{"name":"Somebody"}`, nothing, false},
	{"GET /api/v1/account/keys", "own account", ok(200), "", "/api/v1/account/keys", "", nothing, false},
	{"POST /api/v1/account/keys", "own account", ok(201, 403), access.KeyMade, "/api/v1/account/keys", `JSON:{"name":"Mine","scope":"read","expires_in_days":30}`, nothing, false},
	{"DELETE /api/v1/account/keys/:id", "own account", ok(200, 404), access.KeyRevoked, "/api/v1/account/keys/{spare key}", "", nothing, false},
	{"GET /api/v1/account/sessions", "own account", ok(200), "", "/api/v1/account/sessions", "", nothing, false},
	{"POST /api/v1/account/sessions/end", "own account", ok(204), access.SessionEnded, "/api/v1/account/sessions/end", "", nothing, false},
	{"DELETE /api/v1/account/sessions/:id", "own account", ok(404), access.SessionEnded, "/api/v1/account/sessions/{key}", "", nothing, false},
	{"POST /api/v1/people", "people", ok(201), access.PersonInvited, "/api/v1/people", `JSON:{"email":"<key>@example.com","role":"viewer","reach":{"all":true}}`, nothing, false},
	{"GET /api/v1/people/:id", "people", ok(200), "", "/api/v1/people/{person}", "", nothing, false},
	{"PATCH /api/v1/people/:id", "people", ok(200), access.PersonChanged, "/api/v1/people/{person}", `JSON:{"name":"Renamed"}`, nothing, false},
	{"POST /api/v1/people/:id/disable", "people", ok(200), access.PersonDisabled, "/api/v1/people/{person}/disable", "", nothing, false},
	{"POST /api/v1/people/:id/enable", "people", ok(200), access.PersonEnabled, "/api/v1/people/{person}/enable", "", nothing, false},
	{"POST /api/v1/people/:id/invite", "people", ok(200), access.InvitationMade, "/api/v1/people/{person}/invite", "", nothing, false},
	{"POST /api/v1/people/:id/reset", "people", ok(200), access.ResetMade, "/api/v1/people/{person}/reset", "", nothing, false},
	{"DELETE /api/v1/people/:id/factors", "people", ok(200), access.FactorRemoved, "/api/v1/people/{person}/factors", "", nothing, false},
	{"GET /api/v1/people/:id/sessions", "people", ok(200), "", "/api/v1/people/{person}/sessions", "", nothing, false},
	{"POST /api/v1/people/:id/sessions/end", "people", ok(200), access.SessionEnded, "/api/v1/people/{person}/sessions/end", "", nothing, false},
	{"DELETE /api/v1/people/:id/keys/:key", "people", ok(404), access.KeyRevoked, "/api/v1/people/{person}/keys/{key}", "", nothing, false},

	{"GET /healthz", "without data", ok(200), "", "/healthz", "", nothing, false},
	{"GET /readyz", "without data", ok(200), "", "/readyz", "", nothing, false},
	{"GET /static/*", "without data", ok(200), "", static.URL("app.css"), "", nothing, false},
	{"GET /favicon.ico", "without data", ok(200), "", "/favicon.ico", "", nothing, false},
	{"GET /apple-touch-icon.png", "without data", ok(200), "", "/apple-touch-icon.png", "", nothing, false},
	{"GET /manifest.webmanifest", "without data", ok(200), "", "/manifest.webmanifest", "", nothing, false},
	{"GET /gallery", "develop", ok(200), "", "/gallery", "", nothing, false},
	{"GET /gallery/:name", "develop", ok(200), "", "/gallery/{sample}", "", nothing, false},
	{"GET /metrics", "observe", ok(200), "", "/metrics", "", nothing, false},
	{"GET /debug/pprof*", "develop", ok(200), "", "/debug/pprof/cmdline", "", nothing, false},
}

// A matrixSite is a site with two estates and everybody who may ask.
type matrixSite struct {
	*site
	here, there estate
	fixed       map[string]string // what stands in the braces of targets
	files       int               // that next has made

	identity map[string]func(*http.Request)
	who      map[string]access.Principal // as the audit log has to name them
	sees     map[string]reach.Reach
}

// with two estates, of which the other one is in the way.
func newMatrixSite(t *testing.T, db *models.DB) *matrixSite {
	m := &matrixSite{
		site: newSite(t, db), here: newEstate("qzavi", "Asia/Tokyo", 7, 471137), there: newEstate("wyrmo", "Europe/Oslo", 9, 859053),
		identity: map[string]func(*http.Request){"nobody": func(*http.Request) {}, "open": func(*http.Request) {}},
		who:      map[string]access.Principal{"nobody": access.Stranger(), "open": access.Open()},
		sees:     map[string]reach.Reach{"open": reach.All()},
	}
	m.server.Develop()
	m.handler = m.server.Handler()
	m.load(append(slices.Clone(m.here.files), m.there.files...)...)
	bad := m.load(m.here.bad())
	report := m.reportOf(m.here.reach(), models.ReportScope{Range: uptime.Span{From: estateAsOf.Add(-uptime.Day), To: estateAsOf}})
	m.finish(m.claim(report))
	m.fixed = map[string]string{
		"sample":  slices.Sorted(maps.Keys(views.GallerySamples()))[0],
		"store 0": m.here.stores[1], "store 1": m.here.stores[2], "group": m.here.group, "report": report, "import": bad.ID,
	}
	m.fixed["store there"] = m.there.stores[1]
	m.share("")
	m.addFeeds("")
	return m
}

// share makes a link of the report.
func (m *matrixSite) share(person string) (id string) {
	m.t.Helper()
	token, link, err := m.server.Accounts().MakeLink(m.t.Context(), access.NewLink{ReportID: m.fixed["report"], Reach: m.here.reach(), PersonID: person})
	if err != nil {
		m.t.Fatal(err)
	}
	m.fixed["token"] = token
	m.who["link"] = access.Principal{Kind: access.IsLink, ID: link.ID}
	return link.ID
}

// addFeed makes a feed of the group for a person.
func (m *matrixSite) addFeed(person string) (token, id string) {
	m.t.Helper()
	return m.addFeedOf(access.OutagesFeed, person)
}

func (m *matrixSite) addFeedOf(kind access.FeedKind, person string) (token, id string) {
	m.t.Helper()
	p := access.Principal{PersonID: person, Reach: m.here.reach()}
	token, feed, err := m.server.Accounts().MakeFeed(m.t.Context(), p, access.NewFeed{Kind: kind, Name: "Reader", Subject: entered.Group(m.here.group)})
	if err != nil {
		m.t.Fatal(err)
	}
	return token, feed.ID
}

// addFeeds makes a feed of each kind. That of figures was read today: that is recorded once.
func (m *matrixSite) addFeeds(person string) {
	m.t.Helper()
	m.fixed["feed token"], _ = m.addFeed(person)
	m.fixed["figures token"], _ = m.addFeedOf(access.FiguresFeed, person)
	for _, name := range []string{"latest.csv", "latest.xlsx"} {
		if a := m.ask(http.MethodGet, "/feeds/"+m.fixed["figures token"]+"/"+name); a.StatusCode != http.StatusOK {
			m.t.Fatalf("%s: %s", name, a.Status)
		}
	}
}

// admit adds everybody who has an account or a key.
func (m *matrixSite) admit() *matrixSite {
	here, there, all := m.here.reach(), m.there.reach(), reach.All()
	first := m.here.stores[1]
	operator, former := m.person(access.Operator, all), m.person(access.Operator, all)
	owner, out := m.person(access.Owner, here), m.person(access.Owner, here)
	for name, a := range map[string]account{
		"other": m.person(access.Owner, there), "owner": owner, "single": m.person(access.Owner, reach.Of(nil, []string{first})),
		"overseer": m.person(access.Viewer, all), "viewer": m.person(access.Viewer, here), "operator": operator,
	} {
		m.identity[name], m.who[name], m.sees[name] = m.as(a), a.Principal(""), a.Reach
	}
	for _, k := range []struct {
		name  string
		of    account
		scope access.Scope
		reach reach.Reach
	}{
		{"read", operator, access.ReadScope, all}, {"report", operator, access.ReportScope, all},
		{"ingest", operator, access.IngestScope, all}, {"admin", operator, access.AdminScope, all},
		{"read here", operator, access.ReadScope, here}, {"report here", operator, access.ReportScope, here}, {"ingest here", operator, access.IngestScope, here},
		{"owners report", owner, access.ReportScope, here}, {"demoted", former, access.AdminScope, all},
		{"spare", owner, access.ReadScope, here},
		{"revoked", operator, access.AdminScope, all}, {"expired", operator, access.AdminScope, all}, {"disabled key", out, access.ReportScope, here},
	} {
		m.addKey(k.name, k.of, k.scope, k.reach)
	}
	m.share(owner.ID)
	m.identity["link"] = withKey(m.fixed["token"])
	m.addFeeds(owner.ID)
	m.fixed["spare key"], m.fixed["owner"] = m.who["spare"].ID, owner.ID
	m.identity["disabled"], m.who["disabled"], m.fixed["disabled"] = m.as(out), access.Stranger(), out.ID
	accounts, ctx := m.server.Accounts(), m.t.Context()
	invitation, _, err := accounts.Invite(ctx, m.addPerson(access.NewPerson{Role: access.Viewer, Reach: here}).ID, operator.ID)
	m.fixed["invitation"] = invitation
	m.fixed["person"] = m.addPerson(access.NewPerson{Role: access.Viewer, Reach: here}).ID
	demoted := access.Owner
	_, err1 := accounts.ChangePerson(ctx, former.ID, access.Change{Role: &demoted, Reach: &here})
	_, err2 := accounts.DisablePerson(ctx, out.ID)
	_, err3 := accounts.RevokeKey(ctx, operator.ID, m.who["revoked"].ID)
	for _, err := range []error{err, err1, err2, err3} {
		if err != nil {
			m.t.Fatal(err)
		}
	}
	m.sees["demoted"] = here
	for _, name := range []string{"revoked", "expired", "disabled key"} {
		delete(m.sees, name)
	}
	return m
}

// endsOtherSessions is the operation after which whoever asked is signed out in other browsers.
const endsOtherSessions = "POST /api/v1/account/sessions/end"

// signInAgain gives everybody who can sign in a session that lasts.
func (m *matrixSite) signInAgain() {
	m.t.Helper()
	for name, p := range m.who {
		if p.Kind != access.IsPerson {
			continue
		}
		if token, err := m.server.BeginSession(m.t.Context(), p.ID, access.ByPassword); err == nil { // else they were disabled
			m.identity[name] = m.as(account{token: token})
		}
	}
}

func (m *matrixSite) addKey(name string, of account, scope access.Scope, r reach.Reach) {
	m.t.Helper()
	n := access.NewKey{Name: name, Scope: scope, Reach: r}
	if name == "expired" {
		m.server.SetClock(func() time.Time { return now.Add(-48 * time.Hour) })
		defer m.server.SetClock(func() time.Time { return now })
		n.Expires = models.InstantAt(uptime.At(now.Add(-time.Hour)))
	}
	secret, key, err := m.server.Accounts().MakeKey(m.t.Context(), of.ID, n)
	if err != nil {
		m.t.Fatal(err)
	}
	m.identity[name], m.sees[name] = withKey(secret), r
	m.who[name] = access.Principal{Kind: access.IsKey, ID: key.ID}
}

// correct makes a correction, another one at each call.
func (m *matrixSite) correct(of entered.Subject) (id string) {
	m.t.Helper()
	c := entered.Correction{Subject: of, From: estateAsOf.Add(-uptime.Hour), To: estateAsOf, Category: entered.Other, Note: uuid.NewString(), By: "Somebody"}
	if err := entered.AddCorrection(m.t.Context(), m.db, &c); err != nil {
		m.t.Fatal(err)
	}
	return c.ID
}

// reportOf is a report that somebody with a reach has asked for.
func (m *matrixSite) reportOf(within reach.Reach, scope models.ReportScope) (id string) {
	m.t.Helper()
	asker := models.Asker{Key: "person:somebody", Name: "Somebody", Reach: within}
	r := models.NewReport(models.FromPage, scope, uuid.NewString()).For(asker)
	if err := m.jobs.AskReport(m.t.Context(), r); err != nil {
		m.t.Fatal(err)
	}
	return r.ID
}

// fill fills in what stands in braces. What a request uses up is made anew for each that
// is allowed to.
func (m *matrixSite) fill(text string, allowed bool, escape func(string) string) string {
	m.t.Helper()
	for strings.Contains(text, "{") {
		before, rest, _ := strings.Cut(text, "{")
		name, after, whole := strings.Cut(rest, "}")
		if !whole {
			m.t.Fatalf("a brace is not closed: %s", text)
		}
		value := m.fixed[name]
		switch {
		case value != "":
		case name == "key":
			value = uuid.NewString()
		case name == "correction":
			value = m.correct(entered.Store(m.fixed["store 0"]))
		case name == "rule":
			value = m.addRule(m.fixed["owner"], entered.All).ID
		case name == "incident":
			value = m.addIncident(m.addRule(m.fixed["owner"], entered.All), m.fixed["store 0"]).ID
		case name == "alert token":
			value = m.addTold(m.addChannel(m.fixed["owner"], true), "Offline", m.addIncident(m.addRule(m.fixed["owner"], entered.All), m.fixed["store 0"])).Token
		case name == "scheduled":
			value = m.addScheduled(m.fixed["owner"]).ID
		case name == "channel":
			value = m.addChannel(m.fixed["owner"], true).ID
		case name == "digest":
			value = m.addDigest(m.fixed["owner"]).ID
		case name == "unconfirmed":
			value = m.addChannel(m.fixed["owner"], false).ID
		case name == "channel token":
			value = m.addChannel(m.fixed["owner"], true).Token
		case name == "delivery":
			value = m.addDelivery(m.addChannel(m.fixed["owner"], true), models.Queued, "Something").ID
		case name == "feed":
			_, value = m.addFeed(m.fixed["owner"])
		case name == "link":
			token, who := m.fixed["token"], m.who["link"]
			value = m.share(m.fixed["owner"])
			m.fixed["token"], m.who["link"] = token, who
		case name == "queued":
			value = m.reportOf(m.here.reach(), models.ReportScope{})
		case !allowed:
			value = m.fixed["import"]
		case name == "undoable":
			value = m.load(m.next()).ID
		case name == "other hours":
			m.files++
			value = m.load(file{"hours.csv", fmt.Sprintf("store_id,day,start_time_local,end_time_local,valid_from\n%s,0,00:00:%02d,23:00,2001-01-01\n", m.fixed["store 0"], m.files%60)}).ID
		case name == "preview":
			value = m.sent(filesWith("preview", m.next()))
		case name == "waiting":
			value = m.sent(files(m.next()))
		default:
			m.t.Fatalf("nothing is known for {%s}", name)
		}
		text = before + escape(value) + after
	}
	return text
}

// fillJSON fills in what stands in angle brackets: JSON has braces of its own.
func (m *matrixSite) fillJSON(text string) string {
	if strings.Contains(text, "<channel>") {
		text = strings.ReplaceAll(text, "<channel>", m.addChannel(m.fixed["owner"], true).ID)
	}
	for name, value := range m.fixed {
		text = strings.ReplaceAll(text, "<"+name+">", value)
	}
	return strings.ReplaceAll(text, "<key>", uuid.NewString())
}

// makeRoom removes what a person may have only so many of.
func (m *matrixSite) makeRoom() {
	m.t.Helper()
	for _, table := range []any{&alerts.Rule{}, &deliveries.Channel{}, &digests.Digest{}, &scheduled.Report{}} {
		m.write(func(g *gorm.DB) *gorm.DB { return g.Where("1 = 1").Delete(table) })
	}
}

// next is a file that changes something, another one at each call.
func (m *matrixSite) next() file {
	m.files++
	return m.here.more(m.files)
}

// sent is the import of files that somebody sent who may.
func (m *matrixSite) sent(files func(*http.Request)) (id string) {
	m.t.Helper()
	a := m.ask(http.MethodPost, "/imports", m.identity[m.strongest()], files)
	id = strings.TrimPrefix(a.Header.Get("Location"), "/imports/")
	if a.StatusCode != http.StatusSeeOther || id == "" {
		m.t.Fatalf("files were not taken: %d %s", a.StatusCode, a.body)
	}
	return id
}

func (m *matrixSite) strongest() string {
	if m.identity["operator"] != nil {
		return "operator"
	}
	return "open"
}

func TestEverybodyMayDoAtEveryRouteWhatTheMatrixSays(t *testing.T) {
	open, closed := newMatrixSite(t, modelstest.Open(t, modelstest.SQLite)), newMatrixSite(t, modelstest.Open(t, modelstest.SQLite)).admit()
	missing := map[string]bool{}
	for _, route := range closed.handler.(*echo.Echo).Routes() {
		if route.Method != http.MethodHead {
			missing[route.Method+" "+route.Path] = true
		}
	}
	for _, row := range matrix {
		delete(missing, row.route)
		letters := strings.ReplaceAll(patterns[row.pattern], " ", "")
		if len(letters) != len(everybody) {
			t.Fatalf("%s: the pattern %q has %d columns, want %d", row.route, row.pattern, len(letters), len(everybody))
		}
		for n, name := range everybody {
			if row.costly && !slices.Contains(few, name) {
				continue
			}
			m := closed
			if name == "open" {
				m = open
			}
			m.check(t, row, name, fmt.Sprintf("192.0.2.%d", 10+n), letters[n])
		}
	}
	if len(missing) > 0 {
		t.Errorf("these routes have no row: %v", slices.Sorted(maps.Keys(missing)))
	}
}

// What the document of the API says of keys is what becomes of them.
func TestTheDocumentSaysWhichKeysMayCallAnOperation(t *testing.T) {
	said := map[string]string{}
	for path, item := range loadDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Security != nil && len(*operation.Security) > 0 {
				said[method+" "+path] = fmt.Sprint(operation.Extensions["x-scopes"])
			}
		}
	}
	answered := map[string]string{}
	for _, row := range matrix {
		route := echoParam.ReplaceAllString(row.route, "{$1}")
		if row.pattern == "anybody" || row.route == notForScripts || !strings.Contains(route, " /api/") && !strings.Contains(route, " /trigger_report") && !strings.Contains(route, " /get_report") && !strings.Contains(route, " /reports/latest.") {
			continue
		}
		var scopes []string
		letters := strings.ReplaceAll(patterns[row.pattern], " ", "")
		for _, scope := range access.Scopes {
			if letters[slices.Index(everybody, string(scope))] != 'f' { // nothing that is somebody else's is forbidden: it does not exist
				scopes = append(scopes, string(scope))
			}
		}
		answered[route] = fmt.Sprint(scopes)
	}
	if diff := cmp.Diff(answered, said); diff != "" {
		t.Errorf("which scopes of keys are answered (-server +document):\n%s", diff)
	}
}

// check asks once, and checks the answer and what it left in the audit log.
func (m *matrixSite) check(t *testing.T, row row, name, address string, expected byte) {
	t.Helper()
	method, _, _ := strings.Cut(row.route, " ")
	target := m.fill(row.target, expected == '.', url.PathEscape)
	if strings.Contains(row.target, "?") {
		target = m.fill(row.target, expected == '.', url.QueryEscape)
	}
	changes := []func(*http.Request){m.identity[name], func(r *http.Request) { r.RemoteAddr = address + ":1234" }}
	if row.pattern == "signed in" && m.who[name].Kind == access.IsPerson && expected == '.' {
		changes[0] = m.as(m.signedIn(access.Person{ID: m.who[name].ID})) // what is done may end it, or all others
		defer func() { m.identity[name] = m.as(m.signedIn(access.Person{ID: m.who[name].ID})) }()
	}
	if row.route == endsOtherSessions {
		defer m.signInAgain()
	}
	if strings.HasPrefix(row.route, "POST /api/v1/") && !strings.Contains(row.route, ":") {
		m.makeRoom()
	}
	switch kind, text, _ := strings.Cut(row.body, ":"); kind {
	case "form":
		changes = append(changes, body("application/x-www-form-urlencoded", m.fill(text, expected == '.', url.QueryEscape)))
	case "JSON":
		changes = append(changes, body("application/json", m.fillJSON(text)))
	case "files":
		changes = append(changes, files(m.here.more(0)))
	}
	label := fmt.Sprintf("%s (%s) by %s", row.route, target, name)
	before := m.lastRecord()
	ask := m.ask
	if strings.HasPrefix(target, "/api/") && slices.Contains(few, name) {
		ask = m.call // which holds the answer to the document
	}
	a := ask(method, target, changes...)
	m.checkStatus(t, label, row, name, expected, a)
	m.checkContent(t, label, row, name, expected, a)
	m.checkRecords(t, label, row, name, address, expected, before, a)
	if method == http.MethodGet {
		before = m.lastRecord()
		if head := m.ask(http.MethodHead, target, changes...); head.StatusCode != a.StatusCode {
			t.Errorf("%s: HEAD has status %d, GET %d", label, head.StatusCode, a.StatusCode)
		}
		if m.lastRecord() != before {
			t.Errorf("%s: HEAD left a record", label)
		}
	}
	if name == "nobody" && expected == 'i' { // as a program
		a := m.ask(method, target, append(changes, asScript)...)
		if a.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s, a program: status %d, %v", label, a.StatusCode, a.Header)
		}
	}
}

func (m *matrixSite) checkStatus(t *testing.T, label string, row row, name string, expected byte, a answer) {
	t.Helper()
	want := row.statuses
	switch expected {
	case 'i':
		want = ok(http.StatusSeeOther)
		if strings.Contains(row.route, " /api/") || row.route == "POST /mcp" {
			want = ok(http.StatusUnauthorized)
		} else if to := a.Header.Get("Location"); !strings.HasPrefix(to, "/sign-in") {
			t.Errorf("%s: leads to %q, want the page for signing in", label, to)
		}
	case 'r':
		want = ok(http.StatusSeeOther)
	case 'b':
		want = ok(http.StatusUnauthorized)
	case 'f':
		want = ok(http.StatusForbidden)
	case '4', 'n':
		want = ok(http.StatusNotFound)
	case '0':
		want = ok(http.StatusBadRequest)
	case 'u':
		want = ok(http.StatusUnprocessableEntity)
	}
	if !slices.Contains(want, a.StatusCode) {
		t.Errorf("%s: status %d, want %v: %.300q", label, a.StatusCode, want, a.body)
	}
}

// checkContent checks that nothing outside the reach is told, and that lists have all that
// is within it.
func (m *matrixSite) checkContent(t *testing.T, label string, row row, name string, expected byte, a answer) {
	t.Helper()
	if row.route == "POST /mcp" {
		a.body = toolText(a.body)
	}
	told, sees := strings.ToLower(a.body+fmt.Sprint(a.Header)), m.sees[name]
	if row.pattern == "by its token" {
		sees = m.here.reach() // which the report has
	}
	var leaked, missing []string
	for _, e := range []estate{m.here, m.there} {
		within := func(store string) bool { return sees.Has(store, e.group) }
		for _, store := range e.stores {
			shown := shownIn(a, store)
			switch {
			case !within(store) && strings.Contains(told, shown) && !strings.Contains(row.target+row.body, "{store") && !strings.Contains(row.body, "<store"):
				leaked = append(leaked, store)
			case within(store) && expected == '.' && row.lists == stores && !strings.Contains(told, shown):
				missing = append(missing, store)
			}
		}
		group := strings.ToLower(e.group)
		switch {
		case !slices.ContainsFunc(e.stores, within) && strings.Contains(told, group) && !strings.Contains(row.target+row.body, "{group") && !strings.Contains(row.body, "<group"):
			leaked = append(leaked, group)
		case slices.ContainsFunc(e.stores, within) && expected == '.' && row.lists == groups && !strings.Contains(told, group):
			missing = append(missing, group)
		}
	}
	if len(leaked) > 0 {
		t.Errorf("%s: these are told, and not within reach: %q", label, leaked)
	}
	if len(missing) > 0 {
		t.Errorf("%s: these are within reach, and not in the list: %q", label, missing)
	}
	if expected == 'i' || expected == 'b' || expected == 'f' || expected == '4' || expected == 'n' {
		for _, set := range a.Cookies() {
			t.Errorf("%s: was refused and given the cookie %s", label, set.Name)
		}
	}
}

// shownIn is a store's id as an answer writes it.
func shownIn(a answer, store string) string {
	switch kind := a.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "text/html"):
		return strings.ReplaceAll(store, `"`, "&#34;")
	case strings.HasPrefix(kind, "application/json"):
		text, _ := json.Marshal(store)
		return strings.Trim(string(text), `"`)
	default:
		return strings.ReplaceAll(store, `"`, `""`)
	}
}

// lastRecord is the number of the newest record of the audit log.
func (s *site) lastRecord() int64 {
	s.t.Helper()
	if list := s.records(0); len(list) > 0 {
		return list[0].ID
	}
	return 0
}

// records are the records of the audit log after one, the newest first.
func (s *site) records(after int64) []access.Record {
	s.t.Helper()
	ctx, audit := s.t.Context(), s.server.Audit()
	if err := audit.Flush(ctx); err != nil {
		s.t.Fatal(err)
	}
	list, _, err := audit.Page(ctx, access.AuditFilter{}, access.AuditPage{Limit: 10})
	if err != nil {
		s.t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(r access.Record) bool { return r.ID <= after })
}

// checkRecords checks that what changes something left one record that says so, and
// anything else none.
func (m *matrixSite) checkRecords(t *testing.T, label string, row row, name, address string, expected byte, before int64, a answer) {
	t.Helper()
	left, who, outcome := m.records(before), m.who[name], access.Done
	// Nobody has entered a password before, so the second step leads back to the first.
	if a.StatusCode >= http.StatusBadRequest || row.route == "POST /sign-in/factor" {
		outcome = access.Refused
	}
	if row.pattern == "by its token" {
		who = m.who["link"]
	}
	if row.records == "" || strings.ContainsRune("ibnr", rune(expected)) {
		if len(left) > 0 {
			t.Errorf("%s: left %+v", label, left)
		}
		return
	}
	if len(left) != 1 {
		t.Errorf("%s: left %d records, want one: %+v", label, len(left), left)
		return
	}
	if got := left[0]; got.WhoKind != who.Kind || got.WhoID != who.ID || got.Action != row.records || got.Outcome != outcome || got.Address != address {
		t.Errorf("%s: left %+v, want %s of %s %s from %s, %s", label, got, row.records, who.Kind, who.ID, address, outcome)
	}
}
