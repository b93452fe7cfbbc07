package alerts

import (
	"fmt"

	"lightson/models/uptime"
)

// lengthText is "35 min", "2 h 05 min" or "3 d 4 h". Less than a minute is "0 min".
func lengthText(m uptime.Micros) string {
	minutes := int64(m / uptime.Minute)
	days, hours := minutes/(24*60), minutes/60%24
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case days == 0 && minutes%60 == 0:
		return fmt.Sprintf("%d h", hours)
	case days == 0:
		return fmt.Sprintf("%d h %02d min", hours, minutes%60)
	case hours == 0:
		return fmt.Sprintf("%d d", days)
	default:
		return fmt.Sprintf("%d d %d h", days, hours)
	}
}
