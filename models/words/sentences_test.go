package words_test

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestWhatPagesShowIsSaid finds sentences and words on pages that are plain strings, and so
// would be English in every language.
func TestWhatPagesShowIsSaid(t *testing.T) {
	loaded := load(t, "./views", "./web")
	plain := map[string][]string{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			at := p.Fset.Position(file.Pos())
			name := filepath.Base(filepath.Dir(at.Filename)) + "/" + filepath.Base(at.Filename)
			if strings.HasPrefix(name, "web/api_") || strings.HasPrefix(name, "views/gallery") || name == "views/vocabulary.go" {
				continue // scripts are answered in English, samples are names and figures, and the list of words is for ourselves
			}
			ast.Inspect(file, func(n ast.Node) bool { return gatherPlain(p, n, name, plain) })
		}
	}
	maps.DeleteFunc(plain, func(_ string, shown []string) bool { return len(shown) == 0 })
	for _, name := range slices.Sorted(maps.Keys(plain)) {
		t.Errorf("%s shows what is not said in the language of the reader: %q", name, plain[name])
	}
}

// gatherPlain adds the plain strings at a node that look like words for people.
func gatherPlain(p *packages.Package, node ast.Node, name string, plain map[string][]string) bool {
	if call, is := node.(*ast.CallExpr); is && isForMachines(call) {
		if layout := englishLayout(p, call); layout != "" {
			plain[name] = append(plain[name], layout)
		}
		return false
	}
	if function, is := node.(*ast.FuncDecl); is && function.Recv != nil && slices.Contains(forMachines, function.Name.Name) {
		return false
	}
	if made, is := node.(*ast.AssignStmt); is && slices.ContainsFunc(made.Lhs, isAuditDetail) {
		return false
	}
	if x, is := node.(ast.Expr); is && isTyped(p.TypesInfo.Types[x]) {
		known := p.TypesInfo.Types[x]
		if _, is := x.(*ast.BasicLit); is && manyWords.MatchString(constant.StringVal(known.Value)) && !mayHaveSentences(p, known.Type) {
			plain[name] = append(plain[name], constant.StringVal(known.Value))
		}
		return false
	}
	if _, is := node.(*ast.ImportSpec); is {
		return false
	}
	if field, is := node.(*ast.Field); is && field.Tag != nil {
		return false
	}
	if call, is := node.(*ast.CallExpr); is && source(call.Fun) == "WriteString" {
		for _, argument := range call.Args {
			if value := p.TypesInfo.Types[argument].Value; value != nil && value.Kind() == constant.String {
				plain[name] = append(plain[name], inHTML(constant.StringVal(value))...)
			}
		}
		return false
	}
	if made, is := node.(*ast.CompositeLit); is && strings.HasSuffix(p.TypesInfo.TypeOf(made).String(), "templ.Error") {
		return false
	}
	literal, is := node.(*ast.BasicLit)
	if !is || literal.Kind != token.STRING {
		return true
	}
	value := p.TypesInfo.Types[literal].Value
	if value == nil || !isPlain(p.TypesInfo.Types[literal].Type) {
		return true
	}
	text := constant.StringVal(value)
	if isForPeople(text) {
		plain[name] = append(plain[name], text)
	}
	return true
}

// inHTML are the words that a piece of a page shows.
func inHTML(text string) (shown []string) {
	shown = slices.DeleteFunc(attributes.FindAllString(text, -1), func(attribute string) bool {
		_, value, _ := strings.Cut(attribute, "=")
		return names.MatchString(strings.Trim(value, `"`))
	})
	if !strings.ContainsAny(text, "<>") && strings.Contains(text, `="`) || attribute.MatchString(text) {
		return shown // inside of a tag
	}
	for _, part := range tags.Split(text, -1) {
		if part = strings.TrimSpace(part); letters.MatchString(part) && !names.MatchString(part) {
			shown = append(shown, part)
		}
	}
	return shown
}

// forMachines are methods whose words nobody reads on a page: the text of an error is for the
// log, since people are shown a problem, and a class is for the style sheet.
var forMachines = []string{"Error", "class"}

// isAuditDetail reports whether something is the detail of an entry of the audit log, which is
// kept in English for whoever reads it later.
func isAuditDetail(x ast.Expr) bool {
	selected, is := x.(*ast.SelectorExpr)
	return is && selected.Sel.Name == "detail"
}

// isTyped reports whether a value is a constant of a type of its own, be it a sum of plain ones.
func isTyped(known types.TypeAndValue) bool {
	return known.Value != nil && known.Value.Kind() == constant.String && !isPlain(known.Type)
}

