package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"lightson/models"
	"lightson/models/modelstest"
)

// totals is the last summary line of load.
var totals = regexp.MustCompile(`(?m)^(\d+) rows: (\d+) kept, (\d+) duplicate, (\d+) conflicting, (\d+) rejected; (\d+) new stores$`)

// loaded reads the totals line and checks that it adds up.
func loaded(t *testing.T, out string) (rows, kept, duplicate, conflicting, rejected, stores int64) {
	t.Helper()
	line := totals.FindString(out)
	if _, err := fmt.Sscanf(line, "%d rows: %d kept, %d duplicate, %d conflicting, %d rejected; %d new stores",
		&rows, &kept, &duplicate, &conflicting, &rejected, &stores); err != nil {
		t.Fatalf("no totals (%v) in:\n%s", err, out)
	}
	if kept+duplicate+conflicting+rejected != rows {
		t.Errorf("the totals do not add up: %s", line)
	}
	return
}

func TestLoadAndReport(t *testing.T) {
	files := newFeeds(t, 40)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db := on(url, dir)
		load := append([]string{"load", files.zones, files.polls, files.hours}, db...)
		report := append([]string{"report"}, db...)

		rows, kept, _, _, rejected, stores := loaded(t, mustRun(t, load...))
		if rows != files.rows || kept == 0 || rejected != 0 || stores != 40 {
			t.Errorf("%d rows, %d kept, %d rejected, %d stores; want %d rows of 40 stores", rows, kept, rejected, stores, files.rows)
		}
		first := mustRun(t, report...)
		table, err := csv.NewReader(strings.NewReader(first)).ReadAll()
		if err != nil || len(table) != 41 || !strings.HasPrefix(first, reportHeader) || strings.Contains(first, "\r") {
			t.Fatalf("%d lines, %v:\n%s", len(table), err, first)
		}
		if !slices.IsSortedFunc(table[1:], func(a, b []string) int { return strings.Compare(a[0], b[0]) }) {
			t.Error("the stores are not sorted")
		}

		if _, kept, _, _, _, stores := loaded(t, mustRun(t, load...)); kept != 0 || stores != 0 {
			t.Errorf("loading twice kept %d rows of %d new stores", kept, stores)
		}
		if again := mustRun(t, report...); again != first {
			t.Error("the report changed by loading the same files twice")
		}
		if asOf := mustRun(t, append(report, "--as-of=2023-01-25T18:13:22.47922Z")...); asOf != first {
			t.Error("the report as of the newest poll is not the report")
		}
		if earlier := mustRun(t, append(report, "--as-of=2023-01-24T20:13:22.47922+02:00")...); earlier == first || strings.Count(earlier, "\n") != 41 {
			t.Errorf("the report as of a day before:\n%s", earlier)
		}
	})
}

func TestNamesStandInTheDetailsAndChangeNothingElse(t *testing.T) {
	files := newFeeds(t, 40)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db := on(url, dir)
		mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, db...)...)
		before := mustRun(t, append([]string{"report"}, db...)...)
		if rows, kept, _, _, _, stores := loaded(t, mustRun(t, append([]string{"load", files.names}, db...)...)); rows != 36 || kept != 36 || stores != 0 {
			t.Errorf("%d rows, %d kept, %d new stores; want the names of 36 of 40 stores", rows, kept, stores)
		}
		if after := mustRun(t, append([]string{"report"}, db...)...); after != before {
			t.Error("the names changed the report")
		}
		details, err := csv.NewReader(strings.NewReader(mustRun(t, append([]string{"report", "--details"}, db...)...))).ReadAll()
		if err != nil || len(details) != 41 {
			t.Fatalf("%d lines, %v", len(details), err)
		}
		header := details[0]
		at := slices.Index(header, "name")
		if at < 0 || !slices.Equal(header[at:at+3], []string{"name", "group", "city"}) {
			t.Fatalf("header %q", header)
		}
		named := 0
		for _, row := range details[1:] {
			if row[at] != "" {
				named++
			}
		}
		if named != 36 {
			t.Errorf("%d stores have a name, want 36", named)
		}
	})
}

