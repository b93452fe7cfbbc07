package web

import (
	"lightson/models/uptime"
)

// apiWindows is the figures of a store in the three windows.
type apiWindows struct {
	LastHour apiWindow `json:"last_hour"`
	LastDay  apiWindow `json:"last_day"`
	LastWeek apiWindow `json:"last_week"`
}

// apiWindow is the figures of one window. Lengths are whole microseconds, and
// open = up + down + no data. Bounds are null where they were not kept.
type apiWindow struct {
	Open uptime.Micros `json:"open_us"`
	Up   uptime.Micros `json:"up_us"`
	Down uptime.Micros `json:"down_us"`
	apiBounds
	NoData           uptime.Micros `json:"no_data_us"`
	Availability     *float64      `json:"availability"`
	AvailabilityText string        `json:"availability_text"`
	Coverage         *float64      `json:"coverage"`
	Outages          int           `json:"outages"`
	LongestOutage    uptime.Micros `json:"longest_outage_us"`
	Corrected        *apiCorrected `json:"corrected,omitempty"` // only where corrections excuse time in it
}

// apiBounds say how sure the figures of a window are.
type apiBounds struct {
	DownLeast   *uptime.Micros `json:"down_least_us"`
	DownMost    *uptime.Micros `json:"down_most_us"`
	CloselySeen *float64       `json:"closely_seen"`
	Confidence  *string        `json:"confidence"`
}

// confidenceNames are what the API calls how much may be said of figures.
var confidenceNames = map[uptime.Confidence]string{
	uptime.NeverOpen: "never_open", uptime.NothingSeen: "nothing_seen", uptime.Thin: "thin", uptime.Fair: "fair", uptime.Firm: "firm",
}

func newAPIBounds(f uptime.Figures) (b apiBounds) {
	least, most := f.Least(), f.Most()
	b.DownLeast, b.DownMost = &least, &most
	if ratio, open := f.CloselySeen(); open {
		b.CloselySeen = &ratio
	}
	b.Confidence = orNull(confidenceNames[f.Confidence()])
	return b
}

func newAPIWindows(f [3]uptime.Figures) apiWindows {
	return apiWindows{
		LastHour: newAPIWindow(f[uptime.LastHour]),
		LastDay:  newAPIWindow(f[uptime.LastDay]),
		LastWeek: newAPIWindow(f[uptime.LastWeek]),
	}
}

func newAPIWindow(f uptime.Figures) apiWindow {
	w := apiWindow{
		Open: f.Open, Up: f.Up, Down: f.Down, apiBounds: newAPIBounds(f), NoData: f.NoData(),
		AvailabilityText: "—",
		Outages:          f.Outages, LongestOutage: f.Longest,
	}
	if ratio, seen := f.Availability(); seen {
		w.Availability, w.AvailabilityText = &ratio, uptime.Percent(f.Up, f.Down)+" %"
	}
	if ratio, open := f.Coverage(); open {
		w.Coverage = &ratio
	}
	return w
}
