package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

var ctx = context.Background()

// A desk judges and composes by hand, with a clock of its own.
type desk struct {
	*testing.T
	db  *models.DB
	f   *figures.Figures
	who alerts.Recipients
	now uptime.Instant
	all []deliveries.Delivery

	sent []string // when, and what
}

var everything = alerts.Recipient{Told: true, Reach: reach.All(), Imports: true}

func newDesk(t *testing.T, db *models.DB) *desk {
	d := &desk{T: t, db: db, f: modelstest.Figures(t, db), who: alerts.Recipients{"": everything}, now: modelstest.At("2023-01-25 13:00")}
	modelstest.Load(t, db, modelstest.NamesFile("a,Ann's,G,Tyre", "b,Ben's,H,Sidon", "c,Cy's,H,Sidon"), modelstest.ZonesFile("a,Asia/Beirut", "b,Asia/Beirut", "c,UTC"))
	d.polls("a active 12:00", "b active 12:00", "c active 12:00")
	return d
}

// polls takes polls of the day in as one import.
func (d *desk) polls(list ...string) models.Import {
	d.Helper()
	rows := make([]string, len(list))
	for n, p := range list {
		f := strings.Fields(p)
		rows[n] = fmt.Sprintf("%s,%s,2023-01-25 %s:00 UTC", f[0], f[1], f[2])
	}
	return modelstest.Load(d.T, d.db, modelstest.PollsFile(rows...))
}

func (d *desk) channel(person string) string {
	d.Helper()
	id := models.NewID()
	c := deliveries.Channel{ID: id, PersonID: person, Kind: deliveries.Email, Name: "Mail", Address: id + "@example.com",
		Token: deliveries.NewToken(), ConfirmedAt: models.InstantAt(1), CreatedAt: 1}
	if err := d.db.Update(ctx, func(tx *models.Tx) error { return tx.GORM(ctx).Create(&c).Error }); err != nil {
		d.Fatal(err)
	}
	return c.ID
}

// rule saves a rule with a channel, after some changes.
func (d *desk) rule(kind alerts.Kind, change func(*alerts.Rule)) alerts.Rule {
	d.Helper()
	r := alerts.NewRule(kind, uptime.Hour)
	if change != nil {
		change(&r)
	}
	r.Channels = []string{d.channel(r.PersonID)}
	r, err := r.Clean(uptime.Hour)
	if err = errors.Join(err, alerts.SaveRule(ctx, d.db, &r, d.now)); err != nil {
		d.Fatal(err)
	}
	return r
}

func (d *desk) judge() {
	d.Helper()
	if err := d.tryJudge(); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) tryJudge() error {
	due, err := alerts.FindDue(ctx, d.db)
	if err == nil && due.Judge {
		var s *figures.Snapshot
		if s, err = d.f.Snapshot(ctx); err == nil {
			err = alerts.Judge(ctx, d.db, s, d.who, d.now)
		}
	}
	return errors.Join(err, alerts.JudgeClock(ctx, d.db, d.who, d.now))
}

func (d *desk) tryCompose() error {
	s, err := d.f.Snapshot(ctx)
	if err != nil {
		return err
	}
	return alerts.ComposeWaiting(ctx, d.db, s, d.who, d.now, func(ctx context.Context, tx *models.Tx, list []deliveries.Delivery) error {
		for _, delivery := range list {
			if _, err := deliveries.Add(ctx, tx, &delivery); err != nil {
				return err
			}
		}
		return nil
	})
}

// told judges, lets some time pass until messages go out, and returns the titles of those
// that are new.
func (d *desk) told() string {
	d.Helper()
	d.judge()
	d.now = d.now.Add(alerts.Pace)
	if err := d.tryCompose(); err != nil {
		d.Fatal(err)
	}
	return d.fresh()
}

func (d *desk) fresh() string {
	d.Helper()
	var titles []string
	for _, m := range d.newDeliveries() {
		titles = append(titles, m.Title)
	}
	return strings.Join(titles, " | ")
}

func (d *desk) newDeliveries() (messages []deliveries.Message) {
	d.Helper()
	var list []deliveries.Delivery
	if err := d.db.View(ctx, func(tx *models.Tx) error { return tx.GORM(ctx).Order("created_at, id").Find(&list).Error }); err != nil {
		d.Fatal(err)
	}
	for _, delivery := range list {
		if !slices.ContainsFunc(d.all, func(old deliveries.Delivery) bool { return old.ID == delivery.ID }) {
			messages = append(messages, delivery.Message)
			d.all = append(d.all, delivery)
		}
	}
	return messages
}