func TestFilesLoadedOneByOneGiveTheSameReport(t *testing.T) {
	files := newFeeds(t, 30)
	together, apart := on("", t.TempDir()), on("", t.TempDir())
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, together...)...)
	for _, file := range []string{files.polls, files.zones, files.hours} {
		mustRun(t, append([]string{"load", file}, apart...)...)
	}
	if a, b := mustRun(t, append([]string{"report"}, together...)...), mustRun(t, append([]string{"report"}, apart...)...); a != b {
		t.Errorf("together:\n%s\napart:\n%s", a, b)
	}
}

func TestBothDatabasesGiveTheSameReport(t *testing.T) {
	files := newFeeds(t, 60)
	reports := map[modelstest.Kind]string{}
	for _, kind := range modelstest.Kinds {
		url, dir := modelstest.URL(t, kind)
		mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, on(url, dir)...)...)
		reports[kind] = mustRun(t, append([]string{"report", "--details"}, on(url, dir)...)...)
	}
	if reports[modelstest.SQLite] != reports[modelstest.PostgreSQL] {
		t.Errorf("SQLite:\n%s\nPostgreSQL:\n%s", reports[modelstest.SQLite], reports[modelstest.PostgreSQL])
	}
}

func TestLoadSaysWhatWasWrong(t *testing.T) {
	polls := write(t, "my polls.csv", "store_id,status,timestamp_utc\n"+
		"1,active,2023-01-25 18:00:00 UTC\n"+
		"1,inactive,2023-01-25 18:00:00 UTC\n"+
		"2,asleep,2023-01-25 18:00:00 UTC\n"+
		"1,active,2023-01-25 18:00:00 UTC\n")
	out := mustRun(t, append([]string{"load", polls}, on("", t.TempDir())...)...)
	loaded(t, out)
	for _, want := range []string{
		"my polls.csv: polls, 4 rows, 1 rejected\n",
		"Line 4, status: expected active or inactive, found asleep\n",
		"4 rows: 1 kept, 1 duplicate, 1 conflicting, 1 rejected; 1 new stores\n",
		"conflict: store 1 was both active and inactive at 2023-01-25 18:00:00 UTC; inactive wins\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}

func TestDetailsStandBehindTheFigures(t *testing.T) {
	files, db := newFeeds(t, 20), on("", t.TempDir())
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, db...)...)
	table, err := csv.NewReader(strings.NewReader(mustRun(t, append([]string{"report", "--details"}, db...)...))).ReadAll()
	if err != nil || len(table) != 21 || len(table[0]) != 4+3*8+3+3*7+1+2 {
		t.Fatalf("%d lines, %v: %v", len(table), err, table)
	}
	if got, want := table[0][:6], []string{"store_id", "timezone", "timezone_source", "hours_source", "open_last_hour", "uptime_last_hour"}; !slices.Equal(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
}

func TestOutputIsWrittenWholeOrNotAtAll(t *testing.T) {
	files, db, dir := newFeeds(t, 20), on("", t.TempDir()), t.TempDir()
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, db...)...)
	want := mustRun(t, append([]string{"report"}, db...)...)
	path := filepath.Join(dir, "report.csv")
	if out := mustRun(t, append([]string{"report", "-o", path}, db...)...); out != "" || read(t, path) != want {
		t.Errorf("printed %q and wrote:\n%s", out, read(t, path))
	}

	// Over an earlier file, by way of a link.
	if err := os.WriteFile(path, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "latest.csv")
	if err := os.Symlink("report.csv", link); err != nil {
		t.Fatal(err)
	}
	mustRun(t, append([]string{"report", "-o", link}, db...)...)
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v, %v", info, err)
	}
	if read(t, path) != want {
		t.Errorf("through a link was written:\n%s", read(t, path))
	}

	// What is no file is not replaced.
	mustRun(t, append([]string{"report", "-o", os.DevNull}, db...)...)
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s was replaced: %v, %v", os.DevNull, info, err)
	}

	// A report that fails leaves the earlier file and nothing beside it.
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(cancelled, append([]string{"report", "-o", path}, db...), &lockedBuffer{}, &lockedBuffer{}); err == nil {
		t.Error("a cancelled report succeeded")
	}
	if got := fileNames(t, dir); !slices.Equal(got, []string{"latest.csv", "report.csv"}) || read(t, path) != want {
		t.Errorf("after a failure there are %v", got)
	}
	if err := writeFile(path, func(w io.Writer) error {
		fmt.Fprint(w, "half a repo")
		return syscall.ENOSPC
	}); err == nil {
		t.Error("a failed write succeeded")
	}
	if got := fileNames(t, dir); !slices.Equal(got, []string{"latest.csv", "report.csv"}) || read(t, path) != want {
		t.Errorf("after a failure there are %v", got)
	}
}

func fileNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// waitShortly lets commands in this process wait for a database for a moment only.
func waitShortly(t *testing.T) {
	usual := commandWait
	commandWait = 50 * time.Millisecond
	t.Cleanup(func() { commandWait = usual })
}

func TestErrorsAreSentences(t *testing.T) {
	waitShortly(t)
	data := "--data=" + t.TempDir()
	picture := write(t, "picture.csv", "\x89PNG\r\n\x1a\n")
	tests := map[string]struct {
		args []string
		want string
	}{
		"no command":           {[]string{}, `expected one of "serve", "load", "undo", "report"`},
		"an unknown command":   {[]string{"serv"}, `unexpected argument serv, did you mean "serve"?`},
		"an unknown flag":      {[]string{"report", "--asof=x"}, `unknown flag --asof`},
		"no file":              {[]string{"load"}, `expected "<file> ..."`},
		"a missing file":       {[]string{"load", "none.csv"}, "none.csv: no such file or directory"},
		"a folder":             {[]string{"load", t.TempDir()}, "exists but is a directory"},
		"a picture":            {[]string{"load", data, picture}, "picture.csv: this is a PNG image; expected a CSV file with a header line such as store_id,status,timestamp_utc"},
		"another database":     {[]string{"migrate", "--database-url=mysql://127.0.0.1/x"}, "DATABASE_URL: expected postgres://…, or nothing for SQLite; found mysql://…"},
		"a mistyped database":  {[]string{"migrate", "--database-url=postgres://%zz"}, "DATABASE_URL: cannot parse"},
		"a missing server":     {[]string{"migrate", "--database-url=postgres://127.0.0.1:1/x"}, "connection refused"},
		"too often":            {[]string{"serve", data, "--ingest-every=5ms"}, "LIGHTSON_INGEST_EVERY: expected at least 1s, found 5ms"},
		"asked too often":      {[]string{"serve", data, "--pull-every=9s"}, "LIGHTSON_PULL_EVERY: expected at least 10s, found 9s"},
		"refreshed too often":  {[]string{"serve", data, "--sql-every=5s"}, "LIGHTSON_SQL_EVERY: expected at least 1m, found 5s"},
		"no time for reports":  {[]string{"serve", data, "--report-timeout=5ms"}, "LIGHTSON_REPORT_TIMEOUT: expected at least 1s, found 5ms"},
		"no time for imports":  {[]string{"serve", data, "--import-timeout=0s"}, "LIGHTSON_IMPORT_TIMEOUT: expected at least 1s, found 0s"},
		"no room to stage":     {[]string{"serve", data, "--upload-limit=1024", "--stage-limit=1023"}, "LIGHTSON_STAGE_LIMIT: expected 0, which is four uploads, or at least LIGHTSON_UPLOAD_LIMIT, which is 1024, found 1023"},
		"no room for uploads":  {[]string{"serve", data, "--upload-limit=0"}, "LIGHTSON_UPLOAD_LIMIT: expected at least 1024, found 0"},
		"less than no uploads": {[]string{"serve", data, "--upload-limit=-1"}, "LIGHTSON_UPLOAD_LIMIT: expected at least 1024, found -1"},
		"uploads without end":  {[]string{"serve", data, "--upload-limit=9223372036854775807"}, "LIGHTSON_UPLOAD_LIMIT: expected at most 1125899906842624, found 9223372036854775807"},
		"looks never":          {[]string{"serve", data, "--ingest-every=25h"}, "LIGHTSON_INGEST_EVERY: expected at most 24h, found 25h"},
		"asks never":           {[]string{"serve", data, "--pull-every=2000h30m"}, "LIGHTSON_PULL_EVERY: expected at most 168h, found 2000h30m"},
		"a report for ever":    {[]string{"serve", data, "--report-timeout=99h"}, "LIGHTSON_REPORT_TIMEOUT: expected at most 24h, found 99h"},
		"an import for ever":   {[]string{"serve", data, "--import-timeout=999h"}, "LIGHTSON_IMPORT_TIMEOUT: expected at most 168h, found 999h"},
		"a stop before":        {[]string{"serve", data, "--stop-after=-1s"}, "LIGHTSON_STOP_AFTER: expected at least 1ms, found -1s"},
		"no stop":              {[]string{"serve", data, "--stop-after=0s"}, "LIGHTSON_STOP_AFTER: expected at least 1ms, found 0s"},
		"a drain before":       {[]string{"serve", data, "--drain=-2s"}, "LIGHTSON_DRAIN: expected at least 0s, found -2s"},
		"a longer drain":       {[]string{"serve", data, "--drain=30s"}, "LIGHTSON_DRAIN: expected at most LIGHTSON_STOP_AFTER, which is 20s, found 30s"},
		"a crowd that waits":   {[]string{"serve", data, "--queue-limit=1000001"}, "LIGHTSON_QUEUE_LIMIT: expected at most 1000000, found 1000001"},
		"polls for ages":       {[]string{"serve", data, "--keep-polls=36501"}, "LIGHTSON_KEEP_POLLS: expected at most 36500, found 36501"},
		"a long currency":      {[]string{"serve", data, "--currency=pieces of eight"}, `LIGHTSON_CURRENCY: expected at most 12 bytes of text, found "pieces of eight"`},
		"no room to wait":      {[]string{"serve", data, "--queue-limit=0"}, "LIGHTSON_QUEUE_LIMIT: expected at least 1, found 0"},
		"a source by http":     {[]string{"serve", data, "--sources=http://me:geheim@example.com/polls.csv"}, "LIGHTSON_SOURCES: expected https, because"},
		"too few polls":        {[]string{"serve", data, "--keep-polls=15"}, "LIGHTSON_KEEP_POLLS: expected 0, which is for ever, or at least 16, found 15"},
		"less than no reports": {[]string{"serve", data, "--keep-reports=-1"}, "LIGHTSON_KEEP_REPORTS: expected 0, which is for ever, or at least 1, found -1"},
		"zones of nowhere":     {[]string{"version", "--zones=/nowhere"}, "LIGHTSON_ZONES: expected a zoneinfo.zip or a zoneinfo folder with the files of the IANA time zones: /nowhere: no such file or directory"},
		"no zones":             {[]string{"serve", data, "--zones=" + picture}, "picture.csv: it cannot be read as a ZIP archive"},
		"no duration":          {[]string{"serve", data, "--ingest-every=soon"}, "--ingest-every: expected duration but got \"soon\""},
		"a host with a port":   {[]string{"serve", data, "--hosts=status.lan:80"}, "LIGHTSON_HOSTS: expected names or addresses of hosts separated by commas, such as status.example.com, without https:// and without a port, found status.lan:80"},
		"an address of a page": {[]string{"serve", data, "--url=https://status.lan/stores"}, "LIGHTSON_URL: expected an address such as https://status.example.com, or https://example.com/lightson with a path that is none of our pages, found https://status.lan/stores"},
		"no address":           {[]string{"serve", data, "--addr=nowhere"}, "LIGHTSON_ADDR: listen tcp: address nowhere: missing port in address"},
		"an unknown log":       {[]string{"serve", data, "--log-format=xml"}, `--log-format must be one of "text","json" but got "xml"`},
		"an unknown log level": {[]string{"serve", data, "--log-level=loud"}, `--log-level must be one of "debug","info","warn","error" but got "loud"`},
		"no instant":           {[]string{"report", data, "--as-of=yesterday"}, "--as-of: expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found yesterday"},
		"the future":           {[]string{"report", data, "--as-of=2223-01-25"}, "--as-of: expected a time after year 0 and not in the future, found 2223-01-25"},
		"a mistyped group":     {[]string{"report", data, "--group=typo"}, "--group: expected the name of a group that has stores, found typo"},
		"half of a range":      {[]string{"report", data, "--to=2023-01-25"}, "--from: expected a time, because to is given, found nothing"},
		"a range that is not":  {[]string{"report", data, "--range"}, "--range: expected --from and --to with it, found neither"},
		"two files":            {[]string{"report", data, "--range", "--details"}, "--details and --range: expected one of them, found both"},
		"an output in nowhere": {[]string{"report", data, "-o", "/nowhere/report.csv"}, "write /nowhere/report.csv: no such file or directory"},
		"demo of no stores":    {[]string{"demo", "--stores=0", t.TempDir()}, "demo data can be made for 1 to 1,000,000 stores, not for 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, _, err := lightson(t, test.args...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v\nwant %s", err, test.want)
			}
			if out != "" {
				t.Errorf("printed %q", out)
			}
		})
	}
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	t.Setenv("LIGHTSON_DATA", t.TempDir())
	t.Setenv("LIGHTSON_INGEST_EVERY", "never")
	if _, _, err := lightson(t, "serve"); err == nil || !strings.Contains(err.Error(), `LIGHTSON_INGEST_EVERY: expected duration but got "never"`) {
		t.Errorf("error %v does not name the variable", err)
	}
	t.Setenv("DATABASE_URL", "mongodb://127.0.0.1")
	if _, _, err := lightson(t, "migrate"); err == nil || !strings.Contains(err.Error(), "DATABASE_URL: expected postgres://…") {
		t.Errorf("error %v does not name the variable", err)
	}
}

