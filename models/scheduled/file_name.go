package scheduled

import (
	"strings"
	"unicode"

	"lightson/models/recurring"
)

// ending tells the files of a report apart.
func (f File) ending() string {
	switch f {
	case Details:
		return " details.csv"
	case Range:
		return " range.csv"
	case XLSX:
		return ".xlsx"
	default:
		return ".csv"
	}
}

// FileName names a file of a run: the name of the scheduled report, the local date on
// which it was due, and the time of day where there may be several on a date.
func (r Report) FileName(run Run, file File) string {
	layout := "2006-01-02"
	if r.Times.Every == recurring.ByCron {
		layout = "2006-01-02 1504"
	}
	if run.ByHand {
		layout = "2006-01-02 150405"
	}
	return fileName(r.Name) + " " + run.DueAt.Time().In(r.Times.Location()).Format(layout) + file.ending()
}

// fileName makes a name one that every file system takes, and that no command takes for an
// option.
func fileName(name string) string {
	name = strings.Map(func(sign rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, sign) || unicode.IsControl(sign) || unicode.Is(unicode.Cf, sign) || sign == unicode.ReplacementChar {
			return '-'
		}
		return sign
	}, strings.ToValidUTF8(name, "-"))
	const longest = 120 // bytes: file systems take 255 with the date and the ending
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	if name = strings.TrimRight(strings.TrimLeft(name, " .-"), " ."); name == "" {
		return "report"
	}
	return name
}
