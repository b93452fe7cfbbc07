package demo

// A store is what the four feeds tell of together.
type store struct {
	n      int
	id     string
	zone   zone
	oddity oddity
	temper temper
}

// store returns the store number n, which is the same however many there are.
func (o Options) store(n int) store {
	d := o.dice(profiles, n)
	s := store{
		n:      n,
		id:     o.storeID(d, n),
		zone:   pick(d, zones),
		oddity: oddityOf(n),
		temper: pick(d, tempers),
	}
	if !s.hasZone() {
		s.zone = assumed // its evenings are where readers will take them to be
	}
	return s
}

func (s store) hasZone() bool  { return s.oddity != noZone && s.oddity != onlyPolled }
func (s store) hasHours() bool { return s.oddity != noHours && s.oddity != onlyPolled }
func (s store) hasPolls() bool { return s.oddity != neverPolled }
