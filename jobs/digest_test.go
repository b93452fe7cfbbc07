package jobs_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/recurring"
	"lightson/models/uptime"
)

// A mailbox is a place with a person, their channel and a digest that is due every day at
// 07:00 in Chicago.
type mailbox struct {
	*desk
	now      time.Time
	accounts *access.Accounts
	owner    access.Person
	digest   digests.Digest
}

// hourlyPolls are polls of a store from one instant to another, at :30. Those within down
// are inactive.
func hourlyPolls(store, from, to string, down uptime.Span) (rows []string) {
	for at := modelstest.At(from).Add(30 * uptime.Minute); at < modelstest.At(to); at = at.Add(uptime.Hour) {
		status := "active"
		if down.Contains(at) {
			status = "inactive"
		}
		rows = append(rows, store+","+status+","+modelstest.Stamp(at))
	}
	return rows
}

func newMailbox(t *testing.T, db *models.DB, whenNothing bool) *mailbox {
	t.Helper()
	m := &mailbox{desk: newDesk(t, db), accounts: access.NewAccounts(db, access.Options{})}
	m.at("2023-01-24 12:00")
	_, err := m.accounts.AddPerson(t.Context(), access.NewPerson{Email: "op@example.com", Name: "Op", Role: access.Operator})
	if err == nil {
		m.owner, err = m.accounts.AddPerson(t.Context(), access.NewPerson{Email: "ana@example.com", Name: "Ana", Role: access.Viewer, Reach: reach.Of([]string{"Ana's"}, nil)})
	}
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Load(t, db, modelstest.NamesFile("a,Ana One,Ana's,", "b,Ben One,Ben's,"))
	m.digest = m.add(m.owner.ID, whenNothing)
	return m
}

