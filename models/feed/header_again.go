package feed

import "bytes"

// isHeaderAgain reports whether the row is the header once more, as it stands in the
// middle of files that were joined. A byte order mark may stand before it, also one
// that was read as Windows-1252.
func (r *reader) isHeaderAgain() bool {
	if r.row.fault != "" || len(r.row.fields) != len(r.Columns) {
		return false
	}
	for i, field := range r.row.fields {
		if i == 0 && !r.ascii {
			field = bytes.TrimPrefix(bytes.TrimPrefix(field, []byte(ByteOrderMark)), []byte("ï»¿"))
			field = bytes.Trim(bytes.TrimSpace(field), `"`)
		}
		if !bytes.EqualFold(bytes.TrimSpace(field), []byte(r.Columns[i])) {
			return false
		}
	}
	return true
}
