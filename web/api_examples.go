package web

import (
	"strings"

	"lightson/models/words"
	"lightson/views"
)

// An apiExample is a program that works as it stands, but for SITE, and the parts between «»,
// which are there where programs need a key.
type apiExample struct {
	title    words.Text
	language string
	code     string
}

var apiProgramExamples = []apiExample{
	{"In a shell: which stores are offline", "sh", `curl «-H "Authorization: Bearer $LIGHTSON_KEY" »"SITE/api/v1/stores?state=offline"
`},
	{"In Python: every store, piece by piece", "python", `import json«, os», urllib.parse, urllib.request

def get(path, **query):
    address = "SITE" + path + "?" + urllib.parse.urlencode(query)
    request = urllib.request.Request(address)«
    request.add_header("Authorization", "Bearer " + os.environ["LIGHTSON_KEY"])»
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

query = {"limit": 100}
while True:
    piece = get("/api/v1/stores", **query)
    for store in piece["stores"]:
        print(store["id"], store["state"], store["windows"]["last_week"]["availability_text"])
    if not piece["next_cursor"]:
        break
    query["cursor"] = piece["next_cursor"]
`},
	{"In Go: make a report, and wait for its CSV", "go", `package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

func ask(method, path string) *http.Response {
	r, err := http.NewRequest(method, "SITE"+path, nil)
	if err != nil {
		log.Fatal(err)
	}«
	r.Header.Set("Authorization", "Bearer "+os.Getenv("LIGHTSON_KEY"))»
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		log.Fatal(answer, err)
	}
	return answer
}

func main() {
	var report struct {
		ID string ` + "`json:\"report_id\"`" + `
	}
	if err := json.NewDecoder(ask("POST", "/trigger_report").Body).Decode(&report); err != nil {
		log.Fatal(err)
	}
	for {
		answer := ask("GET", "/get_report/"+report.ID)
		if answer.Header.Get("X-Report-Status") == "Complete" {
			io.Copy(os.Stdout, answer.Body)
			return
		}
		time.Sleep(time.Second)
	}
}
`},
	{"In Google Sheets: the newest figures", "", `=IMPORTDATA("SITE/feeds/…/latest.csv")
`},
}

// apiExamples are the programs for a site.
func apiExamples(site string, keys bool) (shown []views.APIExample) {
	for _, e := range apiProgramExamples {
		shown = append(shown, views.APIExample{Title: e.title, Language: e.language, Code: strings.ReplaceAll(withKeys(e.code, keys), "SITE", site)})
	}
	return shown
}

// withKeys keeps or takes out what stands between «».
func withKeys(code string, keys bool) string {
	if keys {
		return strings.NewReplacer("«", "", "»", "").Replace(code)
	}
	var b strings.Builder
	for n, piece := range strings.Split(code, "«") {
		if n > 0 {
			_, piece, _ = strings.Cut(piece, "»")
		}
		b.WriteString(piece)
	}
	return b.String()
}
