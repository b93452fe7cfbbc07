package views

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightson/models/words"
)

func TestScriptsSayWhatTheServerSendsThem(t *testing.T) {
	var said []string
	for _, name := range []string{"app.js", "passkeys.js"} {
		code, err := os.ReadFile("../static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`say\((?s:.*?)\)|Error: "[^"]*"`).FindAllString(string(code), -1) {
			for _, literal := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(call, -1) {
				said = append(said, literal[1])
			}
		}
	}
	sent := textsOfScripts(words.With(context.Background(), words.In(words.German)))
	for _, text := range said {
		if sent[text] == "" {
			t.Errorf("a script says %q, which is not in scriptTexts", text)
		}
	}
	for text, german := range sent {
		if !slices.Contains(said, text) {
			t.Errorf("no script says %q", text)
		}
		if strings.Contains(german, "|") || strings.Count(german, "{") != strings.Count(text, "{") {
			t.Errorf("%q is %q", text, german)
		}
	}
	if texts := textsOfScripts(context.Background()); texts != nil {
		t.Errorf("pages in English send %v", texts)
	}
}
