package models

// ImportReject is a row of import_rejects: a piece of a file's rejects.csv.
type ImportReject struct {
	ImportID string
	File     int
	Part     int
	Rows     []byte
}

func (ImportReject) TableName() string { return "import_rejects" }
