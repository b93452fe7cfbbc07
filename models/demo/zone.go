package demo

// A zone is an IANA name and roughly how far its clocks are ahead of UTC. The
// offset only places evenings; taking it from a zone database would make the
// polls depend on the machine's edition of it.
type zone struct {
	name    string
	minutes int64
}

// Stores without a zone are taken to be in Chicago.
var assumed = zone{"America/Chicago", -6 * 60}

// zones are weighted as in a real feed of one large country, with a few more
// strangers than there: every kind of clock change and offset is worth showing.
var zones = []share[zone]{
	{560, zone{"America/New_York", -5 * 60}},
	{220, zone{"America/Los_Angeles", -8 * 60}},
	{110, zone{"America/Chicago", -6 * 60}},
	{30, zone{"America/Phoenix", -7 * 60}},
	{14, zone{"America/Denver", -7 * 60}},
	{8, zone{"America/Detroit", -5 * 60}},
	{4, zone{"America/Indiana/Indianapolis", -5 * 60}},
	{3, zone{"America/Boise", -7 * 60}},
	{3, zone{"America/Edmonton", -7 * 60}},
	{2, zone{"America/Anchorage", -9 * 60}},
	{2, zone{"America/St_Johns", -3*60 - 30}},
	{8, zone{"Pacific/Honolulu", -10 * 60}},
	{8, zone{"Europe/London", 0}},
	{6, zone{"Europe/Berlin", 60}},
	{5, zone{"Asia/Beirut", 2 * 60}},
	{6, zone{"Asia/Kolkata", 5*60 + 30}},
	{2, zone{"Asia/Kathmandu", 5*60 + 45}},
	{3, zone{"Asia/Tokyo", 9 * 60}},
	{5, zone{"Australia/Sydney", 10 * 60}},
	{1, zone{"Australia/Lord_Howe", 10*60 + 30}},
}