// Every variable, so that a new one is held to it too.
func TestAnEmptyVariableIsAsIfItWereNotSet(t *testing.T) {
	for name := range settingsOf(t) {
		t.Setenv(name, "")
	}
	var cli, usual commandLine
	for n, values := range []*commandLine{&cli, &usual} {
		env := &environment{variable: os.Getenv, sources: map[string]string{}}
		parser, err := kong.New(values, kong.Resolvers(env))
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			for name := range settingsOf(t) {
				if err := os.Unsetenv(name); err != nil {
					t.Fatal(err)
				}
			}
		}
		leaveToEnvironment(parser)
		if _, err := parser.Parse([]string{"serve"}); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(cli, usual) || cli.LogLevel != "info" || cli.Data != "data" || cli.Serve.IngestEvery != time.Minute {
		t.Errorf("%+v, want %+v", cli, usual)
	}
}

func TestTheLogSaysWhatItsLevelAsksFor(t *testing.T) {
	for level, want := range map[string]string{"debug": "debug info warn error", "info": "info warn error", "warn": "warn error", "error": "error"} {
		t.Setenv("LIGHTSON_LOG_LEVEL", level)
		for _, form := range []string{"text", "json"} {
			var cli commandLine
			parser, err := kong.New(&cli)
			if err == nil {
				_, err = parser.Parse([]string{"migrate", "--log-format=" + form})
			}
			if err != nil {
				t.Fatal(err)
			}
			var out lockedBuffer
			log := cli.logger(&out, cli.level())
			log.Debug("debug")
			log.Info("info")
			log.Warn("warn")
			log.Error("error")
			said := strings.Join(regexp.MustCompile(`\b(debug|info|warn|error)\b`).FindAllString(out.String(), -1), " ")
			if said != want {
				t.Errorf("at %s, as %s: %s", level, form, out.String())
			}
		}
	}
}

