package materialized

// SetSizes bounds what is done at a time, so that few stores and dates are several parts.
func (r *Refresher) SetSizes(dates, members, stores, rows int) {
	r.sizes = sizes{dates, members, stores, rows}
}