// isForPeople reports whether a text looks like words for people.
func isForPeople(text string) bool { return manyWords.MatchString(text) || oneWord.MatchString(text) }

func TestWordsForPeopleAreToldFromThoseForMachines(t *testing.T) {
	for text, want := range map[string]bool{
		"Closed all day": true, "Not a store": true, "The store's hours": true, "Don't panic": true, "Last Monday": true, "Nothing – yet": true, "Up (so far)": true,
		"%d stores": true, "Closed": true, "Done!": true, "Loading…": true,
		"offline": false, "Lights On": false, "text/csv; charset=utf-8": false, "HX-Request, HX-Target": false, "%d min": false,
	} {
		if isForPeople(text) != want {
			t.Errorf("%q is taken for words for people: %t, want %t", text, !want, want)
		}
	}
}

// typesOfSentences are those whose constants may have many words though they are not for machines:
// what is translated, the names of browsers, and the parts of the names of files.
var typesOfSentences = []string{"Text", "product", "fileKind"}

// mayHaveSentences reports whether constants of a type may have many words. Types for machines are
// all in one file, which says what reads them.
func mayHaveSentences(p *packages.Package, of types.Type) bool {
	n, is := of.(*types.Named)
	return is && (slices.Contains(typesOfSentences, n.Obj().Name()) || filepath.Base(p.Fset.Position(n.Obj().Pos()).Filename) == "machine_text.go")
}

// englishLayout is the layout by which a call writes a time with the English name of its month,
// other than in a header.
func englishLayout(p *packages.Package, call *ast.CallExpr) string {
	if source(call.Fun) != "Format" || len(call.Args) != 1 {
		return ""
	}
	value := p.TypesInfo.Types[call.Args[0]].Value
	if value == nil || value.Kind() != constant.String || strings.HasSuffix(constant.StringVal(value), "GMT") || !strings.Contains(constant.StringVal(value), "Jan") {
		return ""
	}
	return constant.StringVal(value)
}

// isPlain reports whether a constant is of a type that nobody translates.
func isPlain(of types.Type) bool {
	basic, is := of.(*types.Basic)
	return is && basic.Info()&types.IsString != 0
}

// isForMachines reports whether what a call is given is for the log, for programmers, or for
// browsers.
func isForMachines(call *ast.CallExpr) bool {
	selected, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return source(call.Fun) == "panic" || source(call.Fun) == "contractProblem"
	}
	on, _ := selected.X.(*ast.Ident)
	switch selected.Sel.Name {
	case "ErrorContext", "WarnContext", "InfoContext", "Warn", "tell", "Errorf", "Format", "Parse", "FormValue", "QueryParam":
		return true
	case "New":
		return on != nil && on.Name == "errors"
	case "Set", "Add", "Get", "Values", "Del":
		return on != nil && (on.Name == "h" || on.Name == "header") || strings.HasSuffix(source(selected.X), "Header")
	}
	return false
}

// source is the name at the end of an expression.
func source(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.CallExpr:
		return source(x.Fun)
	}
	return ""
}

var (
	tags       = regexp.MustCompile(`<[^<>]*>?|^[^<>]*>`)
	letters    = regexp.MustCompile(`[A-Za-z]{2}`)
	attributes = regexp.MustCompile(`(label|description|valuetext|title|placeholder|alt|data-say[a-z-]*|data-said|data-job|hx-confirm|hx-prompt)="[^"{]*[A-Za-z]{2}[^"]*"`)
	// attribute matches one that has no value, which templ writes alone.
	attribute = regexp.MustCompile(`^ (open|checked|selected|required|readonly|disabled|hidden|multiple|autofocus|download|data-[a-z-]+)$`)
	// names are the same in every language.
	names = regexp.MustCompile(`^(Lights On|CSV|JSON|Excel|UTC|POST|API|OpenAPI|PostgreSQL|SQLite|curl|[a-z_]+\.csv|&[a-z]+;)$`)
	// manyWords matches two words side by side, or one beside the value of a format.
	manyWords = regexp.MustCompile(`[A-Za-z]{2,}(['’][a-z]{1,2})?[,:.!?…)]* ([–—] )?[(“]?([a-z]{2,}|a )|[A-Z][a-z]+[:.!?…)]* [A-Z][a-z]{2,}|%[dqsv] [a-z]{4,}`)
	oneWord   = regexp.MustCompile(`^[A-Z][a-z]{2,}[.!?…]*$`)
)
