package demo

// An oddity is the one thing that sets a store apart from the plain ones.
type oddity int

const (
	plain         oddity = iota
	noZone               // no row in the zones feed
	noHours              // no row in the hours feed: always open
	neverPolled          // not in the polls feed
	onlyPolled           // not in the hours and zones feeds
	wentSilent           // the pollers have not come for the last days
	silentStretch        // the pollers stayed away for days in the middle
	disagreed            // one instant was seen both active and inactive
	offlineNow           // down since a while and down at the newest poll
)

// oddityOf deals the oddities in turn rather than by chance, so that thirty
// stores already show each of them and a share is the same in any number of
// stores. No two meet in one store, so every store has a row somewhere.
func oddityOf(n int) oddity {
	o := deck[n%len(deck)]
	if o == disagreed && n >= 1000 {
		return plain // a handful is believable, one in a hundred is not
	}
	return o
}

// The first of the deck is plain, because the newest poll is the first store's.
var deck = [100]oddity{
	2:  noHours,
	5:  offlineNow,
	7:  wentSilent,
	11: noZone,
	14: silentStretch,
	17: disagreed,
	19: neverPolled,
	23: onlyPolled,

	28: noHours,
	33: wentSilent,
	38: noZone,
	43: silentStretch,
	47: noHours,
	52: offlineNow,
	57: wentSilent,
	64: noHours,
	69: neverPolled,
	74: silentStretch,
	80: noHours,
	86: wentSilent,
}
