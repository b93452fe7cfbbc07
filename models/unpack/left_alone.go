package unpack

import "strings"

// leftAlone are the names of files that operating systems put into folders, in lower
// case.
var leftAlone = map[string]bool{
	"thumbs.db": true, "ehthumbs.db": true, "desktop.ini": true, "icon\r": true,
	"$recycle.bin": true, "system volume information": true, "__macosx": true,
}

// unfinished are the endings, in lower case, of files that a program has not finished:
// downloads, transfers and files that are open in an editor.
var unfinished = []string{
	"~", ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".opdownload", ".filepart",
	".!ut", ".swp", ".swo", ".swx", ".lock", ".lck",
}

// LeftAlone reports whether a file is none that people meant to send, to be told from
// its name: it is hidden, belongs to an operating system, or is not finished. name has
// no folders.
func LeftAlone(name string) bool {
	lower := strings.ToLower(name)
	for _, ending := range unfinished {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return leftAlone[lower] || strings.HasPrefix(name, ".") || // .DS_Store and ._name of macOS too
		strings.HasPrefix(name, "~$") || // open in an office program
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}
