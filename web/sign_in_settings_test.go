package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"lightson/web"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	settings := web.Settings{SignIn: web.SignIn{OIDC: web.OIDC{ClientID: "lightson", ClientSecret: "geheim"}}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&out, verb, settings)
		fmt.Fprintf(&out, verb, &settings.SignIn.OIDC.ClientSecret)
	}
	if err := json.NewEncoder(&out).Encode(settings.SignIn); err != nil {
		t.Fatal(err)
	}
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		log.Info("settings", "secret", settings.SignIn.OIDC.ClientSecret, "all", settings)
	}
	if !strings.Contains(out.String(), "lightson") || strings.Contains(out.String(), "geheim") || settings.SignIn.OIDC.ClientSecret.Reveal() != "geheim" {
		t.Errorf("printed %s", &out)
	}
}
