package web_test

import "lightson/models/uptime"

// changeInWords are what a page says of a change, worded here once more so that no page is
// compared with itself. The period before is called by a name such as "week before".
func changeInWords(now, before uptime.Figures, period string) string {
	c, known := now.Change(before)
	switch {
	case !known:
		return ""
	case c.Obstacle != uptime.Comparable:
		return incomparableWords(c.Obstacle, period)
	case c.Points == 0:
		return "same as the " + period
	case c.Points > 0:
		return "up " + pointsWords(c.Points) + " from " + before.ShownText() + " the " + period
	default:
		return "down " + pointsWords(-c.Points) + " from " + before.ShownText() + " the " + period
	}
}

// incomparableWords are empty where there is a comparison.
func incomparableWords(o uptime.Obstacle, period string) string {
	if o == uptime.Comparable {
		return ""
	}
	return map[uptime.Obstacle]string{
		uptime.ClosedBefore: "closed in the ", uptime.UnseenBefore: "no data for the ",
		uptime.FarApart: "polls are too far apart to compare with the ", uptime.TooLittle: "too little data to compare with the ",
		uptime.TooLittleBefore: "too little data in the ", uptime.TooFarApartBefore: "polls were too far apart in the ",
	}[o] + period
}

func pointsWords(hundredths int) string {
	if hundredths == 100 {
		return "1 point"
	}
	return uptime.PointsNumber(hundredths) + " points"
}
