package models

// A JournalKind says what the entries of a part are about. Package imports defines the
// kinds.
// For packages of models only.
type JournalKind int

// JournalPart is a row of import_journal: packed entries of one import, in the format
// of package imports.
// For packages of models only.
type JournalPart struct {
	MergeNumber int64 `gorm:"primaryKey;autoIncrement:false"` // of the import
	Part        int   `gorm:"primaryKey;autoIncrement:false"`
	Kind        JournalKind
	Day         int32 // since 1970-01-01 UTC; used by some kinds only
	Entries     []byte
}

// TableName implements GORM's Tabler.
func (JournalPart) TableName() string { return "import_journal" }

// ImportReject is a row of import_rejects: a piece of a file's rejects.csv. Package
// imports writes and reads its bytes.
// For packages of models only.
type ImportReject struct {
	ImportID string
	File     int // its Number
	Part     int // its place among the pieces of the file
	Rows     []byte
}

// TableName implements GORM's Tabler.
func (ImportReject) TableName() string { return "import_rejects" }
