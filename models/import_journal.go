package models

// A JournalKind says what the entries of a part are about. Package imports defines the
// kinds.
type JournalKind int

// JournalPart is a row of import_journal: packed entries of one import, in the format
// of package imports.
type JournalPart struct {
	MergeNumber int64 `gorm:"primaryKey;autoIncrement:false"` // of the import
	Part        int   `gorm:"primaryKey;autoIncrement:false"`
	Kind        JournalKind
	Day         int32 // since 1970-01-01 UTC; used by some kinds only
	Entries     []byte
}

// TableName implements GORM's Tabler.
func (JournalPart) TableName() string { return "import_journal" }
