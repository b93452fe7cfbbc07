package web

import (
	"lightson/models/words"
	"lightson/views"
)

// A tense is what is said of the present, and of the {day} of old data.
type tense struct{ now, then words.Text }

func (t tense) of(at moment) words.Text {
	if at.old() {
		return t.then
	}
	return t.now
}

// A tensePlural is a tense about a number of things.
type tensePlural struct{ now, then words.Plural }

func (t tensePlural) of(at moment) words.Plural {
	if at.old() {
		return t.then
	}
	return t.now
}

// ofStores is what is said of {n} of {all} stores, and to whoever does not see all of them.
type ofStores struct{ all, own tensePlural }

var noPolls = words.Plural{
	One:   "There is no data for [{n} store] yet: no polls were imported.",
	Other: "There is no data for [{n} stores] yet: no polls were imported.",
}

// oneStore is said where there is one store.
var oneStore = map[views.StoreKind]tense{
	views.Offline: {"[{store}] is offline now.", "As of {day}, [{store}] was offline."},
	views.Online:  {"[{store}] is online now.", "As of {day}, [{store}] was online."},
	views.Closed:  {"[{store}] is closed now.", "As of {day}, [{store}] was closed."},
	views.NoData:  {"[{store}] should be open now, but could not be checked.", "As of {day}, [{store}] should have been open, but could not be checked."},
}

var someOfflineSomeSilent = ofStores{
	all: tensePlural{
		now: words.Plural{
			One:   "[{n}] of [{all} stores] is offline now, and [{silent}] could not be checked.",
			Other: "[{n}] of [{all} stores] are offline now, and [{silent}] could not be checked.",
		},
		then: words.Plural{
			One:   "As of {day}, [{n}] of [{all} stores] was offline, and [{silent}] could not be checked.",
			Other: "As of {day}, [{n}] of [{all} stores] were offline, and [{silent}] could not be checked.",
		},
	},
	own: tensePlural{
		now: words.Plural{
			One:   "[{n}] of your [{all} stores] is offline now, and [{silent}] could not be checked.",
			Other: "[{n}] of your [{all} stores] are offline now, and [{silent}] could not be checked.",
		},
		then: words.Plural{
			One:   "As of {day}, [{n}] of your [{all} stores] was offline, and [{silent}] could not be checked.",
			Other: "As of {day}, [{n}] of your [{all} stores] were offline, and [{silent}] could not be checked.",
		},
	},
}

var someOffline = ofStores{
	all: tensePlural{
		now: words.Plural{
			One:   "[{n}] of [{all} stores] is offline now.",
			Other: "[{n}] of [{all} stores] are offline now.",
		},
		then: words.Plural{
			One:   "As of {day}, [{n}] of [{all} stores] was offline.",
			Other: "As of {day}, [{n}] of [{all} stores] were offline.",
		},
	},
	own: tensePlural{
		now: words.Plural{
			One:   "[{n}] of your [{all} stores] is offline now.",
			Other: "[{n}] of your [{all} stores] are offline now.",
		},
		then: words.Plural{
			One:   "As of {day}, [{n}] of your [{all} stores] was offline.",
			Other: "As of {day}, [{n}] of your [{all} stores] were offline.",
		},
	},
}

var someSilent = ofStores{
	all: tensePlural{
		now: words.Plural{
			One:   "No store is known to be offline now; [{n}] of [{all} stores] could not be checked.",
			Other: "No store is known to be offline now; [{n}] of [{all} stores] could not be checked.",
		},
		then: words.Plural{
			One:   "As of {day}, no store was known to be offline; [{n}] of [{all} stores] could not be checked.",
			Other: "As of {day}, no store was known to be offline; [{n}] of [{all} stores] could not be checked.",
		},
	},
	own: tensePlural{
		now: words.Plural{
			One:   "No store is known to be offline now; [{n}] of your [{all} stores] could not be checked.",
			Other: "No store is known to be offline now; [{n}] of your [{all} stores] could not be checked.",
		},
		then: words.Plural{
			One:   "As of {day}, no store was known to be offline; [{n}] of your [{all} stores] could not be checked.",
			Other: "As of {day}, no store was known to be offline; [{n}] of your [{all} stores] could not be checked.",
		},
	},
}

var allOnline = ofStores{all: tensePlural{
	now: words.Plural{
		One:   "No store is offline now: the [{n}] that should be open is online.",
		Other: "No store is offline now: all [{n}] that should be open are online.",
	},
	then: words.Plural{
		One:   "As of {day}, no store was offline: the [{n}] that should have been open was online.",
		Other: "As of {day}, no store was offline: all [{n}] that should have been open were online.",
	},
}}

var allClosed = ofStores{all: tensePlural{
	now: words.Plural{
		One:   "No store is open now: the [{n}] is closed.",
		Other: "No store is open now: all [{n}] are closed.",
	},
	then: words.Plural{
		One:   "As of {day}, no store was open: the [{n}] was closed.",
		Other: "As of {day}, no store was open: all [{n}] were closed.",
	},
}}

// What is said of the last week, or of the week before the {day} of old data.
var (
	neverOpen      = tense{"Last week no store was open.", "In the week to {day}, no store was open."}
	nothingSeen    = tense{"There is no data for last week.", "There is no data for the week to {day}."}
	noDowntime     = tense{"No downtime last week. Great news.", "There was no downtime in the week to {day}."}
	noneSeen       = tense{"Last week no downtime was seen.", "In the week to {day}, no downtime was seen."}
	noneSeenInPart = tense{"Last week no downtime was seen in the {share} that we could check.", "In the week to {day}, no downtime was seen in the {share} that we could check."}
	thinWeek       = tense{"Last week: {finding}.", "The week to {day}: {finding}."}
	thinLost       = tense{"Last week: [{length}] of downtime seen in the {share} that we could check.", "The week to {day}: [{length}] of downtime seen in the {share} that we could check."}
	thinFarApart   = tense{"Last week: [{length}] of downtime seen; polls are too far apart to say more.", "The week to {day}: [{length}] of downtime seen; polls are too far apart to say more."}
)

// lost, lostAtOne and lostMostly are said of one unit of time or of several: "1 h was lost".
var (
	lost = tensePlural{
		now:  words.Plural{One: "Last week [{length}] was lost.", Other: "Last week [{length}] were lost."},
		then: words.Plural{One: "In the week to {day}, [{length}] was lost.", Other: "In the week to {day}, [{length}] were lost."},
	}
	lostAtOne = tensePlural{
		now: words.Plural{
			One:   "Last week [{length}] was lost, all of it at [{store}].",
			Other: "Last week [{length}] were lost, all of them at [{store}].",
		},
		then: words.Plural{
			One:   "In the week to {day}, [{length}] was lost, all of it at [{store}].",
			Other: "In the week to {day}, [{length}] were lost, all of them at [{store}].",
		},
	}
	lostMostly = tensePlural{
		now: words.Plural{
			One:   "Last week [{length}] was lost, [{most}] of it at [{store}].",
			Other: "Last week [{length}] were lost, [{most}] of them at [{store}].",
		},
		then: words.Plural{
			One:   "In the week to {day}, [{length}] was lost, [{most}] of it at [{store}].",
			Other: "In the week to {day}, [{length}] were lost, [{most}] of them at [{store}].",
		},
	}
)
