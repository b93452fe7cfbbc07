package web

import "lightson/models/words"

// An earlier period is one that figures are compared with, as sentences name it. Other
// languages have cases and prepositions of their own, so that there is a form for each place
// in a sentence.
type earlier struct {
	name words.Message // alone: "the week before"
	when words.Message // when something was: "in the week before"
	then words.Message // the same behind an amount: "98 % the week before"
	with words.Message // of a comparison: "with the week before"
}

var (
	hourBefore  = earlier{words.Later("the hour before"), words.Later("in the hour before"), words.Later("the hour before|then"), words.Later("with the hour before")}
	dayBefore   = earlier{words.Later("the day before"), words.Later("on the day before"), words.Later("the day before|then"), words.Later("with the day before")}
	weekBefore  = earlier{words.Later("the week before"), words.Later("in the week before"), words.Later("the week before|then"), words.Later("with the week before")}
	monthBefore = earlier{words.Later("the month before"), words.Later("in the month before"), words.Later("the month before|then"), words.Later("with the month before")}
)

// beforeWindows are the periods before the three windows.
var beforeWindows = [3]earlier{hourBefore, dayBefore, weekBefore}

// daysBefore are several days.
func daysBefore(n int) earlier {
	return earlier{
		words.Later("the {n} days before", "n", n),
		words.Later("in the {n} days before", "n", n),
		words.Later("the {n} days before|then", "n", n),
		words.Later("with the {n} days before", "n", n),
	}
}

// earlier is the period before this one.
func (p period) earlier() earlier {
	if named, known := findPeriod(p.name); known {
		return named.before
	}
	if days := int(p.custom.Last-p.custom.First) + 1; days > 1 {
		return daysBefore(days)
	}
	return dayBefore
}
