package reports

import (
	"fmt"
	"time"

	"lightson/models/entered"
	"lightson/models/uptime"
)

// givenOrAssumed is the source of a store's zone or hours.
func givenOrAssumed(assumed bool) string {
	if assumed {
		return "assumed"
	}
	return "given"
}

// targetCell is a target in percent, or nothing where there is none.
func targetCell(target int) string {
	if target == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%02d", target/100, target%100)
}

// metCell says whether figures reach a target.
func metCell(target int, f uptime.Figures) string {
	if target == 0 {
		return ""
	}
	met, judged := entered.Target{Percent: target}.Met(f)
	switch {
	case !judged:
		return "—"
	case met:
		return "yes"
	default:
		return "no"
	}
}

// StateName is the state of a store as CSV files and the API call it.
func StateName(s uptime.State) string {
	switch s {
	case uptime.Up:
		return "online"
	case uptime.Down:
		return "offline"
	case uptime.Closed:
		return "closed"
	default:
		return "no_data"
	}
}

// instantCell is an instant in UTC as in RFC 3339, or nothing where it is not known.
func instantCell(at uptime.Instant, known bool) string {
	if !known {
		return ""
	}
	return at.Time().UTC().Format(time.RFC3339Nano)
}
