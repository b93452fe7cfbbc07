package demo

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The names under which Write leaves the feeds.
const (
	PollsName = "store_status.csv"
	HoursName = "menu_hours.csv"
	ZonesName = "timezones.csv"
	NamesName = "store_names.csv"
)

// SpecialDaysName is the usual name of what WriteSpecialDays writes.
const SpecialDaysName = "special_days.csv"

// A File is one feed on disk and how many rows it has below its header.
type File struct {
	Path string
	Rows int64
}

// Files are the four feeds that Write has left.
type Files struct{ Polls, Hours, Zones, Names File }

// All are the files, polls first.
func (f Files) All() []File { return []File{f.Polls, f.Hours, f.Zones, f.Names} }

// Write makes the four feeds in dir, which it creates if need be, in place of
// earlier ones. Each feed appears under its name when all four are complete;
// on an error none of the new ones, nor a directory made for them, stays.
// progress may be nil.
func Write(dir string, o Options, progress Progress) (Files, error) {
	if err := o.Validate(); err != nil {
		return Files{}, err
	}
	files, err := publish(dir, []feed{
		{PollsName, func(w io.Writer) (int64, error) { return WritePolls(w, o, progress) }},
		{HoursName, func(w io.Writer) (int64, error) { return WriteHours(w, o) }},
		{ZonesName, func(w io.Writer) (int64, error) { return WriteZones(w, o) }},
		{NamesName, func(w io.Writer) (int64, error) { return WriteNames(w, o) }},
	})
	if err != nil {
		return Files{}, fmt.Errorf("write demo data: %w", err)
	}
	return Files{Polls: files[0], Hours: files[1], Zones: files[2], Names: files[3]}, nil
}

// A feed is a file to be: write returns how many rows it has written.
type feed struct {
	name  string
	write func(io.Writer) (int64, error)
}

// publish writes all feeds as drafts and then gives each its name.
func publish(dir string, feeds []feed) (files []File, err error) {
	made, err := makeDir(dir)
	ours := make([]string, len(feeds)) // where each feed is at the moment
	defer func() {
		if err != nil {
			for _, path := range append(ours, made...) {
				_ = os.Remove(path) // of a directory that is not empty by now, it rightly refuses
			}
		}
	}()
	if err != nil {
		return nil, err
	}
	files = make([]File, len(feeds))
	for i, f := range feeds {
		files[i].Path = filepath.Join(dir, f.name)
		if err := notADirectory(files[i].Path); err != nil {
			return nil, err
		}
	}
	for i, f := range feeds {
		if ours[i], files[i].Rows, err = writeDraft(dir, f.write); err != nil {
			return nil, err
		}
	}
	for i, f := range files {
		if err := os.Rename(ours[i], f.Path); err != nil {
			return nil, err
		}
		ours[i] = f.Path
	}
	return files, nil
}

// makeDir creates dir and what is missing above it, and returns what it had to
// create, innermost first, which is the order to remove it in.
func makeDir(dir string) (made []string, err error) {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, os.ErrNotExist) {
			break
		}
		made = append(made, at)
	}
	return made, os.MkdirAll(dir, 0o755)
}

// notADirectory finds before the work what would make a rename fail after it.
func notADirectory(path string) error {
	if at, err := os.Lstat(path); err == nil && at.IsDir() {
		return fmt.Errorf("%s is in the way: it is a directory", path)
	}
	return nil
}

// writeDraft writes one feed under a passing name in dir, hidden and not ending
// in .csv, so that nobody takes it for a finished one. The path is returned on
// an error too, for removal.
func writeDraft(dir string, write func(io.Writer) (int64, error)) (path string, rows int64, err error) {
	f, err := os.CreateTemp(dir, ".demo-*.part")
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// CreateTemp makes private files; these are for everyone to read.
	if err := f.Chmod(0o644); err != nil {
		return f.Name(), 0, err
	}
	rows, err = write(f)
	return f.Name(), rows, err
}
