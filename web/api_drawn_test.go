package web_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"lightson/models/modelstest"
)

// A drawer draws requests from the document: mostly such as it allows, with ids that earlier
// answers told, and some that are wrong in one place.
type drawer struct {
	*matrixSite
	dice *rand.Rand
	ids  map[string][]string // by what they are ids of: the segment of the path before
	all  []string            // operations, as "GET /api/v1/stores"
}

func newDrawer(t *testing.T, seed uint64) *drawer {
	d := &drawer{
		matrixSite: newMatrixSite(t, modelstest.Open(t, modelstest.SQLite)).admit(),
		dice:       rand.New(rand.NewPCG(seed, 0)), ids: map[string][]string{},
	}
	d.know()
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			d.all = append(d.all, method+" "+path)
		}
	}
	slices.Sort(d.all)
	return d
}

// know adds the ids of what is there from the beginning.
func (d *drawer) know() {
	d.ids["stores"] = append(d.ids["stores"], d.here.stores...)
	d.ids["stores"] = append(d.ids["stores"], d.there.stores[1])
	d.ids["reports"] = append(d.ids["reports"], d.fixed["report"])
	d.ids["get_report"] = d.ids["reports"]
	d.ids["imports"] = append(d.ids["imports"], d.fixed["import"])
	for range 3 {
		d.ids["imports"] = append(d.ids["imports"], d.fill("{other hours}", true, url.PathEscape))
	}
	d.ids["people"] = append(d.ids["people"], d.fixed["person"])
	for thing, name := range map[string]string{"corrections": "correction", "alerts": "rule", "incidents": "incident", "channels": "channel", "digests": "digest", "deliveries": "delivery", "scheduled-reports": "scheduled", "feeds": "feed"} {
		d.ids[thing] = append(d.ids[thing], d.fill("{"+name+"}", true, url.PathEscape))
	}
}

// chance is true in one of so many cases.
func (d *drawer) chance(of int) bool { return d.dice.IntN(of) == 0 }

func among[T any](d *drawer, list []T) T { return list[d.dice.IntN(len(list))] }

// drawnTexts are none of what is expected anywhere.
var drawnTexts = []string{"", " ", "none/such", "é\u202e\x00", "'; DROP TABLE stores; --", strings.Repeat("9", 300), "-1", "null", "2023-02-30", "=1+1", "<b>", "../..", "%"}

// draw makes a request of an operation.
func (d *drawer) draw(operation string) (method, target string, changes []func(*http.Request)) {
	method, path, _ := strings.Cut(operation, " ")
	item := loadDocument(d.t).Paths.Value(path)
	described := item.GetOperation(method)
	query := url.Values{}
	for _, p := range slices.Concat(item.Parameters, described.Parameters) {
		param := p.Value
		switch {
		case param.In == openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+param.Name+"}", url.PathEscape(d.pathValue(path, param)))
		case !param.Required && !d.chance(4):
		case param.In == openapi3.ParameterInQuery:
			if value := d.text(param.Name, param.Schema.Value); strings.TrimSpace(value) != "" { // which is the same as none
				query.Set(param.Name, value)
			}
		case param.In == openapi3.ParameterInHeader:
			changes = append(changes, header(param.Name, headerSafe(d.text(param.Name, param.Schema.Value))))
		}
	}
	if d.chance(40) {
		query.Set(among(d, []string{"unknown", "Limit", "cursor", "as_of", "store", ""}), among(d, drawnTexts))
	}
	if described.RequestBody != nil {
		changes = append(changes, d.body(described.RequestBody.Value))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return method, path, changes
}

// headerSafe is a text as a header can carry it.
func headerSafe(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}

// pathValue is an id, one that is known if there are any.
func (d *drawer) pathValue(path string, p *openapi3.Parameter) string {
	before, _, _ := strings.Cut(path, "/{"+p.Name+"}")
	known := d.ids[before[strings.LastIndex(before, "/")+1:]]
	switch {
	case d.chance(15):
		return among(d, drawnTexts[2:])
	case len(known) > 0:
		return among(d, known)
	default:
		return cmp.Or(strings.TrimSpace(d.text(p.Name, p.Schema.Value)), "0") // an empty one is another path
	}
}

// text is a value of a parameter.
func (d *drawer) text(name string, schema *openapi3.Schema) string {
	switch value := d.value(name, schema, 0).(type) {
	case string:
		return value
	case []any:
		var list []string
		for _, one := range value {
			list = append(list, fmt.Sprint(one))
		}
		return strings.Join(list, ",")
	default:
		return fmt.Sprint(value)
	}
}

