package jobs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/uptime"
	"lightson/models/words"
)

// moveOut moves the files of a final import to done/ or failed/. A file that is
// gone was moved already, perhaps by another server. It calls stuck for each file that
// cannot be moved; the others are.
func (b *inbox) moveOut(ctx context.Context, db *models.DB, i models.Import, stuck func(models.InboxFile, error)) {
	for _, f := range b.filesOf(i) {
		info, err := b.stat(f.name)
		if err != nil {
			continue
		}
		folder, err := b.moveFile(ctx, db, i, f, info)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		row := models.InboxFile{
			ID: models.InboxFileID(b.diskName(f.name)), Name: f.name, State: models.InboxTakenIn, ImportID: i.ID,
			Problem: moveProblem(folder, err).Stored(), Size: info.Size(), ModifiedAt: uptime.At(info.ModTime()),
		}
		if i.State != models.Complete {
			row.State, row.Reason = models.InboxRefused, endReason(i)
		}
		stuck(row, err)
	}
}

// endReason says why an import was not completed.
func endReason(i models.Import) words.Stored {
	if i.State == models.Cancelled {
		return words.Later("The import was cancelled.").Stored()
	}
	return i.Error
}

// An inboxFile is a file of the inbox with the files of an import in it: one, or
// several where it is an archive.
type inboxFile struct {
	name  string // as it is shown
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

// moveFile moves a file of a final import, unless it is another file by now, for another
// import. folder is where it belongs.
func (b *inbox) moveFile(ctx context.Context, db *models.DB, i models.Import, f inboxFile, info fs.FileInfo) (folder string, err error) {
	first := f.feeds[0]
	plain := f.name == first.Name // the size of an archive is not recorded
	if plain && info.Size() != first.Size || first.ModifiedAt != 0 && uptime.At(info.ModTime()) != first.ModifiedAt {
		return "", nil
	}
	if i.State != models.Complete {
		_, err := b.refuse(f.name, errors.New(endReason(i).String()))
		return failedDir, err
	}
	if first.Kind == "" { // it could not be read
		return "", nil
	}
	bad := slices.DeleteFunc(slices.Clone(f.feeds), func(f models.ImportFile) bool { return f.Rejected == 0 })
	if len(bad) == 0 {
		_, err := b.move(f.name, doneDir, nil)
		return doneDir, err
	}
	_, err = b.move(f.name, failedDir, func(place string) (written []string, err error) {
		for n, feed := range bad { // each feed of an archive has a file of rejects of its own
			path := rejectsBeside(place, n+1)
			written = append(written, path)
			if err := writeNew(path, func(w io.Writer) error { return imports.WriteMarkedRejects(ctx, db, w, feed) }); err != nil {
				return written, err
			}
		}
		return written, nil
	})
	return failedDir, err
}