// A password must not be repeated to whoever reads the log.
func TestErrorsKeepThePasswordToThemselves(t *testing.T) {
	waitShortly(t)
	for _, url := range []string{"postgres://me:hunter2@127.0.0.1:1/x", "postgres://me:hunter2@127.0.0.1:port/x", "mysql://me:hunter2@127.0.0.1/x"} {
		if _, _, err := lightson(t, "migrate", "--database-url="+url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	help := mustRun(t, "serve", "--help")
	for name, flag := range settingsOf(t) {
		if !strings.Contains(help, "$"+name) || !strings.Contains(help, "--"+flag) {
			t.Errorf("serve --help lacks %s or --%s", name, flag)
		}
	}
	for _, command := range []string{"serve", "load", "undo", "report", "export", "backup", "restore", "demo", "migrate", "config", "healthcheck", "version"} {
		if !strings.Contains(mustRun(t, "--help"), "\n  "+command) {
			t.Errorf("--help lacks the command %s", command)
		}
	}
}

// settingsOf are the environment variables of the program, with their flags.
func settingsOf(t *testing.T) map[string]string {
	t.Helper()
	parser, err := kong.New(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, node := range append([]*kong.Node{parser.Model.Node}, parser.Model.Leaves(false)...) {
		for _, flag := range node.Flags {
			for _, name := range flag.Envs {
				found[name] = flag.Name
			}
		}
	}
	if len(found) < 8 {
		t.Fatalf("only %v", found)
	}
	return found
}

func TestTheReadmeListsEverySetting(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `(LIGHTSON_[A-Z_]+|DATABASE_URL|OTEL_[A-Z_]+)` \\| `--([a-z-]+)` \\|")
	listed := map[string]string{}
	for _, match := range row.FindAllStringSubmatch(read(t, "../../README.md"), -1) {
		listed[match[1]] = match[2]
	}
	settings := settingsOf(t)
	for name, flag := range settings {
		if listed[name] != flag {
			t.Errorf("README: %s stands beside %q, expected --%s", name, listed[name], flag)
		}
	}
	for name := range listed {
		if settings[name] == "" {
			t.Errorf("README: there is no setting %s", name)
		}
	}
}

func TestVersionSaysOne(t *testing.T) {
	if out := mustRun(t, "version"); !regexp.MustCompile(`^lightson \S+\ntime zones 20\d\d[a-z]\n$`).MatchString(out) {
		t.Errorf("printed %q", out)
	}
}

func TestDemoWritesTheFeeds(t *testing.T) {
	dir := t.TempDir()
	out := mustRun(t, "demo", "--stores=5", "--days=2", "--seed=7", "--until=2024-02-29T12:00:00Z", dir)
	for _, name := range []string{"store_status.csv", "menu_hours.csv", "timezones.csv", "store_names.csv"} {
		path := filepath.Join(dir, name)
		if rows := strings.Count(read(t, path), "\n") - 1; !strings.Contains(out, fmt.Sprintf("%s: %d rows\n", path, rows)) {
			t.Errorf("printed %q, but %s has %d rows", out, name, rows)
		}
	}
}

func TestMigratingTwiceIsMigratingOnce(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		for range 2 {
			if out := mustRun(t, append([]string{"migrate"}, on(url, dir)...)...); !strings.HasSuffix(out, " is up to date\n") {
				t.Errorf("printed %q", out)
			}
		}
	})
}

func TestWhatIsExportedLoadsAgain(t *testing.T) {
	files := newFeeds(t, 20)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		first, second := on(url, dir), on("", t.TempDir())
		mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, first...)...)
		path := filepath.Join(t.TempDir(), "polls.csv")
		mustRun(t, append([]string{"export", "polls", "-o", path}, first...)...)
		mustRun(t, append([]string{"load", path, files.hours, files.zones}, second...)...)
		if a, b := mustRun(t, append([]string{"report"}, first...)...), mustRun(t, append([]string{"report"}, second...)...); a != b {
			t.Error("the report changed on the way")
		}
	})
}

