package main

import (
	"strings"
	"testing"

	"lightson/models/modelstest"
)

func TestVacuumingWaitsForNoServerOnPostgreSQLAndIsRefusedOnSQLite(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir)
		csv := s.csv(s.trigger(""))
		text, err := command(t, append([]string{"vacuum"}, on(url, dir)...)...).CombinedOutput()
		if url == "" {
			if err == nil || !strings.Contains(string(text), "is being used; please stop the server") {
				t.Errorf("%v\n%s", err, text)
			}
			if code := s.terminate(); code != 0 {
				t.Errorf("exit status %d", code)
			}
			if text := runChild(t, append([]string{"vacuum"}, on(url, dir)...)...); !strings.Contains(text, "given back; checked") {
				t.Error(text)
			}
			s = serve(t, url, dir)
		} else if err != nil || !strings.Contains(string(text), " tables: ") || !strings.Contains(string(text), "autovacuum") {
			t.Errorf("%v\n%s", err, text)
		}
		if s.csv(s.trigger("")) != csv {
			t.Error("the report is another one")
		}
	})
}

func TestFullVacuumsAreForPostgreSQL(t *testing.T) {
	if _, _, err := lightson(t, "vacuum", "--full", "--data="+t.TempDir()); exitStatus(err) != 2 {
		t.Error(err)
	}
}
