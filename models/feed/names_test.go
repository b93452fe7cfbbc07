package feed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestANamesFileSaysWhichColumnsItHas(t *testing.T) {
	for file, want := range map[string]names{
		"store_id,name\n1,Joe's\n":                 {Store: "1", Name: "Joe's"},
		"city,store_id,name\nBoise,1,Joe's\n":      {Store: "1", Name: "Joe's", City: "Boise", HasCity: true},
		"store_name,owner,store_id\nJoe's,Joe,1\n": {Store: "1", Name: "Joe's", Group: "Joe", HasGroup: true},
		"store_id,name,group_name\n1,Joe's,\n":     {Store: "1", Name: "Joe's", HasGroup: true},
	} {
		got := read(file)
		if diff := cmp.Diff([]names{want}, got.Names); diff != "" {
			t.Errorf("%q: error %q, rejects %q; want -, got +:\n%s", file, got.Err, got.sentences(), diff)
		}
	}
}

func TestANameHasAtMost200BytesAndNoControlCharacters(t *testing.T) {
	for text, good := range map[string]bool{
		"":                       true,
		"Café Lumière":           true,
		"店":                      true,
		"Joe's \U0001F355":       true,
		"  trimmed\t ":           true,
		strings.Repeat("x", 200): true,
		strings.Repeat("é", 100): true,
		strings.Repeat("x", 201): false,
		strings.Repeat("é", 101): false,
		"a\tb":                   false,
		"a\nb":                   false,
		"a\x1bb":                 false,
		"a\x7fb":                 false,
		"a\u0085b":               false,
		"NUL\x00":                false,
	} {
		for _, row := range []string{"1,%,b,c", "1,a,%,c", "1,a,b,%"} {
			file := namesHeader + strings.Replace(row, "%", `"`+text+`"`, 1) + "\n"
			got := read(file)
			if (len(got.Names) == 1) != good || (len(got.Rejects) == 0) != good {
				t.Errorf("%q became %+v, rejects %q", file, got.Names, got.sentences())
			}
		}
	}
}

func TestABadNameIsRejectedWithASentence(t *testing.T) {
	got := read("store_id,Name,Chain\n1,good,good\n2,good,\"two\nlines\"\n,no store,\n5," + strings.Repeat("x", 201) + ",\n")
	sayAgain(t, got.Rejects)
	want := []string{
		`Line 3, Chain: expected at most 200 bytes of text without control characters, found two\nlines`,
		"Line 5, store_id: expected a store id of 1 to 128 bytes, found nothing",
		"Line 6, Name: expected at most 200 bytes of text without control characters, found " + strings.Repeat("x", 79) + "…",
	}
	if diff := cmp.Diff(want, got.sentences()); diff != "" || len(got.Names) != 1 {
		t.Errorf("%d names; want -, got +:\n%s", len(got.Names), diff)
	}
}
