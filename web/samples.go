package web

import (
	"io"

	"github.com/labstack/echo/v4"

	"lightson/models/demo"
	"lightson/models/words"
	"lightson/views"
)

// samples are small examples of the five feeds. The generator of the demo makes
// them, so that they are always valid.
var samples = []struct {
	name  string
	label words.Text
	write func(io.Writer, demo.Options) (int64, error)
}{
	{demo.PollsName, "Polls", func(w io.Writer, o demo.Options) (int64, error) { return demo.WritePolls(w, o, nil) }},
	{demo.HoursName, "Business hours", demo.WriteHours},
	{demo.ZonesName, "Time zones", demo.WriteZones},
	{demo.NamesName, "Store names", demo.WriteNames},
	{demo.SpecialDaysName, "Special days", demo.WriteSpecialDays},
}

// downloadSample serves GET /samples/:name.
func (s *Server) downloadSample(c echo.Context) error {
	for _, sample := range samples {
		if sample.name != c.Param("name") {
			continue
		}
		options := demo.DefaultOptions()
		options.Stores, options.Days = 5, 1
		return csvFile{name: sample.name}.sendToPeople(c, func(w io.Writer) error {
			_, err := sample.write(w, options)
			return err
		})
	}
	return echo.ErrNotFound
}

func sampleDownloads(w spoken) []views.Download {
	var list []views.Download
	for _, sample := range samples {
		list = append(list, views.Download{Label: w.Say(sample.label), URL: "/samples/" + sample.name})
	}
	return list
}
