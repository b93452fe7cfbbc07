package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

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
	if entered.Scope(f.Scope) == entered.OfStore {
		d.Subject, err = parseSubject(f.Scope, f.Store, "for_store")
	} else {
		d.Subject, err = parseSubject(f.Scope, f.Group, "for_group")
	}
	if err != nil {
		return d, err
	}
	seconds, ok := parseClock(strings.TrimSpace(f.Time))
	if d.At = seconds; !ok {
		return d, badField("time", "a time such as 07:00", cmp.Or(f.Time, "nothing"))
	}
	day := ""
	switch d.Every {
	case recurring.Weekly:
		day = f.Weekday
	case recurring.Monthly:
		day = strings.TrimSpace(f.MonthDay)
	}
	if day == "" && d.Every != recurring.Weekly && d.Every != recurring.Monthly {
		return d, nil
	}
	if d.Day, err = strconv.Atoi(day); err != nil {
		return d, badField("day", "a day of the week, or 1 to 31 of the month", cmp.Or(day, "nothing"))
	}
	return d, nil
}

// refusal says why a digest was not taken, at the field of the form. An error that is not
// the matter of the form is given back.
func (f digestForm) refusal(err error) (views.Refusal, error) {
	var kept entered.Problem
	var times recurring.Problem
	switch {
	case errors.As(err, &times):
		return views.Refusal{Field: times.Where, Text: times.Sentence()}, nil
	case errors.As(err, &kept) && kept.Where == "name" && f.Scope != "":
		return views.Refusal{Field: "for_" + f.Scope, Text: kept.Sentence()}, nil
	case errors.As(err, &kept):
		return views.Refusal{Field: kept.Where, Text: kept.Sentence()}, nil
	default:
		return formRefusal(err)
	}
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
func newDigestForm(s *figures.Snapshot, channels []deliveries.Channel, d digests.Digest) views.DigestForm {
	form := views.DigestForm{Action: "/digests", ID: d.ID, Zones: zonesOf(s)}
	if d.ID != "" {
		form.Action += "/" + d.ID
	}
	form.Who = views.ForWhom{All: true, Groups: newGroupSelect(s.Groups(), "Choose a group", "")}
	form.Who.Groups.Name = "for_group"
	if len(s.Stores) <= storesInForm {
		for n, store := range s.Stores {
			form.Who.Stores = append(form.Who.Stores, views.Option{Value: store.Code, Text: storeTitle(s, n)})
		}
	}
	for _, c := range channels {
		form.Channels = append(form.Channels, views.ChannelBox{Value: c.ID, Text: c.Name, Hint: digestChannelHint(c)})
	}
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
	filled.fill(&form, views.Refusal{})
	return form
}

// fill writes what was typed into the form, and what is wrong with it.
func (f digestForm) fill(form *views.DigestForm, wrong views.Refusal) {
	form.Wrong = wrong
	form.Who.Scope, form.Who.Store, form.Who.Groups.Value = f.Scope, f.Store, f.Group
	form.Who.Groups.Options = slices.Clone(form.Who.Groups.Options)
	for n := range form.Who.Groups.Options {
		form.Who.Groups.Options[n].Selected = form.Who.Groups.Options[n].Value == f.Group
	}
	form.Every = []views.Choice{
		{Value: "daily", Text: "Every day", Hint: "Of the day before."},
		{Value: "weekly", Text: "Every week", Hint: "Of the week before, Monday to Sunday."},
		{Value: "monthly", Text: "Every month", Hint: "Of the month before."},
	}
	for n := range form.Every {
		form.Every[n].Selected = form.Every[n].Value == f.Every
	}
	form.Weekdays = nil
	for n, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		form.Weekdays = append(form.Weekdays, views.Option{Value: strconv.Itoa(n), Text: name, Selected: strconv.Itoa(n) == f.Weekday})
	}
	form.MonthDay, form.Time, form.Zone, form.WhenNothing = f.MonthDay, f.Time, f.Zone, f.WhenNothing
	for n := range form.Channels {
		form.Channels[n].Chosen = slices.Contains(f.Channels, form.Channels[n].Value)
	}
}
