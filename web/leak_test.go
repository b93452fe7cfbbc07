package web_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A probe is a request that an owner may think of. Braces in its target and its body stand
// for ids that are others on each site.
type probe struct {
	method, target, body string
	header               map[string]string
}

func (p probe) String() string {
	return fmt.Sprint(p.method, " ", p.target, " ", p.body, " ", p.header)
}

// A prober draws probes. Half of what they name is somebody else's.
type prober struct {
	dice    *rand.Rand
	estates []estate
	reports []string // ids, or names in braces
}

func (p *prober) among(list ...string) string { return list[p.dice.IntN(len(list))] }
func (p *prober) estate() estate              { return p.estates[p.dice.IntN(len(p.estates))] }

func (p *prober) store() string {
	if p.dice.IntN(10) == 0 {
		return p.among("nowhere", "0", "-", "a b", "%", p.estate().tag)
	}
	e := p.estate()
	return e.stores[p.dice.IntN(len(e.stores))]
}

func (p *prober) check() string {
	if p.dice.IntN(10) == 0 {
		return "nothing"
	}
	return string(figures.Checks[p.dice.IntN(len(figures.Checks))])
}

// parameters are what pages and lists can be asked for, with values of all estates.
func (p *prober) parameters() string {
	v := url.Values{}
	for range p.dice.IntN(4) {
		e := p.estate()
		switch p.dice.IntN(19) {
		case 13:
			v.Set("ended", p.among("ongoing", "back_online", "closed", "no_data", "later"))
		case 14:
			v.Set("at_least", p.among("1", "60", "600"))
		case 15:
			v.Set("period", p.among("1h", "24h", "7d", "28d"))
		case 16:
			v.Set("store", p.store())
		case 17:
			v.Set("excused", p.among("true", "false"))
		case 0:
			v.Set("q", p.among(e.tag[1:4], e.stores[2], "kitchen", strings.ToUpper(e.tag), "town "+e.tag, "6", "qzavi wyrmo"))
		case 1:
			v.Set("group", p.among(e.group, e.tag, "Nobody's", e.group))
		case 2:
			v.Set("zone", p.among(e.zone, "America/Chicago"))
		case 3:
			v.Set("assumed", p.among("any", "hours", "zone"))
		case 4:
			v.Set("state", p.among("online", "offline", "closed", "nodata"))
		case 5:
			v.Set("down", "true")
		case 6:
			v.Set("sort", p.among("store", "state", "zone", "hour", "day", "week", "newest", "longest", "name", "stores", "offline", "change", "down_week", "availability"))
		case 7:
			v.Set("order", p.among("asc", "desc"))
		case 8:
			v.Set("page", p.among("1", "2", "3", "99"))
		case 9:
			v.Set("bin", p.among("0", "3", "10"))
		case 10:
			v.Set("hours", p.among("1", "6", "24", "168"))
		case 11:
			v.Set("limit", p.among("1", "3", "200"))
		case 12:
			v.Set("day", p.among("2023-01-23", "2023-01-20", "2023-01-02"))
		case 18:
			v.Set("target", p.among("missed", "met"))
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// targets are everything that an owner can look at.
var targets = []string{
	"/", "/", "/news", "/news?of=reports", "/news?of=imports&than=x", "/stores", "/stores", "/stores.csv", "/stores/{s}", "/stores/{s}", "/groups", "/hours/monday-19", "/hours/saturday-12", "/groups/names", "/targets", "/api/v1/targets",
	"/reports", "/reports/{r}", "/reports/{r}", "/reports/{r}/row", "/reports/{r}/report.csv", "/reports/{r}/details.csv", "/reports/{r}/range.csv",
	"/corrections", "/corrections?store={s}", "/corrections?holding=perhaps", "/api/v1/corrections?category=weather", "/corrections/new?store={s}", "/api/v1/corrections", "/api/v1/corrections/{r}",
	"/digests", "/digests/{r}", "/digests/{r}/message",
	"/special-days", "/special-days?when=past", "/api/v1/special-days", "/stores/{s}/openings.ics", "/api/v1/stores/{s}/openings.ics",
	"/alerts", "/alerts/new?store={s}", "/alerts/new", "/alerts/{r}", "/acknowledge/{r}",
	"/feeds", "/outages", "/outages", "/outages.csv", "/api/v1/outages", "/api/v1/outages?store={s}",
	"/quality", "/quality/{c}", "/quality/{c}/list.csv", "/imports", "/imports/{r}", "/trigger_report", "/get_report/{r}", "/get_report?report_id={r}",
	"/api/v1/stores", "/api/v1/stores/{s}", "/api/v1/stores/{s}/timeline", "/api/v1/stores/{s}/days", "/api/v1/groups",
	"/api/v1/reports", "/api/v1/reports/{r}", "/api/v1/reports/{r}/rows", "/api/v1/reports/{r}/details", "/api/v1/reports/{r}/range",
	"/channels", "/channels/{r}/now", "/deliveries", "/deliveries?state=waiting", "/deliveries/{r}",
	"/api/v1/imports", "/api/v1/sources", "/api/v1/quality", "/api/v1/quality/{c}", "/nowhere",
}

// answered takes the parameters away from an address of the API that it refuses. A few keep
// them.
func (p *prober) answered(target string) string {
	path, asked, _ := strings.Cut(target, "?")
	query, err := url.ParseQuery(asked)
	if err != nil || !strings.HasPrefix(target, "/api/v1/") || p.dice.IntN(10) == 0 {
		return target
	}
	described, err := document()
	if err != nil {
		return target
	}
	for documented, item := range described.Paths.Map() {
		if _, matches := matchPath(documented, path); matches && item.Get != nil {
			maps.DeleteFunc(query, func(name string, _ []string) bool {
				return item.Get.Parameters.GetByInAndName("query", name) == nil && item.Parameters.GetByInAndName("query", name) == nil
			})
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func (p *prober) look() probe {
	target := targets[p.dice.IntN(len(targets))]
	if !strings.Contains(target, "?") {
		target += p.parameters()
	}
	drawn := probe{http.MethodGet, p.answered(p.filled(target)), "", map[string]string{}}
	for range p.dice.IntN(3) {
		switch p.dice.IntN(8) {
		case 0:
			drawn.method = http.MethodHead
		case 1, 2:
			drawn.header["HX-Request"] = "true"
			drawn.header["HX-Target"] = p.among("stores", "groups", "outages", "reports", "report", "history", "explanation", "quality", "overview", "")
		case 3:
			drawn.header["If-None-Match"] = p.among("*", `"a"`, `W/"1"`)
		case 4:
			drawn.header["If-Modified-Since"] = "Wed, 25 Jan 2030 18:13:22 GMT"
		case 5:
			drawn.header["Range"] = p.among("bytes=0-99", "bytes=-1")
		case 6:
			drawn.header["Accept"] = p.among("*/*", "application/json", "text/csv", "text/html")
		}
	}
	return drawn
}

func (p *prober) filled(target string) string {
	target = strings.ReplaceAll(target, "{s}", url.PathEscape(p.store()))
	target = strings.ReplaceAll(target, "{c}", p.check())
	return strings.ReplaceAll(target, "{r}", p.reports[p.dice.IntN(len(p.reports))])
}

// act draws a request that would change something.
func (p *prober) act() probe {
	e := p.estate()
	form := func(target string, v url.Values) probe {
		return probe{http.MethodPost, p.filled(target), v.Encode(), nil}
	}
	switch p.dice.IntN(15) {
	case 10, 11:
		return form(p.among("/alerts", "/alerts/backtest"), url.Values{
			"kind": {p.among("offline", "no_data", "import_failed")}, "scope": {p.among("group", "store", "all")}, "for_group": {e.group}, "for_store": {p.store()},
			"after": {p.among("30", "0", "200", "many")}, "back": {"true"}, "enabled": {"true"}, "channel": {p.among("", uuid.NewString())},
		})
	case 12:
		return form("/stores/{s}/"+p.among("pause", "resume"), url.Values{"until": {p.among("2023-02-01", "2023-01-26", "never")}, "back": {p.among("list", "")}})
	case 13:
		return form(p.among("/alerts/{r}", "/alerts/{r}/enable", "/alerts/{r}/remove", "/alerts/incidents/{r}/acknowledge", "/alerts/incidents/acknowledge"), url.Values{"kind": {"offline"}, "scope": {"all"}, "after": {"30"}})
	case 14:
		return form("/channels", url.Values{"kind": {p.among("slack", "discord")}, "name": {p.among("one", "two")}, "address": {p.among("https://hooks.slack.com/x", "https://hooks.slack.com/y")}})
	case 8:
		return form("/stores/{s}/target", url.Values{"percent": {p.among("99.5", "97", "", "many")}})
	case 9:
		return form("/targets", url.Values{
			"scope": {p.among("group", "store", "all", "none")}, "name": {p.among(e.group, p.store(), "")}, "percent": {p.among("99.5", "98", "0", "101")}, "from": {p.among("list", "")},
		})
	case 0:
		return form("/stores/{s}/sales", url.Values{"per_hour": {p.among("60", "61.50", "", "many")}})
	case 1:
		return form("/sales", url.Values{"group": {e.group}, "per_hour": {p.among("70", "71.50")}})
	case 2:
		return form("/reports", url.Values{"group": {p.among(e.group, "", "Nobody's")}, "key": {p.among("one", "two")}})
	case 3:
		return form("/reports/{r}/"+p.among("cancel", "retry"), nil)
	case 4, 5:
		drawn := form(p.among("/trigger_report", "/api/v1/reports"), url.Values{"group": {p.among(e.group, "")}})
		drawn.header = map[string]string{"Idempotency-Key": p.among("one", "two", "three")}
		return drawn
	case 6:
		return form("/api/v1/reports/{r}/cancel", nil)
	default:
		return form("/imports/{r}/"+p.among("undo", "cancel", "confirm", "discard"), nil)
	}
}

// enter draws a correction or a special day. Like an import, one that is accepted makes
// other data, of which everybody asks for other reports.
func (p *prober) enter() probe {
	if p.dice.IntN(3) == 0 {
		return probe{http.MethodPost, "/special-days", url.Values{
			"scope": {p.among("store", "group", "all")}, "for_store": {p.store()}, "for_group": {p.estate().group}, "open": {"closed"}, "note": {p.among("", "frost")},
			"from": {p.among("2023-01-24", "2023-01-20", "2023-02-30")},
		}.Encode(), nil}
	}
	return probe{http.MethodPost, "/corrections", url.Values{
		"scope": {p.among("store", "store", "group", "all")}, "store": {p.store()}, "group": {p.estate().group}, "category": {"other"}, "note": {p.among("", "frost")},
		"from": {p.among("2023-01-23T10:00", "2023-01-24T10:00:00")}, "to": {p.among("2023-01-24T12:00", "2023-01-25T12:00", "2023-01-01T00:00")},
	}.Encode(), nil}
}

// send sends a probe in the name of somebody.
func (n *neighbourhood) send(p probe, who func(*http.Request)) answer {
	n.t.Helper()
	return n.ask(p.method, n.names.Replace(p.target), who, func(r *http.Request) {
		if p.method == http.MethodPost {
			body("application/x-www-form-urlencoded", p.body)(r)
		}
		for name, value := range p.header {
			r.Header.Set(name, value)
		}
	})
}

// What differs between two servers with the same data: what is drawn by lot, what counts
// the changes of all data, and the time of day.
var unlike = []struct {
	of   *regexp.Regexp
	same string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "ID"},
	{regexp.MustCompile(`lo_([a-z])_[a-z0-9]{8}`), "lo_${1}_PREFIX"},
	{regexp.MustCompile(`"data_version":\d+`), `"data_version":V`},
	{regexp.MustCompile(`(Z,)\d{12,20},`), "${1}V,"}, // the same in a table, behind the as-of instant
	{regexp.MustCompile(`"next_cursor":"[^"]*"`), `"next_cursor":"C"`},
	{regexp.MustCompile(`name="key" value="[^"]*"`), `name="key"`},
	{regexp.MustCompile(`value="[^"]*" data-key`), `data-key`},
	{regexp.MustCompile(`\d+ \w+ 20(2[6-9]|[3-9]\d), \d\d:\d\d( UTC)?`), "TODAY"},
	{regexp.MustCompile(`20(2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TODAY"},
	{regexp.MustCompile(`\d+(\.\d+)? (ms|s)\b`), "TOOK"},
	{regexp.MustCompile(`W/"[\w-]{22}(\.ID)?"`), "TAG"}, // of a page that is for one principal
}

// comparable is an answer without what two servers with the same data differ in.
func (a answer) comparable() string {
	text := fmt.Sprintf("%d\n", a.StatusCode)
	for _, name := range []string{"Content-Type", "Content-Disposition", "Vary", "Location", "Retry-After", "Cache-Control", "ETag", "Last-Modified", "X-Report-Status", "HX-Redirect"} {
		text += name + ": " + strings.Join(a.Header.Values(name), " | ") + "\n"
	}
	text += a.body
	for _, u := range unlike {
		text = u.of.ReplaceAllString(text, u.same)
	}
	return strings.ReplaceAll(text, "><", ">\n<")
}

// A neighbourhood is a site with two owners, whose estates have nothing in common.
type neighbourhood struct {
	*site
	one, other       estate
	asOne, asOther   func(*http.Request)
	keyOne, keyOther func(*http.Request)
	asOperator       func(*http.Request)
	names            *strings.Replacer // from what a probe names to ids of this site
}

func (s *site) settle(e estate) (as, key func(*http.Request)) {
	a := s.signedIn(s.addPerson(access.NewPerson{Email: e.tag + "@example.com", Name: "Owner", Role: access.Owner, Reach: e.reach()}))
	return s.as(a), withKey(s.key(a, access.ReportScope, e.reach()))
}

func newNeighbourhood(t *testing.T, db *models.DB, one, other estate, both bool) *neighbourhood {
	n := &neighbourhood{site: newSite(t, db), one: one, other: other, names: strings.NewReplacer()}
	n.load(one.files...)
	if both {
		n.load(other.files...)
	}
	n.asOperator = n.as(n.person(access.Operator, reach.All()))
	n.asOne, n.keyOne = n.settle(one)
	n.asOther, n.keyOther = n.settle(other)
	n.rate(one)
	if both {
		n.rate(other)
	}
	return n
}

func (n *neighbourhood) rate(e estate) {
	n.t.Helper()
	for _, target := range []entered.Target{
		{Subject: entered.Group(e.group), Percent: 97_00 + int(e.rate%97)}, {Subject: entered.Store(e.stores[2]), Percent: 99_90 - int(e.rate%89)},
	} {
		if err := entered.SetTarget(n.t.Context(), n.db, target); err != nil {
			n.t.Fatal(err)
		}
	}
	for _, r := range []entered.SalesRate{
		{Subject: entered.Group(e.group), PerHour: e.rate}, {Subject: entered.Store(e.stores[1]), PerHour: e.rate + 1},
	} {
		if err := entered.SetSalesRate(n.t.Context(), n.db, r); err != nil {
			n.t.Fatal(err)
		}
	}
}

// reportBy is a complete report that an owner has asked for.
func (n *neighbourhood) reportBy(who func(*http.Request), form string) (id string) {
	n.t.Helper()
	a := n.ask(http.MethodPost, "/trigger_report", who, body("application/x-www-form-urlencoded", form))
	id, found := strings.CutPrefix(a.Header.Get("Location"), "/get_report/")
	if !found {
		n.t.Fatalf("no report was made: %d %s", a.StatusCode, a.body)
	}
	n.finish(n.claim(id))
	return id
}

const aRange = "from=2023-01-23T00:00:00Z&to=2023-01-25T00:00:00Z"

// An owner is answered as if there were no other stores than their own: the same requests
// are sent to a server that has no others, whatever happens on the first one meanwhile.
func TestAnOwnersAnswersAreThoseOfAServerThatHasOnlyTheirStores(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		one, other := newEstate("qzavi", "Asia/Tokyo", 7, 471137), newEstate("wyrmo", "Europe/Oslo", 60, 859053)
		shared := newNeighbourhood(t, db, one, other, true)
		alone := newNeighbourhood(t, modelstest.Open(t, modelstest.SQLite), one, other, false)
		ofShared, ofAlone := []string{}, []string{}
		for n, form := range []string{"", aRange, "group=" + url.QueryEscape(one.group)} {
			name := fmt.Sprintf("{own %d}", n)
			ofShared = append(ofShared, name, shared.reportBy(shared.asOne, form))
			ofAlone = append(ofAlone, name, alone.reportBy(alone.asOne, form))
		}
		foreign := []string{shared.reportBy(shared.asOther, aRange), shared.reportBy(shared.asOperator, ""), shared.reportBy(shared.asOther, "")}
		p := &prober{rand.New(rand.NewPCG(1, 2)), []estate{one, other}, append([]string{"{own 0}", "{own 1}", "{own 2}", uuid.NewString()}, foreign...)}
		shared.names, alone.names = strings.NewReplacer(ofShared...), strings.NewReplacer(ofAlone...)
		done := map[int]int{}
		for n := range 600 {
			drawn := p.look()
			if n%8 == 0 {
				drawn = p.act()
			}
			if n%24 == 7 {
				drawn = p.enter()
			}
			whoShared, whoAlone := shared.asOne, alone.asOne
			if n%3 == 0 {
				whoShared, whoAlone = shared.keyOne, alone.keyOne
			}
			shared.catchUp() // pages may show what was known before the last change
			alone.catchUp()
			got, want := shared.send(drawn, whoShared), alone.send(drawn, whoAlone)
			if diff := cmp.Diff(want.comparable(), got.comparable()); diff != "" {
				t.Errorf("%s is not answered as if there were no other stores (-alone +shared):\n%.3000s", drawn, diff)
			}
			done[got.StatusCode]++
			shared.disturb(p, n)
			if n%150 == 149 { // unfinished reports are the same for as long as the data are
				shared.load(one.more(n), other.more(n))
				shared.send(probe{http.MethodPost, "/corrections", "scope=group&group=" + url.QueryEscape(other.group) + "&from=2023-01-20T00:00&to=2023-01-25T00:00&category=other", nil}, shared.asOther)
				shared.send(probe{http.MethodPost, "/special-days", "scope=group&for_group=" + url.QueryEscape(other.group) + "&from=2023-01-23&open=closed&note=theirs", nil}, shared.asOther)
				alone.load(one.more(n))
			}
			if t.Failed() && n > 200 {
				break
			}
		}
		for _, status := range []int{http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound} {
			if done[status] < 5 {
				t.Errorf("only %d answers had the status %d: %v", done[status], status, done)
			}
		}
	})
}

// disturb does what is none of the first owner's business.
func (n *neighbourhood) disturb(p *prober, number int) {
	n.t.Helper()
	switch {
	case number%150 == 100:
		n.load(n.other.bad())
	case number%4 == 0:
		n.send(p.look(), n.asOther)
	case number%15 == 1:
		n.send(p.act(), n.asOther)
	case number%4 == 1:
		n.send(p.look(), n.asOperator)
	}
}

// gives finds the texts in an answer that give an estate away, besides what the request
// itself had said.
func (a answer) gives(e estate, p probe) (found string) {
	text := strings.ToLower(a.body + "\n" + fmt.Sprint(a.Header))
	for _, token := range e.tokens() {
		if !strings.Contains(text, token) {
			continue
		}
		text = decoded(text)
		for _, word := range wordsIn.FindAllString(decoded(strings.ToLower(p.target+"&"+p.body)), -1) {
			if strings.Contains(word, token) {
				text = regexp.MustCompile(`\b`+regexp.QuoteMeta(word)+`\b`).ReplaceAllString(text, "…")
			}
		}
		if at := strings.Index(text, token); at >= 0 {
			return "…" + text[max(0, at-100):min(len(text), at+100)] + "…"
		}
	}
	return ""
}

var (
	wordsIn = regexp.MustCompile(`[\pL\pN_]+`)
	escaped = regexp.MustCompile(`%[0-9a-f][0-9a-f]`)
)

// decoded is a text whose escapes are undone, also those of an address in another one.
func decoded(text string) string {
	for range 3 {
		text = escaped.ReplaceAllStringFunc(text, func(sign string) string {
			b, err := strconv.ParseUint(sign[1:], 16, 8)
			if err != nil {
				return sign
			}
			return string([]byte{byte(b)})
		})
	}
	return text
}

// Whatever is asked for in whatever order, while the data and what people may see change.
func TestNoAnswerTellsAnOwnerOfTheStoresOfAnother(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		one, other := newEstate("qzavi", "Asia/Tokyo", 7, 471137), newEstate("wyrmo", "Europe/Oslo", 9, 859053)
		n := &neighbourhood{site: s, one: one, other: other, names: strings.NewReplacer()}
		n.load(append(slices.Clone(one.files), other.files...)...)
		n.asOperator = n.as(n.person(access.Operator, reach.All()))
		n.asOne, n.keyOne = n.settle(one)
		n.asOther, n.keyOther = n.settle(other)
		n.rate(one)
		n.rate(other)
		reports := []string{n.reportBy(n.asOne, aRange), n.reportBy(n.asOther, aRange), n.reportBy(n.asOperator, ""), n.load(one.bad()).ID, n.load(other.bad()).ID}
		n.server.SetClock(func() time.Time { return estateClock.Add(5 * time.Hour) }) // old data have a reason
		estates := []estate{one, other}
		turncoat := s.addPerson(access.NewPerson{Role: access.Owner, Reach: one.reach()})
		asTurncoat, now, turning := n.as(n.signedIn(turncoat)), one, sync.RWMutex{}

		var all sync.WaitGroup
		visit := func(seed uint64, who func(*http.Request), forbidden func() []estate) {
			p := &prober{rand.New(rand.NewPCG(seed, 3)), estates, reports}
			for number := range 220 {
				drawn := p.look()
				switch number % 20 {
				case 0:
					drawn = p.act()
				case 10:
					drawn = p.enter()
				}
				turning.RLock()
				a := n.send(drawn, who)
				for _, e := range forbidden() {
					if told := a.gives(e, drawn); told != "" {
						t.Errorf("%s told of %s: %s", drawn, e.group, told)
					}
				}
				turning.RUnlock()
				if a.StatusCode >= 500 {
					t.Errorf("%s: status %d", drawn, a.StatusCode)
				}
			}
		}
		for seed, v := range []struct {
			who       func(*http.Request)
			forbidden func() []estate
		}{
			{n.asOne, func() []estate { return []estate{other} }}, {n.keyOne, func() []estate { return []estate{other} }},
			{n.asOther, func() []estate { return []estate{one} }}, {n.keyOther, func() []estate { return []estate{one} }},
			{n.asOperator, func() []estate { return nil }}, {func(*http.Request) {}, func() []estate { return estates }},
			{asTurncoat, func() []estate {
				if now.tag == one.tag {
					return []estate{other}
				}
				return []estate{one}
			}},
		} {
			all.Go(func() { visit(uint64(seed), v.who, v.forbidden) })
		}
		finished := make(chan struct{})
		go func() { all.Wait(); close(finished) }()
		for number := 0; ; number++ {
			select {
			case <-finished:
				return
			default:
			}
			n.load(estates[number%2].more(number))
			n.judge(uptime.At(estateClock).Add(uptime.Micros(number) * uptime.Minute))
			turning.Lock()
			now = estates[(number+1)%2]
			within := now.reach()
			if _, err := n.server.Accounts().ChangePerson(t.Context(), turncoat.ID, access.Change{Reach: &within}); err != nil {
				t.Error(err)
			}
			turning.Unlock()
		}
	})
}
