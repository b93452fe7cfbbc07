package web

import (
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
func targetText(w spoken, percent int) string { return percentNumber(w, percent) + "\u202f%" }

// percentNumber is hundredths of a percent as one types them: "99.5".
func percentNumber(w spoken, hundredths int) string {
	return w.Figure(strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64))
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
func missedText(w spoken, t entered.Target, f uptime.Figures) string {
	short := int(math.Round(float64(t.Percent) - entered.HighestTarget*(float64(f.Up)/float64(f.Up+f.Down))))
	switch {
	case short < 1:
		return w.Say("missed by less than {points} points", "points", percentNumber(w, 1))
	case short == 100:
		return w.Say("missed by 1 point")
	default:
		return w.Say("missed by {points} points", "points", percentNumber(w, short))
	}
}

// verdictText says whether figures reach a target; nothing where they cannot be judged.
func verdictText(w spoken, t entered.Target, f uptime.Figures) (text string, missed bool) {
	met, judged := t.Met(f)
	switch {
	case !judged:
		return "", false
	case met:
		return w.Say("met|a target"), false
	default:
		return missedText(w, t, f), true
	}
}

// addTarget says at the last day and week whether they reach a target. It is judged by the
// corrected figures.
func addTarget(w spoken, windows []views.Window, t entered.Target, raw, corrected [3]uptime.Figures) {
	for _, n := range []int{uptime.LastDay, uptime.LastWeek} {
		addWindowTarget(w, &windows[n], t, raw[n], corrected[n])
	}
}

func addWindowTarget(w spoken, window *views.Window, t entered.Target, raw, corrected uptime.Figures) {
	verdict, missed := verdictText(w, t, corrected)
	if verdict == "" {
		return
	}
	text := words.Text("target {target} · {verdict}")
	if corrected.Excused > 0 && corrected != raw {
		text = "target {target} · {verdict} with corrections"
	}
	window.Target, window.Missed = w.Say(text, "target", targetText(w, t.Percent), "verdict", verdict), missed
}

// newTargetFacts say what the target is, how the month stands, and what is left of it.
func newTargetFacts(w spoken, t entered.Target, m figures.Month) []views.Fact {
	facts := []views.Fact{{Name: w.Say("Target"), Value: targetText(w, t.Percent), Note: targetSource(w, t)}}
	month := w.Month(m.First.Time().Month())
	soFar := views.Fact{Name: w.Say("{month} so far", "month", month)}
	left, judged := m.Left(t)
	verdict, _ := verdictText(w, t, m.Corrected)
	switch {
	case !judged:
		soFar.Value, soFar.Note = w.Say("not judged"), w.Say("its first polls are no longer kept")
	case verdict == "":
		soFar.Note = w.Say("no data")
	default:
		soFar.Value, soFar.Note = w.Say("{share} available", "share", w.percent(m.Corrected.Up, m.Corrected.Down)), verdict
	}
	facts = append(facts, soFar)
	if judged {
		facts = append(facts, newLeftFact(w, month, left))
	}
	return facts
}

func newLeftFact(w spoken, month string, left uptime.Micros) views.Fact {
	fact := views.Fact{Name: w.Say("Left in {month}", "month", month), Value: w.length(left), Note: w.Say("may still be offline")}
	if left < 0 {
		fact.Value, fact.Note = w.Say("{length} over", "length", w.length(-left)), w.Say("more downtime than the target allows")
	}
	return fact
}

// targetSource says for what a target was set.
func targetSource(w spoken, t entered.Target) string {
	switch t.Scope {
	case entered.OfGroup:
		return w.Say("of the group {group}|a target", "group", t.Name)
	case entered.OfStore:
		return w.Say("of this store|a target")
	default:
		return w.Say("of all stores|a target")
	}
}

// targetCounts says which target counts where there is no closer one.
func targetCounts(w spoken, t entered.Target) string {
	if t.Scope == entered.OfGroup {
		return w.Say("The target of the group {group} counts now: {target}.", "group", t.Name, "target", targetText(w, t.Percent))
	}
	return w.Say("The target of all stores counts now: {target}.", "target", targetText(w, t.Percent))
}

// newRankFact is the place of a store among those of its group.
func newRankFact(group string, r figures.Rank, at moment, zone *time.Location) views.Fact {
	w := at.w
	return views.Fact{
		Name: w.Say("Place in {group}", "group", group), Value: w.Say("{place} of {n}|the place of a store in its group", "place", w.Say(ordinal(r.Place), "n", r.Place), "n", r.Of),
		Note: w.Say("by availability {week}", "week", at.week(zone)),
	}
}

// ordinal is a place: "1st", "22nd", "113th".
func ordinal(n int) words.Text {
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			return "{n}st|a place"
		case 2:
			return "{n}nd|a place"
		case 3:
			return "{n}rd|a place"
		}
	}
	return "{n}th|a place"
}
