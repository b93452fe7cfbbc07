package models

// A journalKind is what a part of a journal is about; package imports has them.
type journalKind int

// journalPart is a row of import_journal: some packed entries.
type journalPart struct {
	MergeNumber int64 `gorm:"primaryKey;autoIncrement:false"`
	Part        int   `gorm:"primaryKey;autoIncrement:false"`
	Kind        journalKind
	Day         int32
	Entries     []byte
}

func (journalPart) TableName() string { return "import_journal" }
