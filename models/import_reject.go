package models

// importReject is a row of import_rejects: a piece of a file's rejects.csv.
type importReject struct {
	ImportID string
	File     int
	Part     int
	Rows     []byte
}

func (importReject) TableName() string { return "import_rejects" }