// value is what a schema allows, and now and then something else.
func (d *drawer) value(name string, schema *openapi3.Schema, depth int) any {
	switch {
	case d.chance(40):
		return among(d, []any{nil, true, 17, -1.5, among(d, drawnTexts), []any{}, map[string]any{"a": 1}})
	case len(schema.Enum) > 0:
		return among(d, schema.Enum)
	case len(schema.OneOf) > 0:
		return d.value(name, among(d, schema.OneOf).Value, depth)
	case len(schema.AnyOf) > 0:
		return d.value(name, among(d, schema.AnyOf).Value, depth)
	case len(schema.AllOf) > 0:
		whole := map[string]any{}
		for _, part := range schema.AllOf {
			if fields, is := d.value(name, part.Value, depth).(map[string]any); is {
				maps.Copy(whole, fields)
			}
		}
		return whole
	case schema.Type == nil:
		return among(d, []any{nil, "text", 1})
	}
	switch kind := among(d, schema.Type.Slice()); kind {
	case "null":
		return nil
	case "boolean":
		return d.chance(2)
	case "integer", "number":
		return d.number(name, kind, schema)
	case "array":
		return d.list(name, schema, depth)
	case "object":
		return d.object(schema, depth)
	default:
		return d.string(name, schema)
	}
}

func (d *drawer) number(name, kind string, schema *openapi3.Schema) any {
	least, most := 0.0, 100.0
	if schema.Min != nil {
		least, most = *schema.Min, *schema.Min+100
	}
	if schema.Max != nil {
		most = *schema.Max
	}
	if d.chance(10) {
		return among(d, []float64{least - 1, most + 1, 1e18, -7})
	}
	if name == "number" {
		return int64(d.dice.IntN(2)) // of a file
	}
	drawn := least + d.dice.Float64()*(most-least)
	if kind == "integer" || d.chance(2) {
		return int64(drawn)
	}
	number, _ := strconv.ParseFloat(strconv.FormatFloat(drawn, 'f', 2, 64), 64)
	return number
}

func (d *drawer) list(name string, schema *openapi3.Schema, depth int) any {
	list := []any{}
	if schema.Items == nil {
		return list
	}
	for range d.dice.IntN(3) + int(schema.MinItems) {
		list = append(list, d.value(name, schema.Items.Value, depth+1))
	}
	return list
}

func (d *drawer) object(schema *openapi3.Schema, depth int) any {
	fields := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		required := slices.Contains(schema.Required, name)
		if required && !d.chance(30) || !required && depth < 4 && d.chance(2) {
			fields[name] = d.value(name, schema.Properties[name].Value, depth+1)
		}
	}
	d.fit(fields)
	if d.chance(40) {
		fields["unknown"] = "field"
	}
	return fields
}

// fit has fields go together that the document cannot say of: a name fits its scope, and
// several special days stand alone.
func (d *drawer) fit(fields map[string]any) {
	switch fields["scope"] {
	case "store":
		fields["name"] = among(d, d.ids["stores"])
	case "group":
		fields["name"] = d.here.group
	case "all":
		delete(fields, "name")
	}
	if _, closed := fields["closed"]; closed {
		fields["closed"] = fields["hours"] == nil
	}
	if list, several := fields["special_days"]; several {
		if maps.DeleteFunc(fields, func(string, any) bool { return true }); d.chance(2) {
			fields["special_days"] = list
		} else {
			fields["scope"], fields["date"] = "all", "2023-01-25"
		}
	}
}

// string is a text for a field: by its format, by its name, or any.
func (d *drawer) string(name string, schema *openapi3.Schema) string {
	day := fmt.Sprintf("2023-01-%02d", 15+d.dice.IntN(12))
	switch {
	case d.chance(12):
		return among(d, drawnTexts)
	case schema.Format == "date-time":
		return day + among(d, []string{"T10:00:00Z", "T23:59:59.123456Z", "T08:30:00+05:45"})
	case schema.Format == "date":
		return day
	case schema.Example != nil && d.chance(2):
		return fmt.Sprint(schema.Example)
	}
	switch name {
	case "store", "store_id", "name", "q":
		return among(d, append(slices.Clone(d.ids["stores"]), d.here.group, "Anything"))
	case "report_id":
		return among(d, d.ids["reports"])
	case "group":
		return among(d, []string{d.here.group, d.there.group, "Nobody's"})
	case "email":
		return among(d, []string{"new@example.com", "owner@example.com", "Nobody"})
	case "from", "to", "date", "as_of":
		return among(d, []string{day, day + "T10:00:00Z"})
	case "Idempotency-Key":
		return among(d, []string{"one", "two", "three", "four"})
	}
	return among(d, []string{"text", "Grüße", "17", "a longer text of some words"})
}