// An interrupted load, here of a file that never ends, changes nothing.
func TestAnInterruptedLoadChangesNothing(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		pipe := filepath.Join(t.TempDir(), "polls.csv")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		fed := make(chan struct{})
		go func() {
			defer close(fed)
			f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err != nil {
				return
			}
			defer f.Close()
			_, err = f.WriteString("store_id,status,timestamp_utc\n")
			for n := 0; err == nil; n++ {
				if n == 100 {
					cancel()
				}
				_, err = f.WriteString(strings.Repeat("1,active,2023-01-25 18:00:00 UTC\n", 100))
				time.Sleep(time.Millisecond)
			}
		}()
		err := run(ctx, append([]string{"load", pipe}, on(url, dir)...), &lockedBuffer{}, &lockedBuffer{})
		if err == nil || err.Error() != "interrupted; nothing was changed" {
			t.Errorf("error %v", err)
		}
		<-fed
		db := modelstest.OpenURL(t, url, dir)
		imports, err := db.Imports(t.Context(), 0, 10)
		if err != nil || len(imports) != 1 || imports[0].State != models.Cancelled {
			t.Errorf("imports: %+v, %v", imports, err)
		}
		if stores, err := modelstest.Figures(t, db).Snapshot(t.Context()); err != nil || len(stores.Stores) != 0 {
			t.Errorf("%d stores, %v", len(stores.Stores), err)
		}
	})
}
