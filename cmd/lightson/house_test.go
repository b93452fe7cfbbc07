package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house that no compiler checks: who may import whom, what lies
// at the top, and that generated and formatted files are as their tools leave
// them.

const root = "../.."

// mayImport are the packages of ours that each package may import. cmd, which
// wires everything, may import all of them.
var mayImport = map[string][]string{
	"web": {
		"models", "models/uptime", "models/names", "models/feed", "models/unpack", "models/imports", "models/schedules", "models/zones", "models/figures", "models/history", "models/reports", "models/demo", "models/columnar",
		"models/access", "models/reach", "models/entered", "models/holidays", "models/deliveries", "models/alerts", "models/causes", "models/recurring", "models/digests", "models/scheduled", "models/idempotency", "models/spoken", "models/words", "views", "static", "models/logs",
	},
	"jobs":               {"models", "models/materialized", "models/schedules", "models/uptime", "models/feed", "models/unpack", "models/imports", "models/figures", "models/reports", "models/reach", "models/access", "models/entered", "models/deliveries", "models/alerts", "models/recurring", "models/digests", "models/scheduled", "models/idempotency", "models/words", "jobs/fetch", "jobs/notify", "models/logs"},
	"jobs/fetch":         {"models/words"},
	"jobs/notify":        {"models/deliveries", "models/uptime", "models/words", "jobs/fetch"},
	"views":              {"models/words", "static"},
	"static":             {},
	"models":             {"models/words", "models/uptime", "models/feed", "models/names", "models/polls", "models/zones", "models/reach", "models/statements", "models/months", "models/schedules"},
	"models/uptime":      {},
	"models/schedules":   {"models/uptime"},
	"models/names":       {"models/feed"},
	"models/zones":       {},
	"models/reach":       {},
	"models/access":      {"models", "models/words", "models/entered", "models/uptime", "models/names", "models/feed", "models/reach", "models/imports", "models/figures", "models/history", "models/reports", "models/deliveries", "models/alerts", "models/recurring", "models/digests", "models/scheduled", "models/columnar"},
	"models/deliveries":  {"models", "models/entered", "models/uptime", "models/names", "models/words"},
	"models/causes":      {"models/uptime", "models/words"},
	"models/alerts":      {"models", "models/deliveries", "models/causes", "models/entered", "models/figures", "models/uptime", "models/names", "models/reach", "models/zones", "models/spoken", "models/words"},
	"models/recurring":   {"models/uptime", "models/zones", "models/words"},
	"models/digests":     {"models", "models/zones", "models/deliveries", "models/recurring", "models/entered", "models/figures", "models/uptime", "models/names", "models/reach", "models/spoken", "models/words"},
	"models/scheduled":   {"models", "models/deliveries", "models/recurring", "models/entered", "models/uptime", "models/names", "models/reach", "models/feed", "models/zones", "models/spoken", "models/words"},
	"models/idempotency": {"models", "models/uptime"},
	"models/entered":     {"models", "models/uptime", "models/names", "models/feed", "models/words"},
	"models/feed":        {"models/zones", "models/words"},
	"models/holidays":    {"models/uptime", "models/words"},
	"models/polls":       {"models/uptime"},
	"models/unpack":      {"models/feed", "models/words"},
	"models/imports":     {"models", "models/entered", "models/schedules", "models/uptime", "models/zones", "models/feed", "models/polls", "models/unpack", "models/reach", "models/words"},
	"models/figures":     {"models", "models/entered", "models/uptime", "models/names", "models/feed", "models/polls", "models/zones", "models/reach", "models/words"},
	"models/reports":     {"models", "models/entered", "models/uptime", "models/feed", "models/names", "models/zones", "models/figures", "models/words"},
	"models/history":     {"models", "models/figures", "models/polls", "models/uptime"},
	"models/export":      {"models", "models/entered", "models/feed", "models/polls", "models/uptime"},
	"models/backup":      {"models", "models/entered", "models/polls"},
	"models/demo":        {},
	"models/spoken":      {"models/uptime", "models/words"},
	"models/words":       {"models/zones"},
	"models/modelstest":  {"models", "models/entered", "models/uptime", "models/zones", "models/demo", "models/imports", "models/figures", "models/reports", "models/reach", "models/access"},
	"models/columnar":    {"models", "models/feed", "models/figures", "models/polls", "models/reach", "models/reports", "models/uptime"},
	"models/transfer":    {"models", "models/months"},
	"models/months":      {},
	"models/logs":        {},
	"models/statements":  {},
	"models/vitals":      {"models", "models/deliveries", "models/uptime"},

	"models/materialized": {"models", "models/figures", "models/polls", "models/reports", "models/uptime"},
}