// body is a body of one of the kinds that an operation takes.
func (d *drawer) body(described *openapi3.RequestBody) func(*http.Request) {
	kind := among(d, slices.Sorted(maps.Keys(described.Content)))
	schema := described.Content[kind].Schema
	switch {
	case d.chance(30):
		return body(kind, among(d, []string{"", "{", "[]", "null", "{}", "\x00", "[1]", `{"a":`}))
	case strings.HasPrefix(kind, "multipart/"):
		return d.multipart(schema.Value)
	case kind == "application/x-www-form-urlencoded":
		form := url.Values{}
		if fields, is := d.value("", schema.Value, 0).(map[string]any); is {
			for name, value := range fields {
				form.Set(name, fmt.Sprint(value))
			}
		}
		return body(kind, form.Encode())
	case strings.Contains(kind, "json"):
		text, err := json.Marshal(d.value("", schema.Value, 0))
		if err != nil {
			d.t.Fatal(err)
		}
		return body(kind, string(text))
	default:
		return body(kind, "store_id,status,timestamp_utc\n"+d.here.stores[1]+",active,2023-01-25 12:00:00 UTC\n")
	}
}

func (d *drawer) multipart(schema *openapi3.Schema) func(*http.Request) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if name == "files" {
			f := d.next()
			part, _ := form.CreateFormFile("files", f.name)
			_, _ = part.Write([]byte(f.text))
		} else if d.chance(3) {
			_ = form.WriteField(name, d.text(name, schema.Properties[name].Value))
		}
	}
	_ = form.Close()
	return body(form.FormDataContentType(), b.String())
}

// learn keeps the ids that an answer tells.
func (d *drawer) learn(target string, a answer) {
	if a.StatusCode >= 300 || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		return
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(target, "/api/v1/"), "?")
	segments := strings.Split(path, "/")
	var v map[string]any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return
	}
	add := func(thing string, holder map[string]any) {
		if id, is := holder["id"].(string); is && len(d.ids[thing]) < 60 {
			d.ids[thing] = append(d.ids[thing], id)
		}
	}
	add(segments[0], v)
	for name, list := range v {
		items, _ := list.([]any)
		for _, item := range items {
			if item, is := item.(map[string]any); is {
				add(segments[len(segments)-1], item)
				add(strings.ReplaceAll(name, "_", "-"), item)
			}
		}
	}
}

// Whatever is asked, by whomever, is answered as the document says. DRAWN_REQUESTS asks more
// often, DRAWN_SEED others. DRAWN_GO_ON lists all that is wrong rather than the first.
func TestRequestsDrawnFromTheDocumentAreAnsweredAsItSays(t *testing.T) {
	many, seed := 5000, uint64(20261126)
	if text := os.Getenv("DRAWN_REQUESTS"); text != "" {
		many, _ = strconv.Atoi(text)
	}
	if text := os.Getenv("DRAWN_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	if testing.Short() {
		many /= 10
	}
	who := []string{"nobody", "owner", "single", "viewer", "operator", "operator", "read", "report here", "ingest", "admin", "admin", "revoked"}
	var d *drawer
	good := map[string]int{}
	for n := range many {
		if n%1250 == 0 { // before too many have been removed, disabled and revoked
			d = newDrawer(t, seed+uint64(n))
		}
		operation, as := d.all[n%len(d.all)], among(d, who)
		method, target, changes := d.draw(operation)
		a := d.call(method, target, append(changes, d.identity[as])...)
		if a.StatusCode < 300 {
			good[operation]++
			if operation == endsOtherSessions {
				d.signInAgain() // or nobody would be left to ask for the rest
			}
		}
		if a.StatusCode >= 500 {
			t.Errorf("request %d of seed %d, %s %s by %s: status %d %.500s", n, seed, method, target, as, a.StatusCode, a.body)
		}
		d.learn(target, a)
		if t.Failed() && os.Getenv("DRAWN_GO_ON") == "" {
			t.Fatalf("it ends at request %d of seed %d, %s %s by %s", n, seed, method, target, as)
		}
	}
	if d.log.Len() > 0 {
		t.Errorf("the server logged %.2000s", d.log)
	}
	var idle []string
	for _, operation := range d.all {
		if good[operation] == 0 {
			idle = append(idle, operation)
		}
	}
	if len(idle) > len(d.all)/4 && many >= 5000 {
		t.Errorf("of %d operations, none of the requests of these was one that it does: %s", len(d.all), strings.Join(idle, ", "))
	}
}
