package jobs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/uptime"
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
			Problem: moveProblem(folder, err), Size: info.Size(), ModifiedAt: uptime.At(info.ModTime()),
		}
		if i.State != models.Complete {
			row.State, row.Reason = models.InboxRefused, endReason(i)
		}
		stuck(row, err)
	}
}

// endReason says why an import was not completed.
func endReason(i models.Import) string {
	if i.State == models.Cancelled {
		return "The import was cancelled."
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
		_, err := b.refuse(f.name, errors.New(endReason(i)))
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

// refuse moves a file to failed/, with the reason beside it.
func (b *inbox) refuse(name string, why error) (place string, err error) {
	return b.move(name, failedDir, func(place string) ([]string, error) {
		path := rejectsBeside(place, 1)
		return []string{path}, writeNew(path, func(w io.Writer) error { return imports.WriteRefusal(w, name, why) })
	})
}

// writeNew writes a file that is not there yet.
func writeNew(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// move moves a file into a folder of the inbox, under a name that neither a file nor
// its rejects have. beside, which may be nil, writes files beside that place first; they
// are removed where the file cannot be moved. place is within the inbox.
func (b *inbox) move(shown, folder string, beside func(place string) (written []string, err error)) (place string, err error) {
	dir := filepath.Join(b.dir, folder)
	if err := makeFolder(dir); err != nil {
		return "", err
	}
	name := b.diskName(shown)
	from := filepath.Join(b.dir, name)
	if _, err := os.Lstat(from); err != nil {
		return "", err
	}
	to := ""
	for n := 1; to == "" || exists(to) || exists(rejectsBeside(to, 1)); n++ {
		to = filepath.Join(dir, placeName(name, n))
	}
	var written []string
	if beside != nil {
		written, err = beside(to)
	}
	if err == nil {
		err = b.rename(from, to)
	}
	if errors.Is(err, syscall.EXDEV) {
		err = b.copyAway(from, to)
	}
	if err != nil {
		for _, path := range written {
			_ = os.Remove(path) // it is beside nothing
		}
		return "", err
	}
	return folder + "/" + shownName(filepath.Base(to)), nil
}

// errLinkedFolder says that a folder of the inbox is a link that somebody made who
// could so have files put anywhere.
var errLinkedFolder = errors.New("a link of another user")

// makeFolder makes a folder of the inbox. It may be a link of our own to another place.
func makeFolder(dir string) error {
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 && madeByOther(info) {
		return errLinkedFolder
	}
	return os.MkdirAll(dir, 0o700)
}

// copyAway moves a file to another file system: it copies it down to the disk, and
// removes it then. After an error nothing is left of the copy.
func (b *inbox) copyAway(from, to string) (err error) {
	src, err := b.open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	temp := filepath.Join(filepath.Dir(to), "."+models.InboxFileID(filepath.Base(to))+".part")
	_ = os.Remove(temp) // of a copy that was interrupted
	err = writeNew(temp, func(w io.Writer) error {
		if _, err := io.Copy(w, src); err != nil {
			return err
		}
		return w.(*os.File).Sync() // the only writer that writeNew has
	})
	if info, statErr := src.Stat(); err == nil && statErr == nil {
		err = os.Chtimes(temp, info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = os.Rename(temp, to)
	}
	if err != nil {
		return errors.Join(err, ignoreGone(os.Remove(temp)))
	}
	if err := os.Remove(from); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, os.Remove(to)) // else there would be a copy more at each look
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