// pure packages know the standard library only.
var pure = []string{"models/uptime", "models/feed", "models/polls", "models/zones", "models/reach", "models/demo", "models/logs"}

// onlyIn says where a library may be known, so that replacing it is work in one
// folder. Tests may know more.
var onlyIn = map[string][]string{
	"github.com/labstack/":       {"web"},
	"gorm.io/":                   {"models", "models/entered", "models/imports", "models/access", "models/deliveries", "models/alerts", "models/digests", "models/scheduled", "models/idempotency"},
	"modernc.org/sqlite":         {"models", "models/backup"},
	"github.com/gofrs/flock":     {"models"},
	"github.com/pressly/goose":   {"models"},
	"github.com/jackc/pgx":       {"models", "models/modelstest", "models/transfer", "jobs", "models/statements", "models/months"},
	"github.com/riverqueue/":     {"jobs"},
	"github.com/go-co-op/gocron": {"jobs"},
	"code.dny.dev/ssrf":          {"jobs/fetch"},
	"github.com/a-h/templ":       {"views", "web"},
	"github.com/alecthomas/kong": {"cmd/lightson"},
	"github.com/boombuler/":      {"views"},

	"github.com/alexedwards/argon2id": {"models/access"},
	"github.com/alexedwards/scs":      {"web"},
	"github.com/coreos/go-oidc":       {"web"},
	"golang.org/x/oauth2":             {"web"},
	"golang.org/x/crypto/argon2":      {"models/access"},
	"github.com/pquerna/otp":          {"models/access"},
	"github.com/go-webauthn/webauthn": {"web"},
	"golang.org/x/term":               {"cmd/lightson"},

	"github.com/wneessen/go-mail":   {"jobs/notify"},
	"github.com/standard-webhooks/": {"jobs/notify"},
	"github.com/emersion/":          {},
	"github.com/robfig/cron":        {},

	"github.com/arran4/golang-ical":          {"web"},
	"github.com/nicksnyder/go-i18n":          {"models/words"},
	"github.com/BurntSushi/toml":             {"models/words"},
	"github.com/xuri/excelize":               {"models/reports"},
	"github.com/modelcontextprotocol/go-sdk": {"web"},
	"go.yaml.in/yaml":                        {"web", "static"},
	"github.com/rickar/cal":                  {"models/holidays"},
	"github.com/parquet-go/":                 {"models/columnar"},

	"github.com/prometheus/": {"cmd/watch"},
	"go.opentelemetry.io/":   {"cmd/watch"},

	"github.com/chromedp/":           {},
	"github.com/PuerkitoBio/goquery": {},
	"github.com/getkin/kin-openapi":  {},
	"github.com/google/go-cmp":       {"models/modelstest"},
	"pgregory.net/rapid":             {"models/modelstest"},
	"lightson/models/modelstest":     {},
	"net/http/httptest":              {},
	"testing":                        {"models/modelstest"},
}

// topLevel is what the house has at its top. Tools add their own dot files.
var topLevel = []string{
	"cmd", "web", "views", "static", "models", "jobs",
	"go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "Dockerfile", "compose.yaml",
}

// A listedPackage leaves out what only tests import: they may bring anything
// together.
type listedPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) map[string]listedPackage {
	t.Helper()
	// -e: it is for the compiler to say what does not compile.
	list := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal("go list:", err)
	}
	packages := map[string]listedPackage{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal("go list:", err)
		}
		packages[strings.TrimPrefix(p.ImportPath, "lightson/")] = p
	}
}

func TestNobodyImportsWhatItMustNotKnow(t *testing.T) {
	packages := listPackages(t)
	if len(packages) < len(mayImport) {
		t.Fatalf("go list found %d packages, expected at least %d", len(packages), len(mayImport))
	}
	for name, p := range packages {
		if strings.HasPrefix(name, "cmd/") {
			continue
		}
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("%s is a new package: say in mayImport what it may know", name)
		}
		for _, imported := range p.Imports {
			own, ours := strings.CutPrefix(imported, "lightson/")
			if ours && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s; it may import %v of ours", name, own, allowed)
			}
			if slices.Contains(pure, name) && strings.Contains(imported, ".") {
				t.Errorf("%s imports %s; it may import the standard library only", name, imported)
			}
		}
	}
}

func TestEachLibraryIsKnownInItsPlaceOnly(t *testing.T) {
	for name, p := range listPackages(t) {
		for _, imported := range p.Imports {
			for library, places := range onlyIn {
				if (imported == library || strings.HasPrefix(imported, strings.TrimSuffix(library, "/")+"/")) && !slices.Contains(places, name) {
					t.Errorf("%s imports %s; expected that in %v only", name, imported, places)
				}
			}
		}
	}
}

