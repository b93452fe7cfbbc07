package models

type ReportPart struct {
	ReportID string
	Part     int
	Rows     []byte
}

func (ReportPart) TableName() string { return "report_parts" }