// add adds a digest of a person, with a channel.
func (m *mailbox) add(person string, whenNothing bool) digests.Digest {
	m.t.Helper()
	d := digests.Digest{
		PersonID: person, Subject: entered.All, Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago",
		Channels: []string{m.channel(person, "channel of "+person)}, WhenNothing: whenNothing,
	}
	err := d.Clean(uptime.At(m.now))
	if err == nil {
		err = digests.Add(m.t.Context(), m.db, &d)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return d
}

// channel adds a channel of a person.
func (m *mailbox) channel(person, id string) string {
	m.t.Helper()
	channel := deliveries.Channel{
		ID: id, PersonID: person, Kind: deliveries.Webhook, Name: "Hook", Address: "https://example.com/" + id,
		Token: deliveries.NewToken(), ConfirmedAt: models.InstantAt(1),
	}
	if err := m.db.Update(m.t.Context(), func(tx *models.Tx) error { return tx.GORM(m.t.Context()).Create(&channel).Error }); err != nil {
		m.t.Fatal(err)
	}
	return id
}

func (m *mailbox) at(text string) {
	m.now = modelstest.At(text).Time()
	m.SetClock(func() time.Time { return m.now })
}

// look looks for what is due, and returns the titles of all deliveries there are, and what
// became of the digest.
func (m *mailbox) look() (titles []string, text string) {
	m.t.Helper()
	if err := m.SendDigests(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	return m.told()
}

func (m *mailbox) told() (titles []string, text string) {
	m.t.Helper()
	var list []deliveries.Delivery
	if err := m.db.GORM(m.t.Context()).Order("created_at, id").Find(&list).Error; err != nil {
		m.t.Fatal(err)
	}
	for _, d := range list {
		titles = append(titles, d.Message.Title)
		if all := fmt.Sprint(d.Message, string(d.Payload)); strings.Contains(all, "Ben") && d.PersonID == m.owner.ID {
			m.t.Errorf("an owner was told of a foreign store: %s", all)
		}
	}
	d, err := digests.Of(m.t.Context(), m.db, m.digest.ID)
	if err != nil {
		m.t.Fatal(err)
	}
	return titles, d.LastText
}

func (m *mailbox) expect(when string, sent int, text string) {
	m.t.Helper()
	m.at(when)
	titles, became := m.look()
	if len(titles) != sent || !strings.HasPrefix(became, text) {
		m.t.Errorf("at %s there were %d deliveries %q, and %q; want %d, and %q", when, len(titles), titles, became, sent, text)
	}
}

var noSpan uptime.Span

func TestADigestIsSentOnceByThreeServersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, false)
		down := uptime.Span{From: modelstest.At("2023-01-24 18:00"), To: modelstest.At("2023-01-24 20:00")}
		modelstest.Load(t, db, modelstest.PollsFile(append(hourlyPolls("a", "2023-01-22 00:00", "2023-01-25 13:00", down), hourlyPolls("b", "2023-01-22 00:00", "2023-01-25 13:00", down)...)...))
		m.expect("2023-01-25 12:59", 0, "")
		m.at("2023-01-25 13:00")
		servers := []*desk{m.desk, newDesk(t, db), newDesk(t, db)}
		var all sync.WaitGroup
		for _, server := range servers {
			server.SetClock(func() time.Time { return m.now })
			for range 2 {
				all.Go(func() {
					if err := server.SendDigests(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		titles, text := m.told()
		want := "All stores, Tue 24 Jan 2023: offline for 2 h"
		if len(titles) != 1 || titles[0] != want || text != "Sent to 1 channel: "+want+"." {
			t.Errorf("sent %q, and %q", titles, text)
		}
		// Who turns the hour of a digest on is not told twice of the same day.
		changed := m.digest
		changed.At += 60 * 60
		if err := changed.Clean(uptime.At(m.now)); err != nil {
			t.Fatal(err)
		}
		if err := digests.Change(t.Context(), db, changed); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-25 14:00", 1, string(digests.TextAgain))
		// A channel that was added since is told.
		second := m.channel(m.owner.ID, "second")
		changed.At += 60 * 60
		changed.Channels = append(changed.Channels, second)
		if err := changed.Clean(uptime.At(m.now)); err != nil {
			t.Fatal(err)
		}
		if err := digests.Change(t.Context(), db, changed); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-25 15:00", 2, "Sent to 1 channel: "+want+".")
		if n := query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'delivery'"); n != 2 {
			t.Errorf("%d workers are woken, want 2", n)
		}
	})
}

func TestADigestWithNothingToReportIsSentToThoseAloneWhoAskedForIt(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, false)
		other := m.add("nobody", false) // of a person who is gone
		modelstest.Load(t, db, modelstest.PollsFile(hourlyPolls("a", "2023-01-22 00:00", "2023-01-25 13:00", noSpan)...))
		m.expect("2023-01-25 13:00", 0, string(digests.TextNothing))
		if gone, err := digests.Of(t.Context(), db, other.ID); err != nil || gone.LastText != string(digests.TextNobody) || gone.NextAt <= m.digest.NextAt {
			t.Errorf("the digest of a person who is gone: %+v, %v", gone, err)
		}
		m.digest.WhenNothing = true
		if err := digests.Change(t.Context(), db, m.digest); err != nil {
			t.Fatal(err)
		}
		execute(t, db, fmt.Sprintf("UPDATE digests SET next_at = %d", m.digest.NextAt)) // it is due once more
		m.expect("2023-01-25 13:01", 1, "Sent to 1 channel: All stores, Tue 24 Jan 2023: no downtime.")
	})
}

func TestOneBadDigestCostsNobodyElseTheirs(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, true)
		bad := m.add("nobody", true)
		modelstest.Load(t, db, modelstest.PollsFile(hourlyPolls("a", "2023-01-22 00:00", "2023-01-25 13:00", noSpan)...))
		execute(t, db, "UPDATE digests SET channels = '[' WHERE id = '"+bad.ID+"'")
		m.at("2023-01-25 13:00")
		if err := m.SendDigests(t.Context()); err == nil || !strings.Contains(err.Error(), bad.ID) {
			t.Errorf("the bad one is not named: %v", err)
		}
		if titles, text := m.told(); len(titles) != 1 {
			t.Errorf("the good one: %q, %q", titles, text)
		}
	})
}

