package feed

// A SpecialRow is one span in which a store is open on one date, instead of its weekly
// hours on that date.
type SpecialRow struct {
	Store      []byte // only valid during the call
	Date       int    // the local date, in days since 1970-01-01
	Start, End int    // as in HoursRow
	Closed     bool   // closed all day, and the times say nothing
	Note       []byte // cleaned, at most 500 characters; only valid during the call
}