func (d *desk) want(what, want string) {
	d.Helper()
	if got := d.told(); got != want {
		d.Errorf("%s: told %q, want %q", what, got, want)
	}
}

func each(t *testing.T, body func(d *desk)) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) { body(newDesk(t, db)) })
}

func TestAnOutageIsToldOnceAndItsEndOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		d.polls("a inactive 13:00", "b active 13:00")
		d.want("seen just now", "")
		d.polls("b active 13:45")
		d.want("after 30 minutes", "Ann's has been offline since 15:00 EET")
		if m := d.all[0].Message; m.Links[0].Path != "/stores/a" || m.Sections[0].Rows[0].Path != "/stores/a" {
			d.Errorf("it leads to %+v and %+v", m.Links, m.Sections)
		}
		d.want("again", "")
		d.polls("a inactive 14:00")
		d.want("still so", "")
		d.polls("a active 15:00")
		d.want("back", "Ann's is back online")
		d.want("again", "")
		list, err := alerts.Incidents(ctx, d.db, "", alerts.IncidentFilter{})
		if err != nil || len(list) != 1 || list[0].Phase != alerts.Over || list[0].EndedAt.At != modelstest.At("2023-01-25 15:00") {
			d.Errorf("%+v, %v", list, err)
		}
	})
}

func TestWhatIsUndoneIsWithdrawnAndComesBackAsTheSame(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		i := d.polls("a inactive 13:00", "b active 14:00")
		d.want("offline", "Ann's has been offline since 15:00 EET")
		modelstest.Undo(d, d.db, i)
		d.want("undone", "Ann's was not offline after all")
		d.polls("b active 14:00")
		d.polls("a inactive 13:00")
		d.want("in another order", "Ann's is still offline, since 15:00 EET")
		if n, err := modelstest.Count(d.db, "incidents"); n != 1 || err != nil {
			d.Errorf("%d incidents, %v", n, err)
		}
	})
}

func TestACorrectionWithdrawsAndItsWithdrawalFollowsUp(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		d.polls("a inactive 13:00", "b active 14:00")
		d.want("offline", "Ann's has been offline since 15:00 EET")
		c := entered.Correction{Subject: entered.Store("a"), From: modelstest.At("2023-01-25 12:00"), To: modelstest.At("2023-01-25 20:00"), Category: entered.PlannedWork, By: "Ann"}
		if err := entered.AddCorrection(ctx, d.db, &c); err != nil {
			d.Fatal(err)
		}
		d.want("corrected", "Ann's was not offline after all")
		if _, err := entered.WithdrawCorrection(ctx, d.db, c.ID, "Ann", d.now); err != nil {
			d.Fatal(err)
		}
		d.want("withdrawn", "Ann's is still offline, since 15:00 EET")
	})
}

func TestThreeServersTellOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		d.polls("a inactive 13:00", "b inactive 13:00", "c active 14:00")
		for _, work := range []func() error{d.tryJudge, d.tryCompose} {
			var together errgroup.Group
			for range 3 {
				together.Go(work)
			}
			if err := together.Wait(); err != nil {
				d.Fatal(err)
			}
			d.now = d.now.Add(alerts.Pace) // the server was away in between
		}
		if got := d.fresh(); got != "2 stores in 2 cities have been offline since 15:00 EET" {
			d.Errorf("told %q", got)
		}
		if n, err := modelstest.Count(d.db, "deliveries"); n != 1 || err != nil {
			d.Errorf("%d deliveries, %v", n, err)
		}
	})
}

func TestNobodyIsToldOfWhatTheyDoNotReach(t *testing.T) {
	each(t, func(d *desk) {
		for person, r := range map[string]reach.Reach{"ann": reach.Of([]string{"G"}, nil), "ben": reach.Of([]string{"H"}, nil), "gone": reach.All()} {
			d.who[person] = alerts.Recipient{Told: person != "gone", Reach: r}
			d.rule(alerts.Offline, func(r *alerts.Rule) { r.PersonID = person })
		}
		d.polls("a inactive 13:00", "b active 14:00")
		d.want("of one group", "Ann's has been offline since 15:00 EET")
		if d.all[0].PersonID != "ann" {
			d.Errorf("told %s", d.all[0].PersonID)
		}
		if want := d.who["ann"].Reach.String(); d.all[0].Reach != want { // it may change before the message is written
			d.Errorf("the message is for who sees %q, want %q", d.all[0].Reach, want)
		}
		d.polls("b inactive 14:10", "c active 15:00")
		d.judge()
		d.who["ben"] = alerts.Recipient{Told: true, Reach: reach.Of([]string{"G"}, nil)}
		d.want("taken away between judging and telling", "")
		d.who["ben"] = alerts.Recipient{Told: true, Reach: reach.Of([]string{"H"}, nil)}
		d.polls("b active 16:00")
		d.want("its end", "Ben's was offline for 1 h 50 min")
	})
}

