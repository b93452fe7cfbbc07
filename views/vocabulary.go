package views

// A term is a thing or a deed that people read of, with the one word that the house has for it and
// the words that are never shown in its place.
type term struct {
	say   string   // "Import"
	not   []string // regular expressions of whole words, without regard to case
	means string   // a sentence
}

// vocabulary is the words of the house: what has one name on one page has it on all pages, in
// mails, errors and files, and in every language. Words that no page shows are not listed here.
var vocabulary = []term{
	// Things
	{"Store", []string{`shops?`, `outlets?`, `premises`}, "A place whose opening times count."},
	{"Poll", []string{`pings?`, `probes?`, `samples? of a store`}, "One look at a store: active or inactive."},
	{"Hours", []string{`time ?tables?`, `working hours`, `trading hours`}, "The business hours of a store: weekly, from a date on."},
	{"Special day", []string{`closures?`, `exception days?`, `exceptional hours`}, "A date that has hours of its own, or none."},
	{"Correction", []string{`amendments?`, `rectifications?`}, "Time that is excused."},
	{"Opening", []string{`shifts?`}, "One time from opening to closing."},
	{"Outage", []string{`breakdowns?`, `failures of a store`}, "One time without a break in which an open store was offline."},
	{"Downtime", []string{`down time`, `time down`, `outage time`}, "How long open stores were offline."},
	{"Uptime", []string{`up time`, `time up`}, "How long open stores were online."},
	{"Offline", []string{`off-line`, `dark stores?`}, "The state of a store that should be open and is not."},
	{"Online", []string{`on-line`}, "The state of a store that is open as it should be."},
	{"No data", []string{`unknown time`, `gaps? in the data`, `no evidence`}, "Open time that no poll covers."},
	{"cover", []string{`(?:speaks?|spoke|speaking) for`}, "A poll covers the time around it."},
	{"As of", []string{`as per`, `effective at`}, "The time that figures are about."},
	{"time", []string{`instants?`}, "A date with a time of day."},
	{"Report", []string{`evaluations?`}, "Figures that never change afterwards."},
	{"Import", []string{`(?:take|takes|took|taken|taking) (?:it |them |files? |this |rows )?in`, `(?:bring|brings|brought|bringing) (?:it |them |files? |data )?in`},
		"Files that became data, and the act of doing so."},
	{"Preview", []string{`dry run`}, "What an import would do."},
	{"Person", []string{`users`, `members`}, "Somebody with an account."},
	{"Sign in", []string{`log in`, `logged in`, `log on`, `login page`}, "To prove who one is."},
	{"E-mail", []string{`emails`}, "With a hyphen."},
	{"Delivery", []string{`dispatch(?:es)?`}, "One message to one channel."},

	// Deeds
	{"Undo", []string{`take back`, `roll(?:ed)? back`, `revert(?:s|ed)?`}, "To make an import not have happened."},
	{"Fix", []string{`mend(?:s|ed|ing)?`, `rectif(?:y|ied)`, `amend(?:ed)?`}, "To put right what was wrong."},

	// How sentences go
	{"no longer", []string{`(?:not|cannot|never) (?:[a-z]+ ){1,5}any more`, `anymore`}, ""},
	{"now", []string{`at present`, `presently`}, ""},
	{"anyone who", []string{`whoever`, `whosoever`}, ""},
	{"No data for …", []string{`(?:nothing|not) is known of`, `nothing is known about`}, ""},
	{"unknown", []string{`nobody knows`}, ""},
	{"isn’t valid", []string{`could not be understood`, `not understood`}, ""},
	{"match", []string{`(?:can )?only stand for`}, ""},
	{"is not a", []string{`(?:it|that|this|import|which) is no (?:CSV|file|preview|report|store|import|address)`}, ""},
	{"file", []string{`kinds? of (?:each )?files?`}, "We recognise files by their column names."},
	{"while, among, so", []string{`whilst`, `amongst`, `hence`, `thereof`, `therein`, `thereupon`, `whereupon`}, "Words that nobody says aloud."},
}
