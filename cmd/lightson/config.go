package main

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"lightson/jobs"
	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/logs"
	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/zones"
	"lightson/web"
)

// commandLine is every command, and the settings that all of them share.
type commandLine struct {
	settings

	Serve       serveCommand       `cmd:"" help:"Serve the pages and the JSON endpoints, and work in the background."`
	Load        loadCommand        `cmd:"" help:"Import CSV files: polls, business hours, time zones, store names, special days, in any order, as one import."`
	Undo        undoCommand        `cmd:"" help:"Take an import out of the data again."`
	Report      reportCommand      `cmd:"" help:"Generate a report and write it as CSV."`
	Export      exportCommand      `cmd:"" help:"Give back what was loaded."`
	Enter       enterCommand       `cmd:"" help:"Enter corrections, sales or targets from a CSV file, as export writes it."`
	Backup      backupCommand      `cmd:"" help:"Write a checked copy of the SQLite database, while the server goes on."`
	Restore     restoreCommand     `cmd:"" help:"Put a backup in the place of the SQLite database."`
	Vacuum      vacuumCommand      `cmd:"" help:"Give back the room of what was deleted. SQLite: while no server runs."`
	Partition   partitionCommand   `cmd:"" help:"PostgreSQL of an earlier version: keep the polls of each month in a partition. Servers go on."`
	Refresh     refreshCommand     `cmd:"" help:"Bring the day figures and outages that people read with SQL up to date."`
	Copy        copyCommand        `cmd:"" help:"Copy everything into an empty database: from SQLite to PostgreSQL, or back."`
	Account     accountCommand     `cmd:"" help:"Make and change the accounts of people who sign in."`
	Demo        demoCommand        `cmd:"" help:"Write a believable set of CSV files: polls, business hours, time zones and store names."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database to the form that this version needs."`
	Config      configCommand      `cmd:"" help:"List the settings of the server, where each comes from, and check them."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the server on this machine whether it is ready."`
	Completion  completionCommand  `cmd:"" help:"Print what has a shell complete commands and flags."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// settings are read here and nowhere else. Each is a flag and an environment
// variable; the README lists them all, and a test compares.
type settings struct {
	DatabaseURL string        `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"postgres://… for PostgreSQL. Empty: SQLite at lightson.db in the data folder."`
	Data        string        `env:"LIGHTSON_DATA" default:"data" placeholder:"DIR" help:"Folder for the SQLite database and for files on their way in (default: ${default})."`
	Zones       string        `env:"LIGHTSON_ZONES" placeholder:"PATH" help:"A zoneinfo.zip or zoneinfo folder with newer time zones than the built-in ones."`
	PollEvery   time.Duration `env:"LIGHTSON_POLL_EVERY" default:"1h" placeholder:"DURATION" help:"How often stores are polled, from 1m to 24h: time that is at most one and a half times that from its poll is closely seen (default: ${default})."`
	ShardStores int           `env:"LIGHTSON_SHARD_STORES" default:"16384" placeholder:"COUNT" help:"How many stores a shard has. Where there are more than six times as many, a report is made shard by shard, by all servers together (default: ${default})."`
	LogFormat   string        `env:"LIGHTSON_LOG_FORMAT" enum:"text,json" default:"text" help:"Log as text or as JSON (default: ${default})."`
	LogLevel    string        `env:"LIGHTSON_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"Log this and what is worse: debug, info, warn or error (default: ${default})."`
}

