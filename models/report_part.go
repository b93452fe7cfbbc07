package models

// ReportPart is a row of report_parts: the rows of some stores. Package reports writes
// and reads its bytes.
type ReportPart struct {
	ReportID string
	Part     int
	Rows     []byte
}

// TableName implements GORM's Tabler.
func (ReportPart) TableName() string { return "report_parts" }
