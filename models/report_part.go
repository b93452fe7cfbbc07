package models

type reportPart struct {
	ReportID string
	Part     int
	Rows     []byte
}

func (reportPart) TableName() string { return "report_parts" }
