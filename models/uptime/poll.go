package uptime

// Reach is how far one poll speaks, in either direction.
const Reach = Day

// A Poll is what was seen of a store at one instant.
type Poll struct {
	At     Instant
	Active bool
}

// State is the state that the poll saw.
func (p Poll) State() State {
	if p.Active {
		return Up
	}
	return Down
}
