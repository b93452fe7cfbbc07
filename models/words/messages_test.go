package words_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/tools/go/packages"

	"lightson/models/words"
)

var (
	update = flag.Bool("update", false, "bring the files of messages in order: add what is new without a translation, and take out what is gone")
	area   = flag.String("area", "new", "the file to which new messages go")
)

const module = "lightson/models/words"

// A said is a message that the program says, and where.
type said struct {
	one string // of a plural
	at  token.Position
}

// load reads packages of the program with their types.
func load(t *testing.T, patterns ...string) []*packages.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedFiles,
		Dir:  "../..",
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
	}
	return loaded
}

// everythingSaid finds all constants of type Text in the program.
func everythingSaid(t *testing.T) map[string]said {
	t.Helper()
	loaded := load(t, "./models/...", "./views", "./web", "./jobs/...", "./cmd/lightson")
	all := map[string]said{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool { return gather(t, p, n, all) })
		}
	}
	return all
}

// gather adds what is said at a node, and reports whether to look into it.
func gather(t *testing.T, p *packages.Package, node ast.Node, all map[string]said) bool {
	at := func() token.Position { return p.Fset.Position(node.Pos()) }
	expression, is := node.(ast.Expr)
	if !is {
		return true
	}
	known := p.TypesInfo.Types[expression]
	if literal, is := expression.(*ast.CompositeLit); is && named(known.Type, "Plural") {
		one, other := forms(p, literal)
		add(t, all, other, said{one, at()})
		return false
	}
	if call, is := expression.(*ast.CallExpr); is && len(call.Args) == 1 && p.PkgPath != module {
		if to := p.TypesInfo.Types[call.Fun]; to.IsType() && named(to.Type, "Text") && p.TypesInfo.Types[call.Args[0]].Value == nil {
			t.Errorf("%s: a string that is not constant is made a text; nobody could translate it", at())
		}
	}
	if known.Value != nil && known.Value.Kind() == constant.String && named(known.Type, "Stored") && constant.StringVal(known.Value) != "" {
		t.Errorf("%s: a string is stored as it is; nobody could translate it", at())
	}
	if known.Value == nil || known.Value.Kind() != constant.String || !named(known.Type, "Text") {
		return true
	}
	if id := constant.StringVal(known.Value); id != "" {
		add(t, all, id, said{at: at()})
	}
	return false
}

// forms are the two texts of a plural.
func forms(p *packages.Package, literal *ast.CompositeLit) (one, other string) {
	for n, element := range literal.Elts {
		first := n == 0
		if pair, is := element.(*ast.KeyValueExpr); is {
			first, element = pair.Key.(*ast.Ident).Name == "One", pair.Value
		}
		if value := p.TypesInfo.Types[element].Value; value != nil && first {
			one = constant.StringVal(value)
		} else if value != nil {
			other = constant.StringVal(value)
		}
	}
	return one, other
}

func add(t *testing.T, all map[string]said, id string, s said) {
	if id == "" {
		return
	}
	if before, known := all[id]; known && before.one != s.one {
		t.Errorf("%s: %q is a message with one form here, and another at %s", s.at, id, before.at)
	}
	all[id] = s
}

func named(of types.Type, name string) bool {
	n, is := of.(*types.Named)
	return is && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == module
}

// A translated message, and the file where it is.
type translated struct {
	*i18n.Message
	file string
}

// everythingTranslated reads the files of a language.
func everythingTranslated(t *testing.T, l words.Language) map[string]translated {
	t.Helper()
	files, err := filepath.Glob("messages/*." + string(l) + ".toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no messages in %s: %v", l, err)
	}
	all := map[string]translated{}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := i18n.ParseMessageFileBytes(data, path, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, m := range file.Messages {
			if before, twice := all[m.ID]; twice {
				if !*update {
					t.Errorf("%q is translated in %s and in %s", m.ID, before.file, path)
				}
				continue
			}
			all[m.ID] = translated{m, path}
		}
	}
	return all
}

func TestWhateverIsSaidIsTranslatedAndNothingElse(t *testing.T) {
	all := everythingSaid(t)
	if len(all) < len(words.Languages) {
		t.Fatalf("%d messages were found in the program", len(all))
	}
	for _, l := range []words.Language{words.Spanish, words.German} {
		known := everythingTranslated(t, l)
		if *update {
			write(t, l, all, known)
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(all)) {
			if m, is := known[id]; !is || m.Other == "" {
				t.Errorf("%s: not in %s: %q", all[id].at, l, id)
			} else {
				compare(t, l, id, all[id], m)
			}
		}
		for _, id := range slices.Sorted(maps.Keys(known)) {
			if _, is := all[id]; !is {
				t.Errorf("%s: nothing says %q", known[id].file, id)
			}
		}
	}
}

var places = regexp.MustCompile(`\{[a-z_]*\}`)

// compare looks whether a translation has the values of the English, each as often. That of
// one thing need not have its number.
func compare(t *testing.T, l words.Language, id string, s said, m translated) {
	t.Helper()
	in := func(text string) []string { return slices.Sorted(slices.Values(places.FindAllString(text, -1))) }
	if want := in(id); !slices.Equal(in(m.Other), want) {
		t.Errorf("%s: %q has the values %v, want %v: %q", m.file, id, in(m.Other), want, m.Other)
	}
	if (s.one != "") != (m.One != "") {
		t.Errorf("%s: %q: the form for one is %q in English and %q in %s", m.file, id, s.one, m.One, l)
	}
	number := func(text string) bool { return text == "{n}" }
	if want := slices.DeleteFunc(in(s.one), number); !slices.Equal(slices.DeleteFunc(in(m.One), number), want) {
		t.Errorf("%s: %q has the values %v for one, want %v: %q", m.file, id, in(m.One), want, m.One)
	}
	if brackets := func(text string) int { return strings.Count(text, "[") }; brackets(m.Other) != brackets(id) {
		t.Errorf("%s: %q has another number of links: %q", m.file, id, m.Other)
	}
}

// write brings the files of a language in order.
func write(t *testing.T, l words.Language, all map[string]said, known map[string]translated) {
	t.Helper()
	files := map[string]*bytes.Buffer{}
	for _, m := range known {
		files[m.file] = &bytes.Buffer{}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		m, is := known[id]
		if !is {
			m = translated{&i18n.Message{}, fmt.Sprintf("messages/%s.%s.toml", *area, l)}
		}
		if files[m.file] == nil {
			files[m.file] = &bytes.Buffer{}
		}
		if all[id].one == "" {
			fmt.Fprintf(files[m.file], "%s = %s\n", quoted(id), quoted(m.Other))
			continue
		}
		fmt.Fprintf(files[m.file], "%s = { one = %s, other = %s }\n", quoted(id), quoted(m.One), quoted(m.Other))
	}
	for path, content := range files {
		err := os.WriteFile(path, content.Bytes(), 0o644)
		if content.Len() == 0 {
			err = os.Remove(path)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// quoted is a basic string of TOML, which writes as Go does what we need to write.
func quoted(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strconv.Quote(text), `\u00a0`, "\u00a0"), `\u202f`, "\u202f")
}
