package static

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestHTMXIsServedWithoutWhatNoPageUses(t *testing.T) {
	cut := string(withoutOmissions(read("htmx.min.js"), htmxOmissions))
	for _, o := range htmxOmissions {
		body := ""
		if o.returns != "" {
			body = "return " + o.returns
		}
		if !regexp.MustCompile(`function ` + regexp.QuoteMeta(o.function) + `\([^()]*\)\{` + regexp.QuoteMeta(body) + `\}`).MatchString(cut) {
			t.Errorf("function %s still does something", o.function)
		}
	}
	for _, gone := range []string{"template[hx]", "encodeParameters:function", "insertAdjacentHTML", "new Proxy", "eval(", "new Function(", "historyCacheMiss"} {
		if strings.Contains(cut, gone) || !strings.Contains(string(read("htmx.min.js")), gone) {
			t.Errorf("%s is still there, or never was", gone)
		}
	}
	if before, after := len(read("htmx.min.js")), len(cut); after > before*4/5+500 {
		t.Errorf("%d of %d bytes are left", after, before)
	}
}

// Whoever needs one of them takes it out of htmxOmissions.
func TestNoPageNeedsWhatHTMXIsServedWithout(t *testing.T) {
	var sources []string
	for _, pattern := range []string{"../views/*.templ", "../views/*.go", "../web/*.go", "*.js"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		sources = append(sources, found...)
	}
	var all strings.Builder
	for _, file := range sources {
		if file == "htmx.min.js" || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	for _, o := range htmxOmissions {
		if o.words == "" {
			continue
		}
		if found := regexp.MustCompile(o.words).FindString(all.String()); found != "" {
			t.Errorf("a page says %s, and htmx is served without the function for it", found)
		}
	}
	for _, needed := range []string{
		`"historyCacheSize":0`, `"refreshOnHistoryMiss":true`, `"includeIndicatorStyles":false`, `"allowEval":false`, "detail.formData", "hx-select",
	} {
		if !strings.Contains(all.String(), needed) {
			t.Errorf("%s is not said, so that htmx needs more than it is served with", needed)
		}
	}
}

func TestABodyEndsWhereItsBlockEnds(t *testing.T) {
	const code = "function a(b){if(b){c('}')}return `}${b}`+\"\\\"}\"}function b(c){return{d:c}}a(1)"
	if got, want := string(withoutOmissions([]byte(code), []omission{{function: "a", returns: "b"}})), "function a(b){return b}function b(c){return{d:c}}a(1)"; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
	if got, want := string(withoutOmissions([]byte(code), []omission{{function: "b"}})), strings.Replace(code, "return{d:c}", "", 1); got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
	for _, broken := range []string{"function b(c){}", "function a(b){", "function a(b){}function a(c){}"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("nothing is said of %s", broken)
				}
			}()
			withoutOmissions([]byte(broken), []omission{{function: "a"}})
		}()
	}
}