func TestAStoreThatIsWithinReachAgainIsNotToldAgain(t *testing.T) {
	each(t, func(d *desk) {
		own, other := alerts.Recipient{Told: true, Reach: reach.Of([]string{"H"}, nil)}, alerts.Recipient{Told: true, Reach: reach.Of([]string{"G"}, nil)}
		d.who["ben"] = own
		d.rule(alerts.Offline, func(r *alerts.Rule) { r.PersonID = "ben" })
		d.polls("b inactive 13:00", "c active 14:00")
		d.want("offline", "Ben's has been offline since 15:00 EET")
		d.who["ben"] = other
		d.polls("c active 14:30")
		d.want("out of reach", "")
		d.who["ben"] = own
		d.polls("c active 15:00")
		d.want("within reach again", "")
		d.polls("b active 16:00")
		d.want("back", "Ben's is back online")
	})
}

func TestARuleTellsNothingOfWhatWasBeforeIt(t *testing.T) {
	each(t, func(d *desk) {
		d.polls("a inactive 13:00", "b active 14:00")
		r := d.rule(alerts.Offline, nil)
		d.want("it goes on", "")
		if open, err := alerts.Incidents(ctx, d.db, "", alerts.IncidentFilter{Open: true}); len(open) != 1 || err != nil {
			d.Errorf("%d open, %v", len(open), err)
		}
		d.polls("a active 15:00", "b inactive 15:00", "c active 16:00")
		d.want("it ends, another begins", "Ben's has been offline since 17:00 EET")
		if err := alerts.RemoveRule(ctx, d.db, "", r.ID); err != nil {
			d.Fatal(err)
		}
		d.polls("b active 17:00")
		d.want("without the rule", "")
	})
}

func TestAPausedStoreIsNotToldLaterEither(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		pause := alerts.Pause{Store: "a", Until: uptime.DateOf(2023, 1, 26), CreatedAt: 1}
		if err := alerts.SetPause(ctx, d.db, pause); err != nil {
			d.Fatal(err)
		}
		d.polls("a inactive 13:00", "b active 14:00")
		d.want("paused", "")
		if err := alerts.RemovePause(ctx, d.db, "", "a"); err != nil {
			d.Fatal(err)
		}
		d.polls("a active 15:00")
		d.want("no longer paused", "")
	})
}

func TestASilentPollerIsToldOnceAndNoStoreIsOffline(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, nil)
		d.rule(alerts.NoData, nil)
		d.rule(alerts.PollsStale, nil)
		d.want("all is well", "")
		d.now = d.now.Add(10 * uptime.Hour)
		d.want("no polls", "No store has been polled since 12:00 UTC: the poller may be down")
		d.now = d.now.Add(uptime.Hour)
		d.want("still none", "")
		d.now = modelstest.At("2023-01-25 23:30")
		d.polls("a active 23:00", "b active 23:00", "c active 23:00")
		d.want("they come again", "Stores are polled again")
	})
}

func TestAStoreWithoutPollsIsToldWhileOthersHaveThem(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.NoData, nil)
		d.polls("b active 13:30", "c active 14:30")
		d.want("two and a half hours", "")
		d.polls("b active 15:30", "c active 15:30")
		d.want("three and a half", "Ann's has had no data since 14:00 EET")
		d.polls("a active 16:00")
		d.want("polled", "Ann's has data again")
	})
}

func TestAFlappingStoreIsToldAtMostOnceInARulesTime(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, func(r *alerts.Rule) { r.After, r.TellBack = 0, false })
		told := 0
		for minute := 0; minute < 180; minute += 6 {
			state := []string{"inactive", "active"}[minute/6%2]
			d.polls(fmt.Sprintf("a %s %d:%02d", state, 13+minute/60, minute%60))
			if d.told() != "" {
				told++
			}
		}
		if told < 2 || told > 4 {
			d.Errorf("told %d times in three hours", told)
		}
	})
}

