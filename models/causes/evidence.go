package causes

import "math"

// The shares that are expected before anything is seen, as beta distributions: of the stores
// of a cause that go dark, and of those that go dark by themselves between two polls.
const (
	causeDark, causeOn           = 4, 1
	backgroundDark, backgroundOn = 1, 30
)

// evidence computes with the logarithms of factorials up to a number of stores.
type evidence struct{ factorials []float64 }

func newEvidence(stores int) evidence {
	f := make([]float64, stores+causeDark+causeOn+backgroundDark+backgroundOn+1)
	for i := 2; i < len(f); i++ {
		f[i] = f[i-1] + math.Log(float64(i))
	}
	return evidence{f}
}

// beta is the logarithm of the beta function.
func (e evidence) beta(a, b int) float64 {
	return e.factorials[a-1] + e.factorials[b-1] - e.factorials[a+b-1]
}

// cause is the log likelihood of dark and on stores of one cause.
func (e evidence) cause(dark, on int) float64 {
	return e.beta(causeDark+dark, causeOn+on) - e.beta(causeDark, causeOn)
}

// background is that of stores that go dark by themselves, where otherDark and otherOn did.
func (e evidence) background(dark, on, otherDark, otherOn int) float64 {
	a, b := backgroundDark+otherDark, backgroundOn+otherOn
	return e.beta(a+dark, b+on) - e.beta(a, b)
}

// A share is how many stores go dark by themselves, with the logarithms of it and of the
// rest.
type share struct{ dark, logDark, logOn float64 }

func newShare(dark float64) share { return share{dark, math.Log(dark), math.Log1p(-dark)} }

// background is the log likelihood under a share that is taken as known.
func (s share) background(dark, on int) float64 {
	return float64(dark)*s.logDark + float64(on)*s.logOn
}

// expected is the share where otherDark of all others went dark.
func expected(otherDark, otherOn int) share {
	dark := float64(backgroundDark + otherDark)
	return newShare(dark / (dark + float64(backgroundOn+otherOn)))
}
