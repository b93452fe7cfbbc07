package web

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/views"
)

// figuresDays are for how long the address of the newest figures can work, in the order of
// the choice.
var figuresDays = []int{30, access.DefaultFiguresDays, access.MaxLinkDays}

func newFiguresFeedForm(w spoken, snapshot *figures.Snapshot) (f views.FiguresFeedForm) {
	f.Who = newForWhomSeen(w, snapshot)
	for _, days := range figuresDays {
		f.Days = append(f.Days, views.Option{Value: strconv.Itoa(days), Text: w.days(days)})
	}
	chooseDays(f.Days, strconv.Itoa(access.DefaultFiguresDays))
	return f
}

func chooseDays(options []views.Option, days string) {
	for n := range options {
		options[n].Selected = options[n].Value == days
	}
}

// newSheets is what to paste into a spreadsheet, for a feed that was just made.
func (s *Server) newSheets(c echo.Context, token string, feed access.Feed) views.SheetsAndExcel {
	w := spokenOf(c.Request().Context())
	address := s.absoluteURL(c, feedURL(token, "latest.csv"))
	until := w.time(feed.ExpiresAt.At, time.UTC, dayAndClock).Text
	return views.SheetsAndExcel{
		Sheets: views.Secret{
			Title: w.Say("“{name}” in Google Sheets", "name", feed.Name), Label: w.Say("Formula for a cell"), Value: `=IMPORTDATA("` + address + `")`,
			Note: w.Say("Paste it into an empty cell. Google reads the figures about once an hour, until {time}. Sheets rounds store ids of more than 15 digits; Excel can keep them.", "time", until),
		},
		Excel: views.Secret{
			Title: w.Say("“{name}” in Excel", "name", feed.Name), Label: w.Say("Address of the CSV file"), Value: address,
			Note: w.Say("In Excel, choose Data, From Web and paste the address; “Refresh All” brings newer figures, until {time}. With latest.xlsx at its end in place of latest.csv, it leads to the workbook, which keeps ids as text. Put ?details=true behind the address of the CSV file for all columns. Anyone who has the address can read the figures without signing in.", "time", until),
		},
	}
}
