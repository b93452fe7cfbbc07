package digests

import (
	"encoding/json"
	"fmt"
	"time"

	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

// payload is a digest for programs, as Standard Webhooks has payloads: what it is, when it
// was made, and its data. Lengths are in microseconds.
type payload struct {
	Type      string      `json:"type"` // digest.daily, digest.weekly or digest.monthly
	Timestamp time.Time   `json:"timestamp"`
	Data      payloadData `json:"data"`
}

type payloadData struct {
	Digest   string          `json:"digest_id"`
	Scope    entered.Scope   `json:"scope"`
	Name     string          `json:"name,omitempty"`
	First    string          `json:"first_date"`
	Last     string          `json:"last_date"` // both in the zone of each store
	AsOf     *time.Time      `json:"as_of"`
	Complete bool            `json:"complete"`
	Summary  string          `json:"summary"`
	Stores   int             `json:"stores"`
	Offline  int             `json:"stores_offline"`
	NoData   int             `json:"stores_without_data"`
	Missed   int             `json:"targets_missed"`
	Outages  int             `json:"outages"`
	Figures  *payloadFigures `json:"figures"` // null where nothing is known
	Before   *payloadFigures `json:"figures_before"`
	Worst    []payloadStore  `json:"worst_stores"`
	Targets  []payloadStore  `json:"missed_targets"`
	Silent   []payloadStore  `json:"silent_stores"`
	Longest  []payloadOutage `json:"longest_outages"`
}

type payloadFigures struct {
	Open         uptime.Micros `json:"open_us"`
	Up           uptime.Micros `json:"up_us"`
	Down         uptime.Micros `json:"down_us"`
	NoData       uptime.Micros `json:"no_data_us"`
	CloselySeen  uptime.Micros `json:"closely_seen_us"`
	Excused      uptime.Micros `json:"excused_us"`
	ExcusedDown  uptime.Micros `json:"excused_down_us"`
	Availability *float64      `json:"availability"`
}

type payloadStore struct {
	ID      string         `json:"store_id"`
	Name    string         `json:"name,omitempty"`
	Target  float64        `json:"target_percent,omitempty"`
	Figures payloadFigures `json:"figures"`
}

type payloadOutage struct {
	ID      string        `json:"store_id"`
	Name    string        `json:"name,omitempty"`
	From    time.Time     `json:"from"`
	To      *time.Time    `json:"to"` // null where it goes on
	Length  uptime.Micros `json:"length_us"`
	Excused uptime.Micros `json:"excused_us"`
	Reason  string        `json:"reason,omitempty"`
}

// Payload is the digest for programs, as it was made at a time.
func (c *Content) Payload(now uptime.Instant) (json.RawMessage, error) {
	data := payloadData{
		Digest: c.ID, Scope: c.Scope, Name: c.Subject.Name,
		First: uptime.DateText(c.Period.First), Last: uptime.DateText(c.Period.Last), Complete: c.Complete() && c.Lost == NothingLost,
		Summary: c.in(words.English).lines()[0], Stores: c.Stores, Offline: c.Worst.All, NoData: c.Silent.All, Missed: c.Missed.All, Outages: c.Outages.All,
		Worst: payloadStores(c.Worst.Shown), Targets: payloadStores(c.Missed.Shown), Silent: payloadStores(c.Silent.Shown), Longest: []payloadOutage{},
	}
	if c.AsOfKnown {
		at := c.AsOf.Time()
		data.AsOf = &at
	}
	if c.Lost == NothingLost {
		data.Figures = figuresOf(c.Sum, c.Corrected)
		if !c.BeforeLost {
			data.Before = figuresOf(c.Before, c.Before)
		}
	}
	for _, o := range c.Outages.Shown {
		outage := payloadOutage{ID: o.Code, Name: o.Name, From: o.From.Time(), Length: o.Length(), Excused: o.Excused, Reason: o.Reason}
		if to := o.To.Time(); !o.Ongoing {
			outage.To = &to
		}
		data.Longest = append(data.Longest, outage)
	}
	text, err := json.Marshal(payload{"digest." + string(c.Period.Every), now.Time(), data})
	if err != nil {
		return nil, fmt.Errorf("payload of digest %s: %w", c.ID, err)
	}
	return text, nil
}

func figuresOf(raw, corrected uptime.Figures) *payloadFigures {
	f := &payloadFigures{
		Open: raw.Open, Up: raw.Up, Down: raw.Down, NoData: raw.NoData(), CloselySeen: raw.Close,
		Excused: corrected.Excused, ExcusedDown: raw.Down - corrected.Down,
	}
	if ratio, seen := raw.Availability(); seen {
		f.Availability = &ratio
	}
	return f
}

func payloadStores(list []Line) []payloadStore {
	stores := make([]payloadStore, len(list))
	for n, l := range list {
		stores[n] = payloadStore{l.Code, l.Name, float64(l.Target) / 100, *figuresOf(l.Figures, l.Corrected)}
	}
	return stores
}