// Polls until the end of the period may be late.
func TestADigestWaitsThreeHoursForLatePolls(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, false)
		modelstest.Load(t, db, modelstest.PollsFile(hourlyPolls("a", "2023-01-22 00:00", "2023-01-25 01:00", noSpan)...))
		m.expect("2023-01-25 13:00", 0, "")
		m.expect("2023-01-25 15:59:59", 0, "")
		m.expect("2023-01-25 16:00", 1, "Sent to 1 channel: All stores, Tue 24 Jan 2023: no downtime seen.")
		var d deliveries.Delivery
		if err := db.GORM(t.Context()).Take(&d).Error; err != nil || !strings.Contains(fmt.Sprint(d.Message.Lines), "This is not complete yet: the newest poll is from Tue 24 Jan 2023, 18:30 CST") {
			t.Errorf("%v: it says %q", err, d.Message.Lines)
		}
		// Whoever changes something else meanwhile does not lose the one that waits.
		m.at("2023-01-26 13:30")
		m.digest.WhenNothing = true
		err := m.digest.Clean(uptime.At(m.now))
		if err == nil {
			err = digests.Change(t.Context(), db, m.digest)
		}
		if d, readErr := digests.Of(t.Context(), db, m.digest.ID); err != nil || readErr != nil || !d.WhenNothing || d.NextAt != modelstest.At("2023-01-26 13:00") {
			t.Errorf("%v, %v: changed to %+v", err, readErr, d)
		}
		m.digest.WhenNothing = false
		if err := digests.Change(t.Context(), db, m.digest); err != nil {
			t.Fatal(err)
		}
		// The next day they come in time, with a minute to spare.
		m.expect("2023-01-26 13:00", 1, "Sent to 1 channel: All stores, Tue 24")
		modelstest.Load(t, db, modelstest.PollsFile(hourlyPolls("a", "2023-01-25 01:00", "2023-01-26 07:00", noSpan)...))
		m.expect("2023-01-26 15:59", 1, string(digests.TextNothing))
	})
}

func TestOnlyTheLatestOfTheDigestsThatWereMissedIsCaughtUp(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, true)
		modelstest.Load(t, db, modelstest.PollsFile(hourlyPolls("a", "2023-01-20 00:00", "2023-01-29 12:00", noSpan)...))
		m.expect("2023-01-29 12:00", 1, "Sent to 1 channel: All stores, Fri 27 Jan 2023: no downtime.")
		m.expect("2023-01-29 12:30", 1, "Sent to 1 channel: All stores, Fri 27 Jan 2023: no downtime.")
		if d, err := digests.Of(t.Context(), db, m.digest.ID); err != nil || d.NextAt != modelstest.At("2023-01-29 13:00") || d.LastAt.At != modelstest.At("2023-01-28 13:00") {
			t.Errorf("%v: last %s, next %s", err, d.LastAt.At.Time(), d.NextAt.Time())
		}
	})
}

// What a person may see and whether they may be told is asked when a digest is due.
func TestADigestIsOfTheReachThatItsPersonHasWhenItIsDue(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		m := newMailbox(t, db, true)
		modelstest.Load(t, db, modelstest.PollsFile(append(hourlyPolls("a", "2023-01-22 00:00", "2023-01-29 12:00", noSpan), hourlyPolls("b", "2023-01-22 00:00", "2023-01-29 12:00", noSpan)...)...))
		ctx := t.Context()
		none := reach.Of(nil, []string{"gone"})
		if _, err := m.accounts.ChangePerson(ctx, m.owner.ID, access.Change{Reach: &none}); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-25 13:00", 0, string(digests.TextNoStores))
		mine := reach.Of(nil, []string{"a"})
		if _, err := m.accounts.ChangePerson(ctx, m.owner.ID, access.Change{Reach: &mine}); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-26 13:00", 1, "Sent to 1 channel: All stores, Wed 25 Jan 2023: no downtime.")
		if _, err := m.accounts.DisablePerson(ctx, m.owner.ID); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-27 13:00", 1, string(digests.TextNobody))
		if _, err := m.accounts.EnablePerson(ctx, m.owner.ID); err != nil {
			t.Fatal(err)
		}
		if err := modelstest.Exec(db, "UPDATE channels SET disabled_at = 1"); err != nil {
			t.Fatal(err)
		}
		m.expect("2023-01-28 13:00", 1, string(digests.TextNowhere))
	})
}
