package web

import (
	"lightson/models"
	"lightson/models/recurring"
	"lightson/models/scheduled"
)

// apiScheduledForm is what a script may say of a scheduled report.
type apiScheduledForm struct {
	Name      string            `json:"name"`
	Every     recurring.Every   `json:"every"`
	Day       *int              `json:"day"`
	Time      *string           `json:"time"`
	Cron      *string           `json:"cron"`
	Zone      string            `json:"zone"`
	Group     *string           `json:"group"`  // none: all stores that the person sees
	Period    *scheduled.Period `json:"period"` // none: only the last hour, day and week
	Corrected bool              `json:"corrected"`
	Files     []scheduled.File  `json:"files"`
	Attach    bool              `json:"attach"`
	Channels  []string          `json:"channels"`
	ToFolder  bool              `json:"to_folder"`
	Folder    *string           `json:"folder"` // none: that of the settings itself
}

// apiScheduled is a scheduled report as scripts read it.
type apiScheduled struct {
	ID string `json:"id"`
	apiScheduledForm
	Paused    bool     `json:"paused"`
	NextAt    *apiTime `json:"next_at"` // none while it is paused
	AskedAt   *apiTime `json:"run_asked_at"`
	CreatedBy *string  `json:"created_by"`
	CreatedAt apiTime  `json:"created_at"`
}

const scheduledExample = `{"name": "Weekly", "every": "weekly", "day": 0, "time": "07:00", "zone": "America/Chicago", "period": "last-week", "files": ["xlsx"], "channels": []}`

func newAPIScheduled(r scheduled.Report) apiScheduled {
	return apiScheduled{
		ID: r.ID, apiScheduledForm: newAPIScheduledForm(r), Paused: r.Paused, NextAt: knownTime(r.NextAt, !r.Paused), AskedAt: optionalTime(r.RunAskedAt),
		CreatedBy: orNull(r.CreatedBy), CreatedAt: apiTime(r.CreatedAt),
	}
}

func newAPIScheduledForm(r scheduled.Report) apiScheduledForm {
	f := apiScheduledForm{
		Name: r.Name, Every: r.Times.Every, Day: dayOf(r.Times), Time: clockOf(r.Times), Cron: orNull(r.Times.Cron), Zone: r.Times.Zone,
		Group: orNull(r.Group), Corrected: r.Corrected, Files: models.OrEmpty(r.Files), Attach: r.Attach, Channels: models.OrEmpty(r.Channels),
		ToFolder: r.ToFolder, Folder: orNull(r.Folder),
	}
	if r.Period != scheduled.NoPeriod {
		f.Period = &r.Period
	}
	return f
}

// report is what the form stands for.
func (f apiScheduledForm) report() (scheduled.Report, error) {
	times, err := timesIn(f.Every, f.Day, f.Time, f.Cron, f.Zone)
	return scheduled.Report{
		Name: f.Name, Times: times, Group: deref(f.Group), Period: deref(f.Period), Corrected: f.Corrected, Files: f.Files, Attach: f.Attach,
		Channels: f.Channels, ToFolder: f.ToFolder, Folder: deref(f.Folder),
	}, err
}
