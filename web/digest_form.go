package web

import (
	"errors"
	"slices"
	"strconv"

	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/views"
)

// digestForm is what a visitor may send to add or change a digest.
type digestForm struct {
	Scope string `form:"scope"`
	Group string `form:"for_group"`
	Store string `form:"for_store"`

	Every    string `form:"every"`
	Weekday  string `form:"weekday"`
	MonthDay string `form:"monthday"`
	Time     string `form:"time"`
	Zone     string `form:"zone"`

	Channels    []string `form:"channel"`
	WhenNothing bool     `form:"when_nothing"`
}

// parse is the digest that the form asks for. The error is a fieldProblem.
func (f digestForm) parse() (d digests.Digest, err error) {
	d = digests.Digest{Every: recurring.Every(f.Every), Zone: f.Zone, Channels: f.Channels, WhenNothing: f.WhenNothing}
	if d.Subject, err = parseForWhom(f.Scope, f.Group, f.Store); err != nil {
		return d, err
	}
	if d.At, err = parseTimeOfDay("time", f.Time); err != nil {
		return d, err
	}
	switch d.Every {
	case recurring.Weekly:
		d.Day, err = parseDay("day", "Expected a day of the week, found {found}.", f.Weekday)
	case recurring.Monthly:
		d.Day, err = parseDay("day", "Expected 1 to 31 of the month, found {found}.", f.MonthDay)
	}
	return d, err
}

// refusal says why a digest was not taken, at the field of the form. An error that is not
// the matter of the form is given back.
func (f digestForm) refusal(w spoken, err error) (views.Refusal, error) {
	var times recurring.Problem
	if errors.As(err, &times) {
		return views.Refusal{Field: times.Where, Text: times.ForPeople().In(w.Words)}, nil
	}
	return forWhomRefusal(w, err, f.Scope)
}

// newDigest is the digest that the form offers before anything is typed.
func newDigest(s *figures.Snapshot, channels []deliveries.Channel) digests.Digest {
	d := digests.Digest{Subject: entered.All, Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago"}
	if zones := zonesOf(s); len(zones) > 0 {
		d.Zone = zones[0]
	}
	for _, c := range channels {
		if c.Works() {
			d.Channels = append(d.Channels, c.ID)
			break
		}
	}
	return d
}

// newDigestForm is the form with what a digest is.
func newDigestForm(w spoken, s *figures.Snapshot, channels []deliveries.Channel, d digests.Digest) views.DigestForm {
	form := views.DigestForm{Action: "/digests", ID: d.ID, Zones: zonesOf(s)}
	if d.ID != "" {
		form.Action += "/" + d.ID
	}
	form.Who, form.Channels = newForWhomSeen(w, s), newChannelBoxes(w, channels, nil)
	filled := digestForm{
		Scope: string(d.Scope), Every: string(d.Every), Weekday: "0", MonthDay: "1",
		Time: uptime.ClockText(d.At), Zone: d.Zone, Channels: d.Channels, WhenNothing: d.WhenNothing,
	}
	switch d.Scope {
	case entered.OfGroup:
		filled.Group = d.Name
	case entered.OfStore:
		filled.Store = d.Name
	}
	switch d.Every {
	case recurring.Weekly:
		filled.Weekday = strconv.Itoa(d.Day)
	case recurring.Monthly:
		filled.MonthDay = strconv.Itoa(d.Day)
	}
	filled.fill(w, &form, views.Refusal{})
	return form
}

// fill writes what was typed into the form, and what is wrong with it.
func (f digestForm) fill(w spoken, form *views.DigestForm, wrong views.Refusal) {
	form.Wrong = wrong
	fillForWhom(&form.Who, f.Scope, f.Group, f.Store)
	form.Every = []views.Choice{
		{Value: "daily", Text: w.Say("Every day"), Hint: w.Say("About the day before.")},
		{Value: "weekly", Text: w.Say("Every week"), Hint: w.Say("About the week before, Monday to Sunday.")},
		{Value: "monthly", Text: w.Say("Every month"), Hint: w.Say("About the month before.")},
	}
	for n := range form.Every {
		form.Every[n].Selected = form.Every[n].Value == f.Every
	}
	form.Weekdays = weekdayOptions(w, f.Weekday)
	form.MonthDay, form.Time, form.Zone, form.WhenNothing = f.MonthDay, f.Time, f.Zone, f.WhenNothing
	for n := range form.Channels {
		form.Channels[n].Chosen = slices.Contains(f.Channels, form.Channels[n].Value)
	}
}
