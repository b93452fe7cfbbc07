package main

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// Package models opens some names to the packages below it and to nobody else: a
// handler or a job that used them would write past the rules that imports and
// figures keep. Each says so by this sentence in its comment.
const forModelsOnly = "For packages of models only."

func TestWhatModelsOpensToItsOwnPackagesIsUsedByThemAlone(t *testing.T) {
	loaded := loadPackages(t)
	marked := namesMarked(loaded["lightson/models"])
	users := usersOf(loaded, loaded["lightson/models"].Types)
	for name, by := range users {
		var inside, outside []string
		for user := range by {
			if strings.HasPrefix(user, "lightson/models/") {
				inside = append(inside, user)
			} else {
				outside = append(outside, user)
			}
		}
		kind, _, _ := strings.Cut(name, ".") // of a method: its type speaks for it too
		opened := marked[name] || marked[kind]
		switch {
		case opened && len(outside) > 0:
			t.Errorf("models.%s is for packages of models only; %v use it", name, outside)
		case !opened && len(outside) == 0 && len(inside) > 0:
			t.Errorf("models.%s is used by %v and by nobody else: say %q in its comment", name, inside, forModelsOnly)
		}
	}
	for name := range marked {
		if users[name] == nil {
			t.Errorf("models.%s is open to packages of models, and none uses it", name)
		}
	}
}

func loadPackages(t *testing.T) map[string]*packages.Package {
	t.Helper()
	list, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo, Dir: root,
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	loaded := map[string]*packages.Package{}
	for _, p := range list {
		if len(p.Errors) > 0 {
			t.Fatalf("%s: %v", p.PkgPath, p.Errors)
		}
		loaded[p.PkgPath] = p
	}
	if loaded["lightson/models"] == nil {
		t.Fatalf("package models is not among %d packages", len(loaded))
	}
	return loaded
}

// namesMarked are the exported functions, methods and types whose comments have
// the sentence.
func namesMarked(p *packages.Package) map[string]bool {
	marked := map[string]bool{}
	mark := func(doc *ast.CommentGroup, name string) {
		if strings.Contains(strings.Join(strings.Fields(doc.Text()), " "), forModelsOnly) {
			marked[name] = true
		}
	}
	for _, file := range p.Syntax {
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				mark(d.Doc, nameOf(p.TypesInfo.Defs[d.Name]))
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						mark(d.Doc, s.Name.Name)
						mark(s.Doc, s.Name.Name)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							mark(d.Doc, name.Name)
							mark(s.Doc, name.Name)
						}
					}
				}
			}
		}
	}
	return marked
}

// usersOf are the packages that use each exported name of a package, by name.
func usersOf(loaded map[string]*packages.Package, of *types.Package) map[string]map[string]bool {
	users := map[string]map[string]bool{}
	for path, p := range loaded {
		if p.Types == of || path == "lightson/models/modelstest" {
			continue
		}
		for _, object := range p.TypesInfo.Uses {
			if object.Pkg() != of || !object.Exported() {
				continue
			}
			name := nameOf(object)
			if name == "" {
				continue
			}
			if users[name] == nil {
				users[name] = map[string]bool{}
			}
			users[name][path] = true
		}
	}
	return users
}

// nameOf is "Open", or "DB.View" for a method; fields and variables of functions
// have none.
func nameOf(object types.Object) string {
	function, is := object.(*types.Func)
	if !is {
		if object.Parent() != object.Pkg().Scope() {
			return ""
		}
		return object.Name()
	}
	receiver := function.Signature().Recv()
	if receiver == nil {
		return function.Name()
	}
	of := receiver.Type()
	if pointer, is := of.(*types.Pointer); is {
		of = pointer.Elem()
	}
	named, is := of.(*types.Named)
	if !is || !named.Obj().Exported() {
		return ""
	}
	return named.Obj().Name() + "." + function.Name()
}
