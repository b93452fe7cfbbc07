package models

// A JournalKind is what a part of a journal is about; package imports has them.
type JournalKind int

// JournalPart is a row of import_journal: some packed entries.
type JournalPart struct {
	MergeNumber int64 `gorm:"primaryKey;autoIncrement:false"`
	Part        int   `gorm:"primaryKey;autoIncrement:false"`
	Kind        JournalKind
	Day         int32
	Entries     []byte
}

func (JournalPart) TableName() string { return "import_journal" }
