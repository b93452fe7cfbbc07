package web_test

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// addRule is a rule of a person about a subject, which is on.
func (s *site) addRule(person string, of entered.Subject, channels ...string) alerts.Rule {
	s.t.Helper()
	r := alerts.NewRule(alerts.Offline, uptime.Hour)
	r.ID, r.PersonID, r.Subject, r.Channels, r.CreatedAt = models.NewID(), person, of, models.OrEmpty(channels), uptime.At(now)
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&r) })
	return r
}

// addIncident is something that a rule found of a store an hour before the newest poll, and
// told at once.
func (s *site) addIncident(r alerts.Rule, store string, change ...func(*alerts.Incident)) alerts.Incident {
	s.t.Helper()
	began := uptime.At(now).Add(-uptime.Hour)
	i := alerts.Incident{
		ID: models.NewID(), RuleID: r.ID, PersonID: r.PersonID, Kind: r.Kind, Store: store, Began: began, Fired: began, Last: began,
		Phase: alerts.Going, Spoken: alerts.Going, ToldAt: models.InstantAt(began.Add(30 * uptime.Minute)), FoundAt: uptime.At(now),
	}
	for _, c := range change {
		c(&i)
	}
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&i) })
	if i.ToldAt.Known {
		s.addNotice(i, i.ToldAt, uuid.NewString())
	}
	return i
}

// addNotice is one thing to be told of an incident, and the message that told it.
func (s *site) addNotice(i alerts.Incident, told models.OptionalInstant, message string) {
	s.t.Helper()
	s.write(func(g *gorm.DB) *gorm.DB {
		return g.Create(&alerts.Notice{
			ID: models.NewID(), IncidentID: i.ID, RuleID: i.RuleID, PersonID: i.PersonID, Kind: alerts.Began, MadeAt: uptime.At(now), ToldAt: told, MessageID: message,
		})
	})
}

// addTold is the delivery of a message that told of incidents.
func (s *site) addTold(c deliveries.Channel, title string, incidents ...alerts.Incident) deliveries.Delivery {
	s.t.Helper()
	message := uuid.NewString()
	d := deliveries.New(c, deliveries.Alert, deliveries.Message{
		Title: title, Lines: []string{"It began an hour ago."}, Acknowledge: true,
		Sections: []deliveries.Section{{Heading: "Offline", Rows: []deliveries.Row{{Text: "Blue Kettle", Value: "since 20:05", Path: "/stores/12"}}}},
	})
	d.Cause, d.State = "alert:"+message, models.Complete
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&d) })
	for _, i := range incidents {
		s.addNotice(i, models.InstantAt(uptime.At(now)), message)
	}
	return d
}

// judge judges the present data by all rules and writes the messages that are due, as the
// jobs of a running server do.
func (s *site) judge(at uptime.Instant) {
	s.t.Helper()
	ctx := context.WithoutCancel(s.t.Context())
	people, err := alerts.People(ctx, s.db)
	who := alerts.Recipients{}
	for _, person := range people {
		p, ok, err := s.server.Accounts().Recipient(ctx, person)
		if err != nil {
			s.t.Error(err)
		}
		who[person] = alerts.Recipient{Told: ok, Reach: p.Reach, Imports: ok && p.May(access.ReadImports), Language: p.Language}
	}
	if err == nil {
		err = alerts.Judge(ctx, s.db, s.snapshot(), who, at)
	}
	if err == nil {
		err = alerts.ComposeWaiting(ctx, s.db, s.snapshot(), who, at.Add(5*uptime.Minute), s.jobs.Deliver)
	}
	if err != nil && !errors.Is(err, models.ErrDataMoved) {
		s.t.Error(err)
	}
}
