package fetch_test

import (
	"strings"
	"testing"

	"lightson/jobs/fetch"
)

func TestSourcesAreReadFromAList(t *testing.T) {
	sources, err := fetch.ParseSources(" https://example.com/a.csv, ,https://example.com/a.csv ,http://localhost:8081/b.csv,http://[::1]/c.csv#x,http://127.0.0.1/d.csv")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, s := range sources {
		shown = append(shown, s.String())
	}
	if got, want := strings.Join(shown, " "), "https://example.com/a.csv http://localhost:8081/b.csv http://[::1]/c.csv http://127.0.0.1/d.csv"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if sources, err := fetch.ParseSources(""); len(sources) != 0 || err != nil {
		t.Errorf("%v %v", sources, err)
	}
}

func TestAddressesThatAreNoSources(t *testing.T) {
	for list, want := range map[string]string{
		"http://example.com/polls.csv":                     "expected https, because others could read and change files sent by http; found http://example.com/polls.csv",
		"http://10.0.0.1/polls.csv":                        "expected https, because",
		"http://localhost.example/polls.csv":               "expected https, because",
		"ftp://example.com/polls.csv":                      "expected an address that begins with https://, found ftp://example.com/polls.csv",
		"polls.csv":                                        "expected an address such as https://example.com/polls.csv, found polls.csv",
		"https:///polls.csv":                               "expected an address such as https://example.com/polls.csv, found https:///polls.csv",
		"https://a.example/,https://x:geheim@a b.example/": "expected an address such as https://example.com/polls.csv, but number 2 isn’t one",
		"http://owner:geheim@example.com/?t=geheim":        "found http://xxxxx@example.com/?t=xxxxx",
	} {
		_, err := fetch.ParseSources(list)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v\nwant %s", list, err, want)
		}
	}
}

func TestEachAddressIsASourceOfItsOwn(t *testing.T) {
	sources, err := fetch.ParseSources("https://example.com/a?t=1,https://example.com/a?t=2,https://example.com/a?t=1#x")
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 2 || sources[0].ID() == sources[1].ID() || sources[0].String() != sources[1].String() {
		t.Errorf("%v", sources)
	}
}

func TestTheFileOfAnAddressHasItsLastPartForAName(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/feeds/polls.csv?x=1": "polls.csv",
		"https://example.com":                     "example.com",
		"https://example.com/":                    "example.com",
		"https://example.com/feeds/":              "feeds",
		"https://example.com/a%00%ffb":            "a\x00\xffb",
	} {
		sources, err := fetch.ParseSources(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := sources[0].FileName(); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
