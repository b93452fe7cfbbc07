package main

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// crashPoints is how many imports have a server that dies.
const crashPoints = 20

// Wherever a server dies, its import is in the data as a whole or not at all, and
// can be undone: in the end all imports are undone, and the data are as before.
func TestAnImportSurvivesACrashAtAnyPoint(t *testing.T) {
	data := newCourse(t, 3000, 1)
	before, after := data.after[0], data.after[1]
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		runChild(t, append(append([]string{"load"}, data.first...), on(url, dir)...)...)
		s := serve(t, url, dir)
		met := 0
		for n := range crashPoints {
			id := s.upload(data.parts[0])
			time.Sleep(rand.N(450 * time.Millisecond))
			s.kill()

			endLeases(t, url, dir)
			s = serve(t, url, dir)
			if csv := s.csv(s.trigger(query("as_of", asOf))); csv != before && csv != after {
				t.Fatalf("crash %d: half an import is to be seen:\n%s", n, csv)
			}
			until(t, "the import is final", func() bool { return s.theImport(id).final() })
			if i := s.theImport(id); i.State != "complete" {
				t.Fatalf("crash %d: import is %s: %v", n, i.State, i.Error)
			}
			if s.csv(s.trigger(query("as_of", asOf))) != after {
				t.Fatalf("crash %d: the data are not those of the import", n)
			}
			if a := s.do(http.MethodPost, "/api/v1/imports/"+id+"/undo", nil); a.StatusCode != http.StatusOK {
				t.Fatalf("crash %d: undo: %s\n%s", n, a.Status, a.body)
			}
			if s.csv(s.trigger(query("as_of", asOf))) != before {
				t.Fatalf("crash %d: undone, the data are not as before", n)
			}
			met += attemptsAt(t, url, dir, id) - 1
		}
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		nothingLeft(t, dir)
		if journals := number(t, url, dir, "SELECT count(DISTINCT merge_number) FROM import_journal"); journals != 1 {
			t.Errorf("%d journals, want the one of the first load", journals)
		}
		t.Logf("%d crashes met %d attempts", crashPoints, met)
	})
}

func attemptsAt(t *testing.T, url, dir, id string) int {
	t.Helper()
	return number(t, url, dir, "SELECT attempt FROM imports WHERE id = '"+id+"'")
}

// number reads one number from the database of a server.
func number(t *testing.T, url, dir, query string) (n int) {
	t.Helper()
	db, err := models.Open(t.Context(), url, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if pool := db.Postgres(); pool != nil {
		err = pool.QueryRow(t.Context(), query).Scan(&n)
	} else {
		err = db.SQLite().QueryRowContext(t.Context(), query).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}