func TestEverythingAtOnceIsOneMessage(t *testing.T) {
	each(t, func(d *desk) {
		const stores = 3230
		names, before, after := make([]string, stores), make([]string, stores), make([]string, stores)
		for n := range stores {
			names[n] = fmt.Sprintf("s%04d,Store %d,G%d,City %d", n, n, n%7, n%14)
			before[n] = fmt.Sprintf("s%04d,active,2023-01-25 13:00:%02d UTC", n, n%60)
			after[n] = fmt.Sprintf("s%04d,inactive,2023-01-25 14:00:%02d UTC", n, n%60)
		}
		modelstest.Load(d, d.db, modelstest.NamesFile(names...), modelstest.PollsFile(before...))
		d.rule(alerts.Offline, nil)
		d.polls("a active 14:30")
		modelstest.Load(d, d.db, modelstest.PollsFile(after...))
		d.polls("a active 14:45")
		d.want("all", "3,230 stores in 14 cities have been offline since 08:00 CST")
		m := d.all[0].Message
		if len(d.all) != 1 || len(m.Sections) != 1 || len(m.Sections[0].Rows) != 20 || m.Sections[0].More != "and 3,210 more" ||
			!slices.Contains(m.Lines, "What they have in common: all in the time zone America/Chicago.") || !m.Acknowledge {
			d.Errorf("%d messages: %+v", len(d.all), m)
		}
	})
}

func TestQuietHoursAreToldAtTheirEndAsThingsAreThen(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, func(r *alerts.Rule) { r.QuietFrom, r.QuietTo, r.Zone = 12*3600, 20*3600, "UTC" })
		d.polls("a inactive 13:00", "b inactive 13:00", "c active 14:00")
		d.want("quiet", "")
		d.polls("a active 15:00")
		d.want("quiet", "")
		d.now = modelstest.At("2023-01-25 20:00")
		d.want("then", "Ben's has been offline since 15:00 EET")
		if lines := d.all[0].Message.Lines; !slices.Equal(lines, []string{"Ann's was offline for 2 h."}) {
			d.Errorf("lines %q", lines)
		}
	})
}

func TestWhoAcknowledgesIsNotReminded(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.Offline, func(r *alerts.Rule) { r.Remind = uptime.Hour })
		d.polls("a inactive 13:00", "b active 14:00")
		d.want("offline", "Ann's has been offline since 15:00 EET")
		d.polls("b active 15:00")
		d.want("an hour later", "Ann's is still offline, since 15:00 EET")
		m, err := alerts.AcknowledgeMessage(ctx, d.db, d.all[0].Token, d.now)
		if err != nil || len(m.Incidents) != 1 || m.Unacknowledged() != 0 {
			t.Fatalf("%+v, %v", m, err)
		}
		d.polls("b active 17:00")
		d.want("acknowledged", "")
		if _, err := alerts.MessageOf(ctx, d.db, ""); !errors.Is(err, models.ErrNotFound) {
			d.Error("without a token:", err)
		}
	})
}

func TestAFailedImportIsToldOnceAndARejectedOneIsNot(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.ImportFailed, nil)
		insert := "INSERT INTO imports (id, source, state, error, created_at, finished_at) VALUES (?, 'page', ?, 'The disk is full.', 1, ?)"
		err := errors.Join(modelstest.Exec(d.db, insert, "i1", "failed", int64(d.now+1)), modelstest.Exec(d.db, insert, "i2", "complete", int64(d.now+1)),
			modelstest.Exec(d.db, insert, "i3", "failed", int64(d.now-1)))
		if err != nil {
			d.Fatal(err)
		}
		d.now = d.now.Add(uptime.Minute)
		d.want("failed", "An import failed")
		if row := d.all[0].Message.Sections[0].Rows[0]; row.Text != "The disk is full." || row.Path != "/imports/i1" {
			d.Errorf("%+v", row)
		}
		d.want("again", "")
	})
}

func TestASourceIsToldAfterThreeFailuresAndWhenItWorksAgain(t *testing.T) {
	each(t, func(d *desk) {
		d.rule(alerts.SourceFailing, nil)
		err := d.db.SetSources(ctx, []models.RemoteSource{{ID: "s", Number: 1, URL: "https://example.com/polls.csv"}})
		save := func(failures int) {
			d.now = d.now.Add(uptime.Minute)
			s := models.RemoteSource{ID: "s", Number: 1, URL: "https://example.com/polls.csv", State: models.SourceFailed, Outcome: "No answer.", CheckedAt: d.now, Failures: failures}
			err = errors.Join(err, d.db.SaveSource(ctx, s))
		}
		save(2)
		d.want("twice", "")
		save(3)
		d.want("three times", "A source cannot be fetched")
		save(4)
		d.want("more", "")
		save(0)
		d.want("it works", "A source works again")
		if err != nil {
			d.Error(err)
		}
	})
}
