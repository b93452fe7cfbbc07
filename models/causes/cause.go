package causes

import "lightson/models/uptime"

// A Member is a store that is open and polled. Group, City and Zone are empty where they
// are unknown.
type Member struct {
	Group, City, Zone string

	// Active is the newest poll that saw the store active, of a dark one the last before it
	// went dark. [uptime.Beginning] where there is none; the opening will do where the store
	// was inactive from then on.
	Active uptime.Instant

	// Dark says that it is offline, Inactive since which poll that is seen.
	Dark     bool
	Inactive uptime.Instant
}

// A Kind is what a cause may be. Its values are fit for being stored.
type Kind string

const (
	Everything Kind = "everything"
	Group      Kind = "group"
	City       Kind = "city"
	Zone       Kind = "zone"
)

// A Name names what stores have in common. Text is empty for Everything.
type Name struct {
	Kind Kind
	Text string
}

// A Cause explains stores that went dark together.
type Cause struct {
	Name

	// Alike are other names that explain the same just as well, because they have the same
	// stores of those that can be told.
	Alike []Name

	// Stores are the places in what was given of the stores that went dark by it.
	// A store is in one cause at most.
	Stores []int

	// Of is how many stores it could have made dark and that can be told, itself included.
	Of int

	// The stores went dark after From and not after To.
	From, To uptime.Instant
}

// Chance is how often at most a search finds a cause where there is none.
const Chance = 0.001

// Least is how many stores have to go dark together to be asked for their cause.
const Least = 4
