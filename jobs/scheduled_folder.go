package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/feed"
	"lightson/models/reports"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	// mostFileTries is how often files are put into a folder that cannot take them.
	mostFileTries = 10
	// mostSameNames is how many files of one name are there at most.
	mostSameNames = 100
)

// fileRun puts the files of a complete report into the folder of the server. Files that
// are there already with the same bytes are not written again, so two servers, or one that
// died in the middle, leave each file once.
func (j *Jobs) fileRun(ctx context.Context, p access.Principal, s scheduled.Report, run scheduled.Run, r models.Report) error {
	switch {
	case !s.ToFolder || r.State != models.Complete:
		return j.closeRun(ctx, run, words.Message{})
	case j.settings.ReportsDir == "":
		return j.closeRun(ctx, run, words.Later("No file was saved: this server has no reports folder."))
	case !access.MayFile(p):
		return j.closeRun(ctx, run, words.Later("No file was saved: only operators who see all stores can use the reports folder."))
	case !fileAgain(run, uptime.At(j.worker.now())):
		return nil
	}
	channels, err := j.workingChannels(ctx, s.PersonID)
	if err != nil {
		return err
	}
	filed, err := j.putFiles(ctx, s, run, r)
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return scheduled.ChangeRun(ctx, tx, run.ID, func(run *scheduled.Run) error {
			if run.FiledAt.Known {
				return nil
			}
			run.FileTries++
			if err != nil && run.FileTries < mostFileTries {
				j.log.WarnContext(ctx, "files of a scheduled report are not in their folder yet", "run", run.ID, "tries", run.FileTries, "error", err)
				return nil
			}
			run.Filed, run.FiledAt = filed, models.InstantAt(uptime.At(j.worker.now()))
			if err == nil {
				return nil
			}
			j.log.ErrorContext(ctx, "files of a scheduled report are not in their folder", "run", run.ID, "error", err)
			run.Note(words.Later("Not all files could be saved in the folder: {why}.", "why", folderFault(err)))
			return j.tellEach(ctx, tx, p, s.Chosen(channels), telling{deliveries.Report, run.ID + ":folder", s.UnfiledPayload(*run, r), func(w *words.Words) deliveries.Message {
				return s.UnfiledMessage(w, *run, r)
			}})
		})
	})
}

// fileAgain reports whether it is time for another try: after 2, 4, 8 … seconds, since what
// is in the way is gone soon or late.
func fileAgain(run scheduled.Run, now uptime.Instant) bool {
	wait := uptime.Micros(0)
	for n := range run.FileTries {
		wait += 2 * uptime.Second << n
	}
	return now >= run.ToldAt.At.Add(wait)
}

// putFiles writes the files and returns the names of those that are there.
func (j *Jobs) putFiles(ctx context.Context, s scheduled.Report, run scheduled.Run, r models.Report) (filed []string, err error) {
	filed = []string{}
	root, err := os.OpenRoot(j.settings.ReportsDir) // nothing below it leads out of it, links neither
	if err != nil {
		return filed, err
	}
	defer root.Close()
	if s.Folder != "" {
		if err := root.MkdirAll(s.Folder, 0o755); err != nil {
			return filed, err
		}
	}
	for _, file := range s.FilesOf(r) {
		var body bytes.Buffer
		if err := j.writeReportFile(ctx, &body, r, file); err != nil {
			return filed, err
		}
		name, err := putFile(root, path.Join(s.Folder, s.FileName(run, file)), body.Bytes())
		if err != nil {
			return filed, err
		}
		filed = append(filed, name)
	}
	return filed, nil
}

// putFile writes a file and gives it its name once it is complete. It replaces nothing:
// where another file has the name, the new one gets a number.
func putFile(root *os.Root, name string, body []byte) (string, error) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	part := name + "." + hex.EncodeToString(random) + ".part"
	if err := writeSynced(root, part, body); err != nil {
		return "", errors.Join(err, ignoreMissing(root.Remove(part)))
	}
	defer func() { _ = root.Remove(part) }()
	ending := path.Ext(name)
	for n := 1; n <= mostSameNames; n++ {
		numbered := name
		if n > 1 {
			numbered = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ending), n, ending)
		}
		switch err := renameNew(root, part, numbered); {
		case err == nil:
			return numbered, nil
		case !errors.Is(err, os.ErrExist):
			return "", err
		}
		if same, err := holds(root, numbered, body); err != nil || same {
			return numbered, err
		}
	}
	return "", fmt.Errorf("%s: expected fewer than %d files of this name: %w", name, mostSameNames, os.ErrExist)
}

func writeSynced(root *os.Root, name string, body []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

// renameNew renames a file unless the name is taken. A second link does so at once; where
// the file system has none, a look comes first.
func renameNew(root *os.Root, from, to string) error {
	err := root.Link(from, to)
	if err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := root.Lstat(to); err == nil {
		return os.ErrExist
	}
	return root.Rename(from, to)
}

// holds reports whether a name is that of a file with the same bytes. A folder or a link
// is not.
func holds(root *os.Root, name string, body []byte) (bool, error) {
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(body)) {
		return false, ignoreMissing(err)
	}
	f, err := root.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	found, err := io.ReadAll(f)
	return bytes.Equal(found, body), err
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// folderFault says what is wrong with a folder, without the paths of the machine.
func folderFault(err error) words.Message {
	var fault *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &link):
		return words.Said(link.Err.Error())
	case errors.As(err, &fault):
		return words.Said(fault.Err.Error())
	default:
		return words.Later("the server's log says why")
	}
}

// writeReportFile writes a file of a complete report as people download it.
func (j *Jobs) writeReportFile(ctx context.Context, w io.Writer, r models.Report, file scheduled.File) error {
	rows := reports.Rows(ctx, j.db, r.ID)
	if slices.Contains([]scheduled.File{scheduled.Details, scheduled.Range}, file) {
		if _, err := io.WriteString(w, feed.ByteOrderMark); err != nil {
			return err
		}
	}
	switch file {
	case scheduled.CSV:
		return reports.WriteCSV(w, r.Corrected, rows)
	case scheduled.Details:
		return reports.WriteDetailsCSV(w, r.Ranged(), rows)
	case scheduled.Range:
		return reports.WriteRangeCSV(w, rows)
	default:
		return reports.WriteWorkbook(w, r, rows)
	}
}

// pruneScheduled deletes what of long histories nobody looks at any more.
func (j *Jobs) pruneScheduled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return scheduled.Prune(ctx, j.db, uptime.At(j.worker.now()))
}
