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
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// moveOut moves the files of a final import to done/ or failed/. A file that is
// gone was moved already, perhaps by another server.
func (b *inbox) moveOut(ctx context.Context, db *models.DB, i models.Import) error {
	var failed error
	for _, f := range b.filesOf(i) {
		if err := b.moveFile(ctx, db, i, f); !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// An inboxFile is a file of the inbox with the files of an import in it: one, or
// several where it is an archive.
type inboxFile struct {
	name  string
	feeds []models.ImportFile
}

// filesOf are the files of the inbox that an import read.
func (b *inbox) filesOf(i models.Import) []inboxFile {
	var files []inboxFile
	for _, feed := range i.Files {
		name := b.nameOf(feed)
		if n := len(files) - 1; n >= 0 && files[n].name == name {
			files[n].feeds = append(files[n].feeds, feed)
			continue
		}
		files = append(files, inboxFile{name, []models.ImportFile{feed}})
	}
	return files
}

// nameOf is the name in the inbox of a file of an import. The file may come from an
// archive: "polls.zip: polls.csv". A plain file may have such a name too, so the
// name before the colon counts only if there is a file of that name which is as old
// as the one that the import found.
func (b *inbox) nameOf(feed models.ImportFile) string {
	for at := range feed.Name {
		if !strings.HasPrefix(feed.Name[at:], unpack.InArchive) {
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

// stat looks for a file in the inbox. A name that leads into another folder is not
// found.
func (b *inbox) stat(name string) (fs.FileInfo, error) {
	if filepath.Base(name) != name {
		return nil, fs.ErrNotExist
	}
	return os.Stat(filepath.Join(b.dir, name))
}

// isBusy reports whether busy, the names of files of imports, has the file of the
// inbox or a file in it, as in an archive.
func isBusy(busy []string, name string) bool {
	return slices.ContainsFunc(busy, func(b string) bool { return b == name || strings.HasPrefix(b, name+unpack.InArchive) })
}

func (b *inbox) moveFile(ctx context.Context, db *models.DB, i models.Import, f inboxFile) error {
	first := f.feeds[0]
	info, err := b.stat(f.name)
	if err != nil {
		return err
	}
	plain := f.name == first.Name // the size of an archive is not recorded
	if plain && info.Size() != first.Size || first.ModifiedAt != 0 && uptime.At(info.ModTime()) != first.ModifiedAt {
		return nil // it is another file by now, for another import
	}
	switch {
	case i.State == models.Cancelled:
		return b.refuse(f.name, errors.New("The import was cancelled.")) //nolint:staticcheck // people read it as a sentence
	case i.State == models.Failed:
		return b.refuse(f.name, errors.New(i.Error))
	}
	bad := slices.DeleteFunc(slices.Clone(f.feeds), func(f models.ImportFile) bool { return f.Rejected == 0 })
	if len(bad) == 0 {
		_, err := b.move(f.name, doneDir)
		return err
	}
	place, err := b.move(f.name, failedDir)
	for _, feed := range bad {
		if err == nil {
			err = writeRejects(ctx, db, place, feed)
		}
	}
	return err
}

// writeRejects writes the rejects of a feed beside the file at place. Each feed of
// an archive has a file of rejects of its own.
func writeRejects(ctx context.Context, db *models.DB, place string, feed models.ImportFile) error {
	path := rejectsBeside(place)
	for n := 2; exists(path); n++ {
		path = fmt.Sprintf("%s.%d.rejects.csv", strings.TrimSuffix(place, filepath.Ext(place)), n)
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(imports.WriteMarkedRejects(ctx, db, out, feed), out.Close())
}
