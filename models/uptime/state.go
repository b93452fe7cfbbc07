package uptime

// A State is what is known of a store at an instant.
type State uint8

const (
	NoData  State = iota // open, and no poll speaks for it
	Up                   // open and seen active
	Down                 // open and seen inactive
	Closed               // outside business hours; only Now says this
	Excused              // open, and inside a correction; only where a History has some
)

func (s State) String() string {
	return [...]string{NoData: "no data", Up: "up", Down: "down", Closed: "closed", Excused: "excused"}[s]
}