// serveSettings are those of the server alone.
type serveSettings struct {
	Addr        string `env:"LIGHTSON_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen (default: ${default})."`
	Hosts       string `env:"LIGHTSON_HOSTS" placeholder:"NAMES" help:"Names, separated by commas, that requests may use for this server, beside localhost. Empty: on a loopback address no others, elsewhere any."`
	URL         string `name:"url" env:"LIGHTSON_URL" placeholder:"URL" help:"Public address, such as https://status.example.com, or https://example.com/lightson behind a proxy for that path: links in messages and for scripts begin with it. Empty: messages have no links, and those for scripts are relative."`
	CORSOrigins string `name:"cors-origins" env:"LIGHTSON_CORS_ORIGINS" placeholder:"ORIGINS" help:"Origins, separated by commas, whose pages may use the API in a browser, by a key, such as https://dash.example.com (default: none)."`
	signInSettings
	notifySettings
	watchSettings

	Inbox         string        `env:"LIGHTSON_INBOX" placeholder:"DIR" help:"Folder that is looked into for CSV files (default: inbox in the data folder)."`
	ReportsDir    string        `env:"LIGHTSON_REPORTS_DIR" placeholder:"DIR" help:"Folder that files of scheduled reports may be put into (default: none)."`
	IngestEvery   time.Duration `env:"LIGHTSON_INGEST_EVERY" default:"1m" placeholder:"DURATION" help:"How often to look into the inbox; at least 1s (default: ${default})."`
	HoursFrom     string        `env:"LIGHTSON_HOURS_FROM" placeholder:"WHEN" help:"From when business hours of the inbox and of sources hold that do not say so: always, or a date such as 2023-01-24. Empty: from the day of the newest poll where they differ from the known ones."`
	DatabaseWait  time.Duration `env:"LIGHTSON_DATABASE_WAIT" default:"5m" placeholder:"DURATION" help:"How long a start waits for a PostgreSQL that does not answer yet (default: ${default})."`
	Sources       string        `env:"LIGHTSON_SOURCES" placeholder:"URLS" help:"Addresses from which CSV files are fetched, https, separated by commas."`
	PullEvery     time.Duration `env:"LIGHTSON_PULL_EVERY" default:"15m" placeholder:"DURATION" help:"How often to look whether they changed; at least 10s (default: ${default})."`
	SQLEvery      time.Duration `name:"sql-every" env:"LIGHTSON_SQL_EVERY" default:"0" placeholder:"DURATION" help:"How often the day figures and outages that people read with SQL are brought up to date, such as 1h; at least 1m, or 0 for never (default: ${default})."`
	UploadLimit   int64         `env:"LIGHTSON_UPLOAD_LIMIT" default:"1073741824" placeholder:"BYTES" help:"Largest upload, all its files together; at least 1024 (default: ${default})."`
	StageLimit    int64         `env:"LIGHTSON_STAGE_LIMIT" default:"0" placeholder:"BYTES" help:"All files together that wait for their import or for a decision about their preview; 0 for four times the largest upload (default: ${default})."`
	ReportTimeout time.Duration `env:"LIGHTSON_REPORT_TIMEOUT" default:"10m" placeholder:"DURATION" help:"How long a report may take before it fails; at least 1s (default: ${default})."`
	ImportTimeout time.Duration `env:"LIGHTSON_IMPORT_TIMEOUT" default:"2h" placeholder:"DURATION" help:"How long an import may take before it fails; at least 1s (default: ${default})."`
	QueueLimit    int           `env:"LIGHTSON_QUEUE_LIMIT" default:"1000" placeholder:"COUNT" help:"How many reports may wait; beyond it, whoever asks for one is told to come back (default: ${default})."`
	KeepPolls     int           `env:"LIGHTSON_KEEP_POLLS" default:"0" placeholder:"DAYS" help:"Days of polls to keep before the newest one; 0 for ever, else at least 16, of which pages show figures (default: ${default})."`
	KeepReports   int           `env:"LIGHTSON_KEEP_REPORTS" default:"0" placeholder:"DAYS" help:"Days to keep reports; 0 for ever (default: ${default})."`
	KeepImports   int           `env:"LIGHTSON_KEEP_IMPORTS" default:"0" placeholder:"DAYS" help:"Days to keep the records of imports and of their files; 0 for ever. What they brought stays (default: ${default})."`
	KeepRejects   int           `env:"LIGHTSON_KEEP_REJECTS" default:"0" placeholder:"DAYS" help:"Days to keep the rows that imports rejected; 0 for ever (default: ${default})."`
	StopAfter     time.Duration `env:"LIGHTSON_STOP_AFTER" default:"20s" placeholder:"DURATION" help:"How long a stop waits for requests and jobs (default: ${default})."`
	Drain         time.Duration `env:"LIGHTSON_DRAIN" default:"2s" placeholder:"DURATION" help:"How much of that, at most all, /readyz says 503 before the server stops listening, if anyone asked it (default: ${default})."`
	Currency      string        `env:"LIGHTSON_CURRENCY" default:"$$" placeholder:"TEXT" help:"What stands before amounts of money where someone entered sales (default: ${default})."`
	Demo          bool          `env:"LIGHTSON_DEMO" help:"Load generated demo data if the database is empty."`
	Dev           bool          `env:"LIGHTSON_DEV" help:"Development: serve the gallery of components at /gallery, and profiles of the process at /debug/pprof/."`
}

// level is the least that is logged.
func (s *settings) level() slog.Level {
	return map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}[s.LogLevel]
}

func (s *settings) logger(w io.Writer, level slog.Leveler) *slog.Logger {
	if s.LogFormat == "json" {
		return slog.New(logs.JSON(w, level))
	}
	return slog.New(logs.Text(w, level))
}

// useZones puts the operator's time zones in the place of the built-in ones.
func (s *settings) useZones() error {
	if s.Zones == "" {
		return nil
	}
	given, err := zones.Read(s.Zones)
	if err != nil {
		return fmt.Errorf("LIGHTSON_ZONES: %w", err)
	}
	zones.Use(given)
	return nil
}

