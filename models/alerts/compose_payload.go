package alerts

import (
	"encoding/json"
	"strings"
	"time"

	"lightson/models/uptime"
)

var eventOf = map[tells]string{isSo: "began", isStill: "goes_on", isBack: "ended", wasSo: "was", wasNot: "withdrawn"}

// payloadIncident is an incident as programs get it.
type payloadIncident struct {
	ID       string `json:"id"`
	Event    string `json:"event"` // began, goes_on, ended, was or withdrawn
	Kind     Kind   `json:"kind"`
	Store    string `json:"store_id,omitempty"`
	Name     string `json:"store_name,omitempty"`
	About    string `json:"about,omitempty"`
	Words    string `json:"words,omitempty"`
	Began    string `json:"began_at"`
	Ended    string `json:"ended_at,omitempty"`
	Duration int64  `json:"duration_seconds"`
	Times    int    `json:"times"`
}

// payload is what is told for programs: all incidents, not only those that a list has room for.
func payload(items []*item, now uptime.Instant) json.RawMessage {
	list := make([]payloadIncident, len(items))
	for n, i := range items {
		p := payloadIncident{ID: i.Incident.ID, Event: eventOf[i.tells], Kind: i.Incident.Kind, Store: i.Incident.Store, Name: i.Place.Name,
			About: i.Incident.About, Words: i.Incident.Words.String(), Began: stamp(i.Incident.Began), Times: i.count}
		to := max(i.AsOf, i.Incident.Began)
		if i.Incident.EndedAt.Known {
			to, p.Ended = i.Incident.EndedAt.At, stamp(i.Incident.EndedAt.At)
		}
		p.Duration = int64(uptime.Micros(to-i.Incident.Began) / uptime.Second)
		list[n] = p
	}
	what := map[tells]string{isSo: "", isStill: "", isBack: ".ended", wasSo: ".was", wasNot: ".withdrawn"}[items[0].tells]
	text, err := json.Marshal(map[string]any{
		"type": "alert." + strings.ReplaceAll(string(items[0].Incident.Kind), ".", "_") + what, "timestamp": stamp(now),
		"data": map[string]any{"incidents": list},
	})
	if err != nil {
		panic(err) // texts and numbers can always be written
	}
	return text
}

func stamp(at uptime.Instant) string { return at.Time().Format(time.RFC3339Nano) }