// Packages that the Makefile keeps from the race detector have nothing for it.
func TestWhatIsTestedWithoutRaceDetectorStartsNoGoroutine(t *testing.T) {
	_, names, found := strings.Cut(read(t, filepath.Join(root, "Makefile")), "\nPURE := $(addprefix lightson/,")
	names, _, closed := strings.Cut(names, ")\n")
	if !found || !closed {
		t.Fatal("the Makefile has no PURE, or another than this test can read")
	}
	packages, files := listPackages(t), sources(t, ".go")
	for name := range strings.FieldsSeq(names) {
		if _, known := packages[name]; !known {
			t.Errorf("%s of PURE is no package of ours", name)
		}
		for file, text := range files {
			if path.Dir(file) != name {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(node ast.Node) bool {
				if startsGoroutine(node) {
					t.Errorf("%s starts a goroutine: take %s out of PURE in the Makefile", file, name)
				}
				return true
			})
		}
	}
}

// startsGoroutine reports whether a piece of Go is a go statement or a call of
// what has one in it: the Go of wait groups and errgroups, a test's Parallel.
func startsGoroutine(node ast.Node) bool {
	if _, is := node.(*ast.GoStmt); is {
		return true
	}
	if call, is := node.(*ast.CallExpr); is {
		method, is := call.Fun.(*ast.SelectorExpr)
		return is && (method.Sel.Name == "Go" || method.Sel.Name == "Parallel")
	}
	return false
}

// mostFiles is how many source files a package of models may have. One with more
// holds more than one organ.
const mostFiles = 40

func TestNoPackageOfModelsHoldsTwoOrgans(t *testing.T) {
	files := map[string]int{}
	for file := range sources(t, ".go") {
		if strings.HasPrefix(file, "models/") && !strings.HasSuffix(file, "_test.go") {
			files[path.Dir(file)]++
		}
	}
	if len(files) < 10 {
		t.Fatalf("found %d packages of models, expected at least 10", len(files))
	}
	for name, count := range files {
		if count > mostFiles {
			t.Errorf("%s has %d source files, expected at most %d", name, count, mostFiles)
		}
	}
}

func TestTheTopOfTheHouseIsTidy(t *testing.T) {
	git := exec.Command("git", "ls-files")
	git.Dir = root
	out, err := git.Output()
	files := strings.Fields(string(out))
	if err != nil || len(files) == 0 {
		t.Log("not in a checkout, so what lies around may be anybody's: looking at our packages only")
		for name := range listPackages(t) {
			files = append(files, name)
		}
	}
	for _, file := range files {
		top, _, _ := strings.Cut(file, "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(topLevel, top) {
			t.Errorf("%s: expected nothing at the top but %v", file, topLevel)
		}
	}
}

func TestGoFilesAreFormatted(t *testing.T) {
	for file, text := range sources(t, ".go") {
		formatted, err := format.Source(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		} else if !bytes.Equal(formatted, text) {
			t.Errorf("%s is not formatted: make fmt", file)
		}
	}
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	templates := sources(t, ".templ")
	if len(templates) == 0 {
		t.Fatal("no .templ files found")
	}
	generated := copyOf(t, templates)
	templ(t, "generate", "-path", generated)
	for file := range templates {
		goFile := strings.TrimSuffix(file, ".templ") + "_templ.go"
		want, err := os.ReadFile(filepath.Join(generated, goFile))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(root, goFile))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is out of date: make generate (%v)", goFile, err)
		}
	}
	for file := range sources(t, "_templ.go") {
		if _, made := templates[strings.TrimSuffix(file, "_templ.go")+".templ"]; !made {
			t.Errorf("%s is left of a template that is gone", file)
		}
	}
}

func TestTemplatesAreFormatted(t *testing.T) {
	templates := sources(t, ".templ")
	formatted := copyOf(t, templates)
	templ(t, "fmt", "-prettier-command", "", formatted)
	for file, text := range templates {
		want, err := os.ReadFile(filepath.Join(formatted, file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, want) {
			t.Errorf("%s is not formatted: make fmt", file)
		}
	}
}

// sources are our files whose names end so, by path from the root.
func sources(t *testing.T, ending string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	house := os.DirFS(root)
	for _, top := range topLevel {
		err := fs.WalkDir(house, top, func(file string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && file == top {
				return nil
			}
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ending) {
				return err
			}
			found[file], err = fs.ReadFile(house, file)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// copyOf writes files into a folder of their own.
func copyOf(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for file, text := range files {
		if err := os.MkdirAll(filepath.Join(dir, path.Dir(file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func templ(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command("go", append([]string{"tool", "templ"}, args...)...)
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("templ %s: %v\n%s", args[0], err, out)
	}
}
