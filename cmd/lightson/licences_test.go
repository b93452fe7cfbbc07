package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var updateLicences = flag.Bool("update-licences", false, "write licences.txt")

// licenceFile is what files are called that say how a module may be used.
var licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents)([-._].*)?$`)

// alsoBuiltIn is what the program carries besides Go modules, with the file that has its licence.
var alsoBuiltIn = map[string]string{
	"lightson":           "../../LICENSE",
	"Inter (typeface)":   "../../static/inter-license.txt",
	"htmx (htmx.min.js)": "", // 0BSD asks for nothing
	"IANA time zones":    "", // in the public domain
}

// The licences are read from the modules themselves, of all packages that are built in.
func TestTheLicencesAreThoseOfWhatIsBuiltIn(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]string{} // what each text is the licence of
	add := func(of, file string) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n"))
		if !slices.Contains(texts[text], of) {
			texts[text] = append(texts[text], of)
		}
	}
	found := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			continue // of the standard library
		}
		module, root, dir := fields[0], fields[1], fields[2]
		for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if licenceFile.MatchString(e.Name()) && !e.IsDir() && !strings.HasSuffix(e.Name(), ".go") {
					found[module] = true
					add(module, filepath.Join(dir, e.Name()))
				}
			}
		}
		if !found[module] {
			found[module] = false
		}
	}
	for module, has := range found {
		if !has {
			t.Errorf("%s has no licence", module)
		}
	}
	goRoot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	add("Go", filepath.Join(strings.TrimSpace(string(goRoot)), "LICENSE"))
	var free []string
	for what, file := range alsoBuiltIn {
		if file == "" {
			free = append(free, what)
			continue
		}
		add(what, file)
	}
	slices.Sort(free)
	var b strings.Builder
	fmt.Fprintf(&b, "What lightson carries, and under which licences.\n\nWithout conditions: %s.\n", strings.Join(free, ", "))
	for _, text := range slices.SortedFunc(maps.Keys(texts), func(x, y string) int {
		slices.Sort(texts[x])
		slices.Sort(texts[y])
		return cmp.Or(cmp.Compare(texts[x][0], texts[y][0]), cmp.Compare(x, y))
	}) {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(texts[text], "\n"), text)
	}
	if *updateLicences {
		if err := os.WriteFile("licences.txt", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != licences {
		t.Error("licences.txt is not that of go.mod: run make licences")
	}
}

func TestAnArchiveOfTheSourcesKnowsItsCommit(t *testing.T) {
	for commit, want := range map[string]string{
		"$Format:%H$\n": "development", "": "development", "0123456789abcdef0123456789abcdef01234567\n": "0123456789ab",
	} {
		if got := archivedVersion(commit); got != want {
			t.Errorf("%q is version %s, want %s", commit, got, want)
		}
	}
	attributes := read(t, ".gitattributes")
	if !strings.Contains(attributes, "commit.txt export-subst") || !strings.Contains(archived, "$Format:%H$") && archivedVersion(archived) == "development" {
		t.Errorf("git archive does not write the commit: %q, %q", attributes, archived)
	}
}
