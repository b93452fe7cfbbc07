package web_test

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe looks for what keeps people out: version 4.14.1 as it is on npm, under the
// licence beside it. A file, so that no test needs the network.
//
//go:embed testdata/axe.min.js
var axe string

// findings are what axe says of a page.
type findings struct {
	Passed     int // rules that hold where they apply
	Violations []violation
}

// violation is what axe tells of a rule that is broken.
type violation struct {
	ID, Help string
	Nodes    []struct{ HTML, FailureSummary string }
}

// The rules of WCAG 2.2, levels A and AA.
const runAxe = `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
	.then((r) => ({Passed: r.passes.length, Violations: r.violations.map((v) => ({ID: v.id, Help: v.help,
		Nodes: v.nodes.slice(0, 3).map((n) => ({HTML: n.html, FailureSummary: n.failureSummary}))}))}))`

// axe reports what keeps people out of a page as it is now.
func (v *tab) axe(t *testing.T, name string) {
	t.Helper()
	v.do("load axe", chromedp.Evaluate[chromedp.Void](`window.axe || `+axe+`;undefined`))
	found := ask[findings](v, runAxe)
	if found.Passed < 10 {
		t.Errorf("%s: only %d rules were looked at", name, found.Passed)
	}
	for _, found := range found.Violations {
		var where []string
		for _, n := range found.Nodes {
			where = append(where, fmt.Sprintf("%.200s\n\t%s", n.HTML, n.FailureSummary))
		}
		t.Errorf("%s: %s (%s)\n%s", name, found.Help, found.ID, strings.Join(where, "\n"))
	}
}

func testAxe(t *testing.T, chromium context.Context) {
	eachPlace(t, chromium, func(v *tab, p place) {
		for _, width := range []int64{1280, 320} {
			v.width(width)
			for _, scheme := range []string{"light", "dark"} {
				if strings.HasPrefix(p.path, "/gallery/") && (scheme == "dark") != (width == 320) {
					continue // colours do not depend on the width, nor does the layout on colours
				}
				v.scheme(scheme)
				v.axe(t, fmt.Sprintf("%s, %d wide, %s", p.name, width, scheme))
			}
		}
		v.width(1280)
	})
}
