package demo

// cities are some of those in each of the zones.
var cities = map[string][]string{
	"America/New_York":             {"New York", "Boston", "Philadelphia", "Atlanta", "Miami", "Charlotte", "Pittsburgh", "Buffalo", "Richmond", "Cleveland"},
	"America/Los_Angeles":          {"Los Angeles", "San Diego", "Seattle", "Portland", "Sacramento", "Oakland", "Las Vegas"},
	"America/Chicago":              {"Chicago", "Houston", "Dallas", "Minneapolis", "New Orleans", "Milwaukee", "St. Louis"},
	"America/Phoenix":              {"Phoenix", "Tucson", "Mesa"},
	"America/Denver":               {"Denver", "Salt Lake City", "Albuquerque"},
	"America/Detroit":              {"Detroit", "Ann Arbor"},
	"America/Indiana/Indianapolis": {"Indianapolis"},
	"America/Boise":                {"Boise"},
	"America/Edmonton":             {"Edmonton", "Calgary"},
	"America/Anchorage":            {"Anchorage"},
	"America/St_Johns":             {"St. John's"},
	"Pacific/Honolulu":             {"Honolulu", "Hilo"},
	"Europe/London":                {"London", "Leeds"},
	"Europe/Berlin":                {"Berlin", "Köln"},
	"Asia/Beirut":                  {"Beirut"},
	"Asia/Kolkata":                 {"Kolkata", "Mumbai"},
	"Asia/Kathmandu":               {"Kathmandu"},
	"Asia/Tokyo":                   {"Tokyo"},
	"Australia/Sydney":             {"Sydney"},
	"Australia/Lord_Howe":          {"Lord Howe Island"},
}
