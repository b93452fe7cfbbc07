package feed

// A Sink takes what a file says, in the order of the file. Nil functions
// discard. An error ends the reading and comes back from Read, wrapped.
type Sink struct {
	Header  func(Header) error // once, before the rows
	Poll    func(Poll) error
	Hours   func(HoursRow) error
	Zone    func(ZoneRow) error
	Names   func(NamesRow) error
	Special func(SpecialRow) error
	Reject  func(Reject) error
	First   func(fields []string) error // the first rows, good or bad, as they stand in the file
}

func (s Sink) orDiscard() Sink {
	return Sink{
		Header:  orDiscard(s.Header),
		Poll:    orDiscard(s.Poll),
		Hours:   orDiscard(s.Hours),
		Zone:    orDiscard(s.Zone),
		Names:   orDiscard(s.Names),
		Special: orDiscard(s.Special),
		Reject:  orDiscard(s.Reject),
		First:   s.First,
	}
}

func orDiscard[T any](take func(T) error) func(T) error {
	if take == nil {
		return func(T) error { return nil }
	}
	return take
}
