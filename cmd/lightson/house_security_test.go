package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page on security names the tests that hold what it says.
func TestTheTestsThatThePageOnSecurityNamesExist(t *testing.T) {
	page := read(t, filepath.Join(root, ".github", "SECURITY.md"))
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(page, -1)
	if len(named) < 50 {
		t.Fatalf("the page names %d tests, expected at least 50", len(named))
	}
	var all strings.Builder
	for file, text := range sources(t, ".go") {
		if strings.HasSuffix(file, "_test.go") {
			all.Write(text)
		}
	}
	for _, name := range named {
		if !strings.Contains(all.String(), "\nfunc "+name[1]+"(t *testing.T)") {
			t.Errorf("there is no test %s", name[1])
		}
	}
}
