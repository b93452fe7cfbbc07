package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/uptime"
)

// file moves the files of an import that is final to where they belong. One
// that is gone was moved already, perhaps by another server.
func (b *inbox) file(ctx context.Context, db *models.DB, i models.Import) error {
	var failed error
	for _, f := range b.found(i) {
		if err := b.fileOne(ctx, db, i, f); !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// A foundFile is a file of the inbox: one of an import, or an archive of some.
type foundFile struct {
	name  string
	feeds []models.ImportFile
}

// found are the files of the inbox that an import read.
func (b *inbox) found(i models.Import) []foundFile {
	var files []foundFile
	for _, feed := range i.Files {
		name := b.nameOf(feed)
		if n := len(files) - 1; n >= 0 && files[n].name == name {
			files[n].feeds = append(files[n].feeds, feed)
			continue
		}
		files = append(files, foundFile{name, []models.ImportFile{feed}})
	}
	return files
}

// nameOf is the name in the inbox of a file of an import, which may be one in an
// archive: "polls.zip: polls.csv". People may call a file anything, so whatever
// is there and was written when the import found it is taken for the archive.
func (b *inbox) nameOf(feed models.ImportFile) string {
	for at := range feed.Name {
		if !strings.HasPrefix(feed.Name[at:], models.InArchive) {
			continue
		}
		archive := feed.Name[:at]
		info, err := b.stat(archive)
		if err == nil && uptime.At(info.ModTime()) == feed.ModifiedAt {
			return archive
		}
	}
	return feed.Name
}

// stat looks for a file in the inbox itself, wherever a name may lead.
func (b *inbox) stat(name string) (fs.FileInfo, error) {
	if filepath.Base(name) != name {
		return nil, fs.ErrNotExist
	}
	return os.Stat(filepath.Join(b.dir, name))
}

// isBusy reports whether one of the files of imports, which may be in an
// archive, is the file of the inbox or in it.
func isBusy(busy []string, name string) bool {
	return slices.ContainsFunc(busy, func(b string) bool { return b == name || strings.HasPrefix(b, name+models.InArchive) })
}

func (b *inbox) fileOne(ctx context.Context, db *models.DB, i models.Import, found foundFile) error {
	first := found.feeds[0]
	info, err := b.stat(found.name)
	if err != nil {
		return err
	}
	sized := found.name == first.Name // an archive has a size of its own
	if sized && info.Size() != first.Size || first.ModifiedAt != 0 && uptime.At(info.ModTime()) != first.ModifiedAt {
		return nil // another file by now, to be taken in anew
	}
	switch {
	case i.State == models.Cancelled:
		return b.refuse(found.name, errors.New("The import was cancelled."))
	case i.State == models.Failed:
		return b.refuse(found.name, errors.New(i.Error))
	}
	bad := slices.DeleteFunc(slices.Clone(found.feeds), func(f models.ImportFile) bool { return f.Rejected == 0 })
	if len(bad) == 0 {
		_, err := b.move(found.name, doneDir)
		return err
	}
	place, err := b.move(found.name, failedDir)
	for _, feed := range bad {
		if err == nil {
			err = writeRejects(ctx, db, place, feed)
		}
	}
	return err
}

// writeRejects writes the rejects of a feed beside the file at place. The feeds
// of an archive have one file each.
func writeRejects(ctx context.Context, db *models.DB, place string, feed models.ImportFile) error {
	path := rejectsBeside(place)
	for n := 2; exists(path); n++ {
		path = fmt.Sprintf("%s.%d.rejects.csv", strings.TrimSuffix(place, filepath.Ext(place)), n)
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(db.WriteRejects(ctx, out, feed), out.Close())
}
