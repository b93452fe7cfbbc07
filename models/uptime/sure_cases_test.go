package uptime_test

import (
	"fmt"
	"testing"
	"time"

	"lightson/models/uptime"
)

// The cases of the rules for dates, special days, corrections and certainty, as the
// specification of the product lists them: up; down, least–most; closely seen; excused.
func TestCasesOfDatesCorrectionsAndCertainty(t *testing.T) {
	daily := rows("daily 09:00-17:00")
	at29 := polls("2023-01-25 12:00 a", "2023-01-25 13:00 a", "2023-01-25 14:00 i", "2023-01-25 15:00 i", "2023-01-25 16:00 a", "2023-01-25 17:00 a")
	case9 := polls("2023-01-25 15:45 i", "2023-01-25 16:45 a")
	date := func(text string) uptime.Date {
		d, ok := uptime.ParseDate(text)
		if !ok {
			t.Fatalf("%q is no date", text)
		}
		return d
	}
	for name, tt := range map[string]struct {
		scene           scene
		hour, day, week string
	}{
		"22 dated hours": {
			scene{hours: daily, dated: []uptime.Schedule{{From: date("2023-01-24"), Hours: rows("daily 11:00-15:00")}}, polls: every(time.Hour, "2023-01-25 18:00"), asOf: at("2023-01-25 18:00")},
			"60.00; 0.00, 0.00–0.00; 60.00; 0.00", "4.00; 0.00, 0.00–1.00; 4.00; 0.00", "50.00; 0.00, 0.00–7.00; 50.00; 0.00",
		},
		"23 a special day": {
			scene{hours: daily, special: []uptime.SpecialDay{{Date: date("2023-01-24"), Hours: []uptime.Hours{uptime.ClosedDay(0)}}}, polls: every(time.Hour, "2023-01-25 18:00"), asOf: at("2023-01-25 18:00")},
			"60.00; 0.00, 0.00–0.00; 60.00; 0.00", "3.00; 0.00, 0.00–0.00; 3.00; 0.00", "48.00; 0.00, 0.00–6.00; 48.00; 0.00",
		},
		"24 a special day after an overnight opening": {
			scene{hours: rows("Fri 18:00-02:00"), special: []uptime.SpecialDay{{Date: date("2023-01-21"), Hours: rows("Mon 10:00-12:00")}}, polls: every(30*time.Minute, "2023-01-22 00:00"), asOf: at("2023-01-22 00:00")},
			"0.00; 0.00, 0.00–0.00; 0.00; 0.00", "10.00; 0.00, 0.00–1.00; 10.00; 0.00", "10.00; 0.00, 0.00–1.00; 10.00; 0.00",
		},
		"25 case 9 corrected": {
			scene{polls: case9, asOf: at("2023-01-25 18:00"), excused: []uptime.Span{span("2023-01-25 00:00", "2023-01-25 06:00")}},
			"60.00; 0.00, 0.00–60.00; 60.00; 0.00", "1.25; 16.75, 0.00–18.00; 3.75; 6.00", "1.25; 19.00, 0.00–20.25; 3.75; 6.00",
		},
		"26 case 9 raw": {
			scene{polls: case9, asOf: at("2023-01-25 18:00")},
			"60.00; 0.00, 0.00–60.00; 60.00; 0.00", "1.25; 22.75, 0.00–24.00; 3.75; 0.00", "1.25; 25.00, 0.00–26.25; 3.75; 0.00",
		},
		"27 case 1": {
			scene{hours: rows("Mon 09:00-12:00"), polls: polls("2023-01-23 16:14 a", "2023-01-23 17:15 i"), asOf: at("2023-01-23 18:00")},
			"15.00; 45.00, 0.00–60.00; 60.00; 0.00", "2.25; 0.75, 0.00–3.00; 3.00; 0.00", "2.25; 0.75, 0.00–3.00; 3.00; 0.00",
		},
		"28 case 4": {
			scene{hours: rows("Tue 11:00-14:00", "Tue 17:00-22:00"), polls: polls("2023-01-24 17:30 a", "2023-01-24 19:00 i", "2023-01-25 00:00 a", "2023-01-25 02:00 i"), asOf: at("2023-01-25 06:00")},
			"0.00; 0.00, 0.00–0.00; 0.00; 0.00", "5.00; 3.00, 0.00–8.00; 7.00; 0.00", "5.00; 3.00, 0.00–8.00; 7.00; 0.00",
		},
		"29 one certain hour": {
			scene{polls: at29, asOf: at("2023-01-25 18:00")},
			"60.00; 0.00, 0.00–60.00; 60.00; 0.00", "22.00; 2.00, 1.00–22.00; 7.50; 0.00", "28.00; 2.00, 1.00–28.00; 7.50; 0.00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := tt.scene
			s.loc, s.near = location("America/Chicago"), uptime.Near(uptime.Hour)
			for i, want := range []string{tt.hour, tt.day, tt.week} {
				f, in := s.figures()[i], uptime.Micros.Hours
				if i == uptime.LastHour {
					in = uptime.Micros.Minutes
				}
				got := fmt.Sprintf("%s; %s, %s–%s; %s; %s", in(f.Up), in(f.Down), in(f.Least()), in(f.Most()), in(f.Close), in(f.Excused))
				if got != want {
					t.Errorf("window %d: %s, want %s", i, got, want)
				}
			}
			if t.Failed() {
				t.Log(s)
			}
		})
	}
}
