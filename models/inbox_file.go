package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"lightson/models/uptime"
	"lightson/models/words"
)

// An InboxFile is a file of the inbox that needs someone's attention. A file that is
// taken in and moved away has no row.
type InboxFile struct {
	ID         string // InboxFileID of its name; empty for the inbox folder itself
	Name       string // fit to be shown
	State      InboxState
	Reason     words.Stored   // why the file or its import was refused; empty for a feed
	Problem    words.Stored   // why it is still in the inbox, and what to do; empty where it is not
	Place      string         // where it was put within the inbox, such as failed/a.csv; empty where it is still in it
	ImportID   string         // the import that read it; may be deleted by now
	Size       int64          // of the version of the file that the row is about
	ModifiedAt uptime.Instant // of that version
	FoundAt    uptime.Instant // when the problem was first met
}

// InboxState is what became of a file of the inbox.
type InboxState string

const (
	InboxWaiting InboxState = "waiting" // it could not be read so far, and every look tries again
	InboxRefused InboxState = "refused" // it is no feed
	InboxTakenIn InboxState = "taken_in"
)

// InboxFileID identifies a file of the inbox by its name, whose bytes may be no text.
func InboxFileID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// InboxFiles are the files of the inbox that need attention: the folder itself first,
// then the newest problem first.
func (db *DB) InboxFiles(ctx context.Context) ([]InboxFile, error) {
	var files []InboxFile
	if err := db.GORM(ctx).Order("CASE WHEN id = '' THEN 0 ELSE 1 END, found_at DESC, name, id").Find(&files).Error; err != nil {
		return nil, fmt.Errorf("read the problems of the inbox: %w", err)
	}
	return files, nil
}

// inboxFilesPerStatement keeps a statement within the variables that SQLite allows.
const inboxFilesPerStatement = 500

// SaveInboxFiles writes rows of the inbox, and deletes those with the ids in gone.
func (db *DB) SaveInboxFiles(ctx context.Context, files []InboxFile, gone []string) error {
	if len(files)+len(gone) == 0 {
		return nil
	}
	err := db.Update(ctx, func(tx *Tx) error {
		g := tx.GORM(ctx)
		for some := range slices.Chunk(gone, inboxFilesPerStatement) {
			if err := g.Where("id IN ?", some).Delete(&InboxFile{}).Error; err != nil {
				return err
			}
		}
		if len(files) == 0 {
			return nil
		}
		return g.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(files, inboxFilesPerStatement).Error
	})
	if err != nil {
		return fmt.Errorf("save the problems of the inbox: %w", err)
	}
	return nil
}
