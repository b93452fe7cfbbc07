package uptime_test

import (
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

func TestTheReadmeSaysWhatItsExampleComputes(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.Join(strings.Fields(string(text)), " ")
	file, err := parser.ParseFile(token.NewFileSet(), "example_test.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	examples := doc.Examples(file)
	if len(examples) != 1 {
		t.Fatalf("%d examples, want 1", len(examples))
	}
	lines := strings.Split(strings.TrimSpace(examples[0].Output), "\n")
	if len(lines) != 5 {
		t.Errorf("%d lines of output, want 5", len(lines))
	}
	for _, line := range lines {
		if !strings.Contains(readme, line) {
			t.Errorf("README.md does not say %q", line)
		}
	}
}
