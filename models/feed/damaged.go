package feed

// A Damaged is what is still known of an id that a spreadsheet damaged.
type Damaged struct{}

// DamageOf reads a damaged id. It is false where the id has no damage that can be undone.
func DamageOf(id string) (Damaged, bool) { return Damaged{}, false }

// Fits reports whether the damaged id may have been made of this one.
func (d Damaged) Fits(id string) bool { return false }

// A Match says which known id a damaged one can only stand for.
type Match struct{ Damaged, Known string }

// MatchDamaged finds for the damaged ones among the ids of a file the known ids that
// they can only stand for.
func MatchDamaged(ids, known []string) []Match { return nil }
