package web

import "lightson/models/words"

// A periodBefore is what the period before another is called. Other languages have cases and
// prepositions of their own, so that there is a form for each place in a sentence.
type periodBefore struct {
	name words.Message // alone: "the week before"
	when words.Message // when something was: "in the week before"
	then words.Message // the same behind an amount: "98 % the week before"
	with words.Message // of a comparison: "with the week before"
}

var (
	hourBefore   = periodBefore{words.Later("the hour before"), words.Later("in the hour before"), words.Later("the hour before|then"), words.Later("with the hour before")}
	dayBefore    = periodBefore{words.Later("the day before"), words.Later("on the day before"), words.Later("the day before|then"), words.Later("with the day before")}
	weekBefore   = periodBefore{words.Later("the week before"), words.Later("in the week before"), words.Later("the week before|then"), words.Later("with the week before")}
	monthsBefore = periodBefore{words.Later("the month before"), words.Later("in the month before"), words.Later("the month before|then"), words.Later("with the month before")}
)

// beforeWindows are the periods before the three windows.
var beforeWindows = [3]periodBefore{hourBefore, dayBefore, weekBefore}

// daysBefore are as many days before.
func daysBefore(n int) periodBefore {
	later := func(of words.Plural) words.Message { return words.CountLater(int64(n), of) }
	return periodBefore{
		later(words.Plural{One: "the {n} day before", Other: "the {n} days before"}),
		later(words.Plural{One: "in the {n} day before", Other: "in the {n} days before"}),
		later(words.Plural{One: "the {n} day before|then", Other: "the {n} days before|then"}),
		later(words.Plural{One: "with the {n} day before", Other: "with the {n} days before"}),
	}
}

// beforeNames is what the period before this one is called.
func (p period) beforeNames() periodBefore {
	switch p.name {
	case customPeriod:
		if days := int(p.custom.Last-p.custom.First) + 1; days > 1 {
			return daysBefore(days)
		}
		return dayBefore
	case "last-7-days":
		return daysBefore(7)
	case "last-week":
		return weekBefore
	case lastMonth:
		return monthsBefore
	default:
		return dayBefore
	}
}
