package reports

// AppendRow packs a row of a report.
func AppendRow(dst []byte, r Row) []byte { return r.append(dst) }

// ReadRow unpacks a row of a report.
func ReadRow(b []byte) (row Row, rest []byte, err error) { return readRow(b) }
