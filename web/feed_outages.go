package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	feedBack = 30 * uptime.Day // how long ago outages in a feed may have ended
	feedMost = 200             // entries of a feed
)

// A feedOutage is an entry of a feed.
type feedOutage struct {
	code, title, summary string
	from, updated        uptime.Instant
}

// id names an outage for as long as it begins when it does.
func (o feedOutage) id() string {
	sum := sha256.Sum256([]byte("outage\x00" + o.code + "\x00" + atomTime(o.from)))
	id, _ := uuid.FromBytes(sum[:16]) // it fails for another length only
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id.URN()
}

// sendFeedOutages serves GET /feeds/:token/outages.atom: the outages that changed last.
func (s *Server) sendFeedOutages(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	snapshot, outages, err := s.feedOutages(ctx)
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	feed := atomFeed{
		ID: "urn:uuid:" + p.ID, Title: w.Say("Outages: {feed}", "feed", p.Name), Author: atomPerson{"Lights On"}, Generator: "Lights On",
		Subtitle: w.Say("When stores were offline while they should have been open, in the last {n} days", "n", int(feedBack/uptime.Day)),
		Links: []atomLink{
			{"self", "application/atom+xml", s.absoluteURL(c, feedURL(c.Param("token"), "outages.atom"))},
			{"alternate", "text/html", s.absoluteURL(c, "/outages")},
		},
	}
	updated := snapshot.AsOf
	if len(outages) > 0 {
		updated = outages[0].updated
	}
	feed.Updated = atomTime(updated)
	for _, o := range outages {
		feed.Entries = append(feed.Entries, atomEntry{
			ID: o.id(), Title: o.title, Published: atomTime(o.from), Updated: atomTime(o.updated), Summary: o.summary,
			Link: atomLink{"alternate", "text/html", s.absoluteURL(c, storeURL(o.code))},
		})
	}
	body, err := feed.bytes()
	if err != nil {
		return err
	}
	return sendUnlessKnown(c, "application/atom+xml; charset=utf-8", body, updated)
}

// feedOutages are the entries of a feed, those that changed last first, as they are with
// the data as they are. They are kept for each language until there are newer data.
func (s *Server) feedOutages(ctx context.Context) (*figures.Snapshot, []feedOutage, error) {
	for {
		snapshot, err := s.data.FeedSnapshot(ctx)
		if err != nil {
			return nil, nil, err
		}
		list, err := s.feedEntries.get(ctx, readersOf(ctx), snapshot.Whole(), words.Of(ctx).Language(), func(ctx context.Context) ([]feedOutage, error) {
			return s.newFeedOutages(ctx, snapshot)
		})
		if !errors.Is(err, models.ErrDataMoved) {
			return snapshot, list, err
		}
	}
}

func (s *Server) newFeedOutages(ctx context.Context, snapshot *figures.Snapshot) ([]feedOutage, error) {
	if !snapshot.AsOfKnown {
		return nil, nil
	}
	within := uptime.Span{From: snapshot.AsOf.Add(-feedBack), To: snapshot.AsOf}
	if snapshot.KeptFrom.Known {
		within.From = max(within.From, snapshot.KeptFrom.At)
	}
	places, err := s.lastChanged(ctx, snapshot, within)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	list, err := s.data.FeedOutages(ctx, snapshot, figures.OutageQuery{
		Within: within, Limit: feedMost,
		Keep: func(o *figures.StoreOutage) bool { return places[o.Place()] },
	})
	if err != nil {
		return nil, err
	}
	entries := make([]feedOutage, len(list.Outages))
	for n := range list.Outages {
		entries[n] = newFeedOutage(spokenOf(ctx), snapshot, &list.Outages[n])
	}
	slices.SortStableFunc(entries, func(a, b feedOutage) int { return cmp.Compare(b.updated, a.updated) })
	return entries, nil
}

// lastChanged are the places of the outages that began or ended last. One that began
// before the time is cut where the time begins; it is left away unless it goes on, since its
// own beginning would be another one at each look.
func (s *Server) lastChanged(ctx context.Context, snapshot *figures.Snapshot, within uptime.Span) (map[figures.OutagePlace]bool, error) {
	type change struct {
		at    uptime.Instant
		place figures.OutagePlace
	}
	var changes []change
	cut := func() {
		slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(b.at, a.at) })
		changes = changes[:min(len(changes), feedMost)]
	}
	_, err := s.data.FeedOutages(ctx, snapshot, figures.OutageQuery{Within: within, Keep: func(o *figures.StoreOutage) bool {
		if ongoing := snapshot.Ongoing(o.Outage); ongoing || o.From > within.From {
			changes = append(changes, change{changedAt(snapshot, o), o.Place()})
		}
		if len(changes) >= 4*feedMost {
			cut()
		}
		return false
	}})
	cut()
	places := make(map[figures.OutagePlace]bool, len(changes))
	for _, c := range changes {
		places[c.place] = true
	}
	return places, err
}

// changedAt is when what a feed says of an outage changed last.
func changedAt(snapshot *figures.Snapshot, o *figures.StoreOutage) uptime.Instant {
	if snapshot.Ongoing(o.Outage) {
		return beganAt(snapshot, o)
	}
	return o.To
}

// beganAt is the beginning of an outage. Of one that goes on it is known however long ago
// it was.
func beganAt(snapshot *figures.Snapshot, o *figures.StoreOutage) uptime.Instant {
	if now := snapshot.Now[o.Store]; snapshot.Ongoing(o.Outage) && now.SinceKnown {
		return min(o.From, now.Since)
	}
	return o.From
}

// newFeedOutage words an outage. Of one that goes on nothing is said that changes with
// every poll: readers would show it as new each time.
func newFeedOutage(w spoken, snapshot *figures.Snapshot, o *figures.StoreOutage) feedOutage {
	store, zone := snapshot.Stores[o.Store], snapshot.Location(o.Store)
	entry := feedOutage{code: store.Code, from: beganAt(snapshot, o), updated: changedAt(snapshot, o)}
	title, from := storeTitle(w, snapshot, o.Store), w.time(entry.from, zone, dayAndClock).Text
	var sentences []string
	if snapshot.Ongoing(o.Outage) {
		entry.title = w.Say("{store}: offline since {time}", "store", title, "time", from)
		sentences = append(sentences, w.Say("Offline since {time}, and still when it was polled last.", "time", from))
	} else {
		length := w.length(o.Length())
		entry.title = w.Say("{store}: was offline for {length}", "store", title, "length", length)
		if bounds := boundsText(w, o.Least, o.Length(), o.Most); bounds != "" {
			length += " (" + bounds + ")"
		}
		sentences = append(sentences, w.Say("Offline for {length}, from {from} to {to}, then {end}.",
			"length", length, "from", from, "to", w.time(o.To, zone, dayAndClock).Text, "end", endedText(w, snapshot, o)))
		if excused := ofExcused(w, o, "Excused: all of it.", "Excused: {length} of it."); excused != "" {
			sentences = append(sentences, excused)
		}
	}
	if o.Reason != "" {
		sentences = append(sentences, w.Say("Reason: {reason}", "reason", o.Reason))
	}
	if store.Group != "" {
		sentences = append(sentences, w.Say("Group: {group}.", "group", store.Group))
	}
	if store.City != "" {
		sentences = append(sentences, w.Say("City: {city}.", "city", store.City))
	}
	entry.summary = strings.Join(sentences, " ")
	return entry
}
