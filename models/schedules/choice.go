package schedules

import (
	"fmt"
	"time"

	"lightson/models/uptime"
)

// A Choice says from when hours hold that do not say so. The zero value is the rule that
// the package describes.
type Choice struct {
	Always bool        // for all time
	Dated  bool        // from From on
	From   uptime.Date // only if Dated
}

const always = "always"

// The dates that hours can hold from. Earlier and later ones are slips.
var (
	firstDate = uptime.DateOf(1970, time.January, 1)
	lastDate  = uptime.DateOf(2100, time.January, 1)
)

// ParseChoice reads a choice as String writes it. The error is a sentence for people.
func ParseChoice(text string) (Choice, error) {
	switch text {
	case "":
		return Choice{}, nil
	case always:
		return Choice{Always: true}, nil
	}
	date, ok := uptime.ParseDate(text)
	if !ok || date < firstDate || date > lastDate {
		return Choice{}, fmt.Errorf("expected %s, or a date from 1970 to 2100 such as 2023-01-24, found %.40q", always, text)
	}
	return Choice{Dated: true, From: date}, nil
}

// String is the choice as it is stored: empty, always, or a date such as 2023-01-24.
func (c Choice) String() string {
	switch {
	case c.Always:
		return always
	case c.Dated:
		return uptime.DateText(c.From)
	default:
		return ""
	}
}
