// Package spoken says what messages and pages say again and again, in the language of who
// gets them: lengths, shares, numbers of stores.
//
// It must not know what they are about.
package spoken

import (
	"strings"
	"time"

	"lightson/models/uptime"
	"lightson/models/words"
)

// Words are the words of a language, with figures.
type Words struct{ *words.Words }

// Stores is a number of stores: "14,092 stores".
func (w Words) Stores(n int) string {
	return w.Count(int64(n), words.Plural{One: "{n} store", Other: "{n} stores"})
}

// Length is elapsed time in hours and minutes, see [uptime.Micros.LengthText].
func (w Words) Length(m uptime.Micros) string { return w.Amount(m.LengthText()) }

// Percent is part ÷ (part + rest): "97.40 %".
func (w Words) Percent(part, rest uptime.Micros) string {
	return w.Amount(uptime.Percent(part, rest) + " %")
}

// ShortPercent is the same for a small place, see [uptime.ShortPercent].
func (w Words) ShortPercent(part, rest uptime.Micros) string {
	text := uptime.ShortPercent(part, rest) + " %"
	if w.Language() != words.English { // which alone leaves the zero out
		text = strings.Replace(text, "<.", "<0.", 1)
	}
	return w.Amount(text)
}

// Checked is the coverage of figures: "42 %".
func (w Words) Checked(f uptime.Figures) string { return w.Amount(f.CheckedText()) }

// Points is a number of percentage points: "0.4 points".
func (w Words) Points(hundredths int) string {
	if hundredths == 100 {
		return w.Say("1 point|of a percentage")
	}
	return w.Say("{n} points|of a percentage", "n", w.Figure(uptime.PointsNumber(hundredths)))
}

// Amount is an amount that was written in English. What is too little to be written has a
// word with it: "under 1 s".
func (w Words) Amount(english string) string {
	if most, little := strings.CutPrefix(english, "under "); little {
		return w.Say("under {amount}", "amount", w.Figure(most))
	}
	return w.Figure(english)
}

// Clock is an instant in a zone, by a layout.
func (w Words) Clock(at uptime.Instant, zone *time.Location, layout words.Text) string {
	return w.Time(at.Time().In(zone), layout)
}

// Finding is what was found where little may be said: "no downtime seen in the 42 % that we
// could check".
func (w Words) Finding(f uptime.Figures) string {
	switch {
	case f.FarApart() && f.Down > 0:
		return w.Say("{length} of downtime seen; polls are too far apart to say more", "length", w.Length(f.Down))
	case f.FarApart():
		return w.Say("no downtime seen; polls are too far apart to say more")
	case f.Down > 0:
		return w.Say("{length} of downtime seen in the {share} that we could check", "length", w.Length(f.Down), "share", w.Checked(f))
	default:
		return w.Say("no downtime seen in the {share} that we could check", "share", w.Checked(f))
	}
}
