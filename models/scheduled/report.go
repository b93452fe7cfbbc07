package scheduled

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/names"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Report is made again and again for a person.
type Report struct {
	ID       string
	PersonID string // whose it is; empty where it was made while there were no accounts
	Name     string

	Times     recurring.Times `gorm:"embedded"`
	Group     string          `gorm:"column:group_name"` // of stores; empty for all within reach
	Period    Period          // range besides the three windows
	Corrected bool

	Files    []File   `gorm:"serializer:json"` // that are attached, linked or put into the folder
	Channels []string `gorm:"serializer:json"` // ids of channels that are told; none = nobody is
	Attach   bool     // mails have the files, and not only links to them
	ToFolder bool     // the files are put into a folder of the server
	Folder   string   // below that of the settings, with slashes; empty for that one itself

	Paused     bool
	NextAt     uptime.Instant         // by the clock
	RunAskedAt models.OptionalInstant // somebody wants it now

	CreatedBy string
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Report) TableName() string { return "scheduled_reports" }

// File is one of the files of a report. Its text is stored.
type File string

// The files of a report.
const (
	CSV     File = "csv" // that scripts read
	Details File = "details"
	Range   File = "range"
	XLSX    File = "xlsx"
)

// Files are all files, as forms list them.
var Files = []File{CSV, Details, Range, XLSX}

const (
	longestName   = 100 // characters
	longestFolder = 200 // bytes
	mostChannels  = 20
)

// Clean brings a scheduled report into its normal form. Errors are an entered.Problem. What
// it names, its group and its channels, may not exist.
func (r *Report) Clean() error {
	if err := r.cleanName(); err != nil {
		return err
	}
	var wrong recurring.Problem
	if err := r.Times.Clean(); errors.As(err, &wrong) {
		return entered.Problem{Where: wrong.Where, Expected: wrong.Expected, Found: wrong.Found, Words: wrong.Words}
	}
	if r.Group = names.Visible(r.Group); !storable(r.Group) {
		return entered.Problem{Where: "group", Expected: "text in UTF-8", Found: names.Visible(r.Group), Words: words.Later("This text has characters that cannot be stored.")}
	}
	if !slices.Contains(Periods, r.Period) {
		return entered.Problem{Where: "period", Expected: "yesterday, last-7-days, last-week or last-month", Found: shown(string(r.Period)), Words: words.Later("Choose a time range from the list.")}
	}
	if err := r.cleanFiles(); err != nil {
		return err
	}
	if r.Channels == nil {
		r.Channels = []string{} // NULL is nothing that the column can have
	}
	slices.Sort(r.Channels)
	if r.Channels = slices.Compact(r.Channels); len(r.Channels) > mostChannels {
		return entered.Problem{Where: "channels", Expected: "at most 20 channels", Found: uptime.CountText(int64(len(r.Channels))), Words: words.Later("Choose at most 20 channels.")}
	}
	return r.cleanFolder()
}

func (r *Report) cleanName() error {
	if !utf8.ValidString(r.Name) {
		return entered.Problem{Where: "name", Expected: "text in UTF-8", Found: strings.ToValidUTF8(r.Name, "?"), Words: words.Later("This text has characters that cannot be stored.")}
	}
	r.Name = strings.ReplaceAll(string(feed.CleanName([]byte(r.Name))), "\x00", "")
	switch n := utf8.RuneCountInString(r.Name); {
	case n == 0:
		return entered.Problem{Where: "name", Expected: "a name, such as Weekly report", Found: "nothing", Words: words.Later("Enter a name, such as “Weekly report”.")}
	case n > longestName:
		return entered.Problem{Where: "name", Expected: "at most 100 characters", Found: uptime.CountText(int64(n)), Words: words.Later("Use at most 100 characters. This name has {n}.", "n", n)}
	}
	return nil
}

func (r *Report) cleanFiles() error {
	for _, file := range r.Files {
		if !slices.Contains(Files, file) {
			return entered.Problem{Where: "files", Expected: "csv, details, range or xlsx", Found: shown(string(file)), Words: words.Later("Choose files from the list.")}
		}
	}
	r.Files = slices.DeleteFunc(slices.Clone(Files), func(file File) bool { return !slices.Contains(r.Files, file) })
	if slices.Contains(r.Files, Range) && r.Period == NoPeriod {
		return entered.Problem{Where: "files", Expected: "a range for the range CSV", Found: "no range", Words: words.Later("The range CSV needs a time range. Choose a time range, or leave this file out.")}
	}
	if len(r.Files) == 0 && (r.Attach || r.ToFolder) {
		return entered.Problem{Where: "files", Expected: "a file to attach or to put into the folder", Found: "none", Words: words.Later("Choose at least one file to attach or to save in the folder.")}
	}
	return nil
}

// cleanFolder takes a path below a folder and none that leads out of it.
func (r *Report) cleanFolder() error {
	folder := strings.TrimSpace(r.Folder)
	if !r.ToFolder || folder == "" {
		r.Folder = ""
		return nil
	}
	folder = strings.TrimSuffix(folder, "/")
	parts := strings.Split(folder, "/")
	odd := func(part string) bool {
		return strings.HasPrefix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " ") || fileName(part) != part
	}
	if !fs.ValidPath(folder) || !storable(folder) || len(folder) > longestFolder || slices.ContainsFunc(parts, odd) {
		return entered.Problem{Where: "folder", Expected: "a folder below that of the server, such as weekly/west", Found: shown(folder), Words: words.Later("Enter a folder inside the reports folder of the server, such as weekly/west.")}
	}
	r.Folder = path.Clean(folder)
	return nil
}

// shown is what was found, short enough for a sentence.
func shown(text string) string {
	if text == "" {
		return "nothing"
	}
	return feed.Shown(strings.ToValidUTF8(text, "?"))
}

func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }
