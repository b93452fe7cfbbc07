package models

// ImportReject is a row of import_rejects: a piece of a file's rejects.csv. Package
// imports writes and reads its bytes.
type ImportReject struct {
	ImportID string
	File     int // its Number
	Part     int // its place among the pieces of the file
	Rows     []byte
}

// TableName implements GORM's Tabler.
func (ImportReject) TableName() string { return "import_rejects" }
