package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// targetText is a target in percent: "99.5 %".
func targetText(percent int) string { return percentNumber(percent) + "\u202f%" }

// percentNumber is hundredths of a percent as one types them: "99.5".
func percentNumber(hundredths int) string {
	return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
}

// parsePercent reads a target such as 99.5 or 99,5 %; an empty field is 0.
func parsePercent(field, text string) (hundredths int, err error) {
	number := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	if number == "" {
		return 0, nil
	}
	wrong := badField(field, words.Later("a percentage from 0.01 to 100 such as 99.5, or nothing for no target"), text).saying(words.Later("Enter a percentage such as 99.5, or leave the field empty."))
	whole, fraction, _ := strings.Cut(strings.Replace(number, ",", ".", 1), ".")
	if len(fraction) > 2 || len(whole) > 3 || whole == "" || strings.HasSuffix(number, ".") || strings.HasSuffix(number, ",") {
		return 0, wrong
	}
	n, err := strconv.ParseUint(whole+(fraction + "00")[:2], 10, 31)
	if err != nil || n > entered.HighestTarget {
		return 0, wrong
	}
	return int(n), nil
}

// missedText says by how much figures miss a target.
func missedText(t entered.Target, f uptime.Figures) string {
	short := int(math.Round(float64(t.Percent) - entered.HighestTarget*(float64(f.Up)/float64(f.Up+f.Down))))
	if short < 1 {
		return "missed by less than 0.01 points"
	}
	return "missed by " + uptime.PointsText(short)
}

// verdictText says whether figures reach a target; nothing where they cannot be judged.
func verdictText(t entered.Target, f uptime.Figures) (text string, missed bool) {
	met, judged := t.Met(f)
	switch {
	case !judged:
		return "", false
	case met:
		return "met", false
	default:
		return missedText(t, f), true
	}
}

// addTarget says at the last day and week whether they reach a target. It is judged by the
// corrected figures.
func addTarget(windows []views.Window, t entered.Target, raw, corrected [3]uptime.Figures) {
	for _, w := range []int{uptime.LastDay, uptime.LastWeek} {
		addWindowTarget(&windows[w], t, raw[w], corrected[w])
	}
}

func addWindowTarget(w *views.Window, t entered.Target, raw, corrected uptime.Figures) {
	verdict, missed := verdictText(t, corrected)
	if verdict == "" {
		return
	}
	w.Target, w.Missed = "target "+targetText(t.Percent)+" · "+verdict, missed
	if corrected.Excused > 0 && corrected != raw {
		w.Target += " with corrections"
	}
}

// newTargetFacts say what the target is, how the month stands, and what is left of it.
func newTargetFacts(t entered.Target, m figures.Month) []views.Fact {
	facts := []views.Fact{{Name: "Target", Value: targetText(t.Percent), Note: "of " + targetSource(t)}}
	name := dateText(m.First, "January")
	soFar := views.Fact{Name: name + " so far"}
	left, judged := m.Left(t)
	verdict, _ := verdictText(t, m.Corrected)
	switch {
	case !judged:
		soFar.Value, soFar.Note = "not judged", "its first polls are no longer kept"
	case verdict == "":
		soFar.Note = "no data"
	default:
		soFar.Value, soFar.Note = percentText(m.Corrected.Up, m.Corrected.Down)+" available", verdict
	}
	facts = append(facts, soFar)
	if judged {
		facts = append(facts, newLeftFact(name, left))
	}
	return facts
}

func newLeftFact(month string, left uptime.Micros) views.Fact {
	if left < 0 {
		return views.Fact{Name: "Left in " + month, Value: (-left).LengthText() + " over", Note: "more downtime than the target allows"}
	}
	return views.Fact{Name: "Left in " + month, Value: left.LengthText(), Note: "may still be offline"}
}

// targetSource says for what a target was set.
func targetSource(t entered.Target) string {
	switch t.Scope {
	case entered.OfGroup:
		return "the group " + t.Name
	case entered.OfStore:
		return "this store"
	default:
		return "all stores"
	}
}

// newRankFact is the place of a store among those of its group.
func newRankFact(group string, r figures.Rank, at moment, zone *time.Location) views.Fact {
	return views.Fact{
		Name: "Place in " + group, Value: fmt.Sprintf("%s of %s", ordinal(r.Place), countText(r.Of)),
		Note: "by availability " + at.week(zone),
	}
}

// ordinal is a place: "1st", "22nd", "113th".
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return countText(n) + suffix
}
