package views

// Corrected is what corrections make of figures beside which it stands.
type Corrected struct {
	Availability string // "98.40 %"; "—" where nothing is left to judge
	Excused      string // "6 h"
}
