package feed

// firstRows is how many rows a sink is shown as they stand.
const firstRows = 5

// showFirst shows the row to the sink.
func (r *reader) showFirst() error {
	fields := make([]string, len(r.row.fields))
	for i, field := range r.row.fields {
		fields[i] = shorten(field)
	}
	return r.given(r.sink.First(fields), r.row.line)
}
