package imports

import (
	"fmt"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/uptime"
)

// namesText is the name, group and city of a store in one line.
func namesText(s models.Store) string {
	texts := []string{s.Name, s.Group, s.City}
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), ", ")
}

func rowText(h uptime.Hours) string {
	if h.Closed() {
		return "closed"
	}
	return uptime.ClockText(h.Start) + "–" + uptime.ClockText(h.End)
}

var dayNames = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// spansInText is how many times of a day are written out. A file can have any number
// of them.
const spansInText = 12

// hoursText is the hours of a store in one line. Consecutive days with the same
// hours stand together: "Mon–Fri 09:00–17:00, Sat 10:00–14:00".
func hoursText(hours []uptime.Hours) string {
	var spans [7][]string
	var rows [7]int
	for _, h := range hours {
		if rows[h.Day]++; rows[h.Day] <= spansInText {
			spans[h.Day] = append(spans[h.Day], rowText(h))
		}
	}
	var days [7]string
	for day, written := range spans {
		if more := rows[day] - len(written); more > 0 {
			written = append(written, fmt.Sprintf("%d more", more))
		}
		days[day] = strings.Join(written, " and ")
	}
	var parts []string
	for first := 0; first < len(days); {
		last := first
		for last+1 < len(days) && days[last+1] == days[first] {
			last++
		}
		if days[first] != "" {
			name := dayNames[first]
			if last > first {
				name += "–" + dayNames[last]
			}
			parts = append(parts, name+" "+days[first])
		}
		first = last + 1
	}
	return strings.Join(parts, ", ")
}
