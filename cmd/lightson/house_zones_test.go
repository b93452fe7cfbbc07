package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// What the machine has for time zones must not decide about figures: all zones come
// from models/zones.
func TestNobodyAsksTheMachineForTimeZones(t *testing.T) {
	files := 0
	for file, text := range sources(t, ".go") {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		files++
		for _, imported := range parsed.Imports {
			if imported.Path.Value == `"time/tzdata"` {
				t.Errorf("%s imports time/tzdata, which is asked after the machine's zones", file)
			}
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			selector, is := node.(*ast.SelectorExpr)
			if !is {
				return true
			}
			of, named := selector.X.(*ast.Ident)
			ofTime := named && of.Name == "time"
			if ofTime && (selector.Sel.Name == "LoadLocation" || selector.Sel.Name == "Local") {
				t.Errorf("%s: time.%s asks the machine: use models/zones", set.Position(node.Pos()), selector.Sel.Name)
			}
			return true
		})
		if strings.Contains(string(text), ".Local()") && file != "cmd/lightson/house_zones_test.go" {
			t.Errorf("%s converts a time to the zone of the machine", file)
		}
	}
	if files < 100 {
		t.Errorf("looked at %d files", files)
	}
}