// figuresOptions are how figures are computed.
func (s *settings) figuresOptions(more ...figures.Option) ([]figures.Option, error) {
	if err := inRange("LIGHTSON_POLL_EVERY", s.PollEvery, time.Minute, 24*time.Hour, durationText); err != nil {
		return nil, err
	}
	return append(more, figures.PolledEvery(uptime.Micros(s.PollEvery.Microseconds()))), nil
}

// filesDir is where files wait for their import.
func (s *settings) filesDir() string { return filesIn(s.Data) }

// filesIn is the same in any data folder.
func filesIn(data string) string { return filepath.Join(data, "files") }

// jobSettings are the settings of the background work.
func (s *settings) jobSettings(serve serveSettings) (jobs.Settings, error) {
	if err := serve.check(); err != nil {
		return jobs.Settings{}, err
	}
	stageLimit := cmp.Or(serve.StageLimit, 4*serve.UploadLimit)
	if stageLimit < serve.UploadLimit {
		return jobs.Settings{}, fmt.Errorf("LIGHTSON_STAGE_LIMIT: expected 0, which is four uploads, or at least LIGHTSON_UPLOAD_LIMIT, which is %d, found %d", serve.UploadLimit, serve.StageLimit)
	}
	sources, err := fetch.ParseSources(serve.Sources)
	if err != nil {
		return jobs.Settings{}, fmt.Errorf("LIGHTSON_SOURCES: %w", err)
	}
	hoursFrom, err := schedules.ParseChoice(serve.HoursFrom)
	if err != nil {
		return jobs.Settings{}, fmt.Errorf("LIGHTSON_HOURS_FROM: %w", err)
	}
	keep, err := serve.keep()
	if err != nil {
		return jobs.Settings{}, err
	}
	mail, allow, err := serve.notify()
	if err != nil {
		return jobs.Settings{}, err
	}
	_, public, err := serve.reach()
	if err != nil {
		return jobs.Settings{}, err
	}
	shards, err := s.shards()
	if err != nil {
		return jobs.Settings{}, err
	}
	inbox, reserve := cmp.Or(serve.Inbox, filepath.Join(s.Data, "inbox")), ""
	if s.DatabaseURL == "" {
		reserve = filepath.Join(s.Data, "reserve") // on the disk of the database
	}
	return jobs.Settings{
		Dir: s.filesDir(), Inbox: inbox, ReportsDir: serve.ReportsDir, IngestEvery: serve.IngestEvery, UnpackLimit: 10 * serve.UploadLimit,
		Sources: sources, PullEvery: serve.PullEvery, RefreshEvery: serve.SQLEvery, PullLimit: serve.UploadLimit,
		HoursFrom: hoursFrom.String(), Keep: keep,
		Limits:     jobs.Limits{models.ReportWork: serve.ReportTimeout, models.ImportWork: serve.ImportTimeout},
		QueueLimit: serve.QueueLimit, ShardStores: shards, StageLimit: stageLimit, Reserve: reserve,
		PublicURL: baseOf(public), Mail: mail, Allow: allow,
	}, nil
}

// reach is how the server is reached: the names that LIGHTSON_HOSTS adds, and the
// public address, or nil.
func (s serveSettings) reach() (names []string, public *url.URL, err error) {
	if names, err = web.ParseHosts(s.Hosts); err != nil {
		return nil, nil, fmt.Errorf("LIGHTSON_HOSTS: %w", err)
	}
	if public, err = web.ParsePublicURL(s.URL); err != nil {
		return nil, nil, fmt.Errorf("LIGHTSON_URL: %w", err)
	}
	return names, public, nil
}

// origins are those whose pages may use the API.
func (s serveSettings) origins() (web.Origins, error) {
	origins, err := web.ParseOrigins(s.CORSOrigins)
	if err != nil {
		return nil, fmt.Errorf("LIGHTSON_CORS_ORIGINS: %w", err)
	}
	return origins, nil
}

// mostDays is the longest time for which things are kept other than for ever.
const mostDays = 36500

// keep is for how long things are kept.
func (s serveSettings) keep() (models.Keep, error) {
	for _, setting := range []struct {
		name        string
		days, least int
	}{
		{"LIGHTSON_KEEP_POLLS", s.KeepPolls, models.LeastPolls}, {"LIGHTSON_KEEP_REPORTS", s.KeepReports, 1},
		{"LIGHTSON_KEEP_IMPORTS", s.KeepImports, 1}, {"LIGHTSON_KEEP_REJECTS", s.KeepRejects, 1},
	} {
		if setting.days != 0 && setting.days < setting.least {
			return models.Keep{}, fmt.Errorf("%s: expected 0, which is for ever, or at least %d, found %d",
				setting.name, setting.least, setting.days)
		}
		if err := inRange(setting.name, int64(setting.days), 0, mostDays, numberText); err != nil {
			return models.Keep{}, err
		}
	}
	return models.Keep{Polls: s.KeepPolls, Reports: s.KeepReports, Imports: s.KeepImports, Rejects: s.KeepRejects}, nil
}
