package figures

import "lightson/models/uptime"

// packedPolls are polls of some stores and days, packed as in the database.
type packedPolls interface {
	// appendPolls appends the polls of one store to dst, in order. The store is
	// given by its id in the database.
	appendPolls(dst []uptime.Poll, store int32) ([]uptime.Poll, error)
}
