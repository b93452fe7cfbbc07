package alerts

import (
	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// An Incident is what a rule found of one store, with a beginning and an end. Rules that
// are not about stores have incidents without a store.
type Incident struct {
	ID       string
	RuleID   string
	PersonID string       // of the rule
	Kind     Kind         // of the rule
	Store    string       // id that the feeds use; empty where it is about none
	About    string       // of a failed import or a failing source: its id
	Words    words.Stored // of these two: what went wrong, for people

	Began   uptime.Instant         // offline, or without data, since
	Fired   uptime.Instant         // when the rule's time was over
	Last    uptime.Instant         // the latest poll that told of it
	EndedAt models.OptionalInstant // none while it goes on
	Ending  Ending

	Phase  Phase                  // how it is now
	Spoken Phase                  // what the person was told last
	Quiet  bool                   // nothing is told of it: it was there before the rule, or the store is paused
	DueAt  uptime.Instant         // of the data: not told before, because the store was told of lately
	ToldAt models.OptionalInstant // the as-of instant of the data when something was last told

	FoundAt        uptime.Instant         // by the clock
	AcknowledgedAt models.OptionalInstant // by the clock; none = nobody has said that they know
	AcknowledgedBy string
}

// TableName implements GORM's Tabler.
func (Incident) TableName() string { return "incidents" }

// Phase is how an incident stands. Its text is stored.
type Phase string

// The phases. doc.go has the way from one to the next.
const (
	Untold    Phase = ""          // nothing was said; only of Spoken
	Going     Phase = "going"     // it goes on
	Over      Phase = "over"      // it was so, and ended
	Withdrawn Phase = "withdrawn" // as is known now, it was not so
)

// Ending is why an incident ended. Its text is stored.
type Ending string

// The endings.
const (
	NotEnded  Ending = ""
	CameBack  Ending = "back"         // active again, or polled again
	Unknown   Ending = "unknown"      // not polled for a week
	Undone    Ending = "undone"       // the data say no longer that it was so
	LeftReach Ending = "out_of_reach" // the rule or the person has the store no longer
)

// Open reports whether the incident goes on.
func (i Incident) Open() bool { return i.Phase == Going }

// Acknowledged reports whether somebody has said that they know.
func (i Incident) Acknowledged() bool { return i.AcknowledgedAt.Known }

// A Notice is one thing to be told of an incident. Several are told in one message.
type Notice struct {
	ID         string
	IncidentID string
	RuleID     string
	PersonID   string
	Kind       NoticeKind
	Before     Phase                  // what the person had been told until then
	AsOf       uptime.Instant         // of the data that it was found in
	MadeAt     uptime.Instant         // by the clock
	ToldAt     models.OptionalInstant // by the clock; none while it waits
	MessageID  string                 // in which it was told; empty where it is not told any more
}

// TableName implements GORM's Tabler.
func (Notice) TableName() string { return "notices" }

// NoticeKind is what a notice tells. Its text is stored.
type NoticeKind string

// The kinds of notices.
const (
	Began    NoticeKind = "began"
	Ended    NoticeKind = "ended"
	Was      NoticeKind = "was"      // it began and ended unnoticed
	Withdrew NoticeKind = "withdrew" // it was not so after all
	Reopened NoticeKind = "reopened" // it goes on after all
	Reminder NoticeKind = "reminder"
)

// A Pause says that a person is told nothing of a store for some time, and not later either.
type Pause struct {
	PersonID  string         `gorm:"primaryKey"`
	Store     string         `gorm:"primaryKey"` // id that the feeds use
	Until     uptime.Date    // of the store: the first day on which things are told again
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Pause) TableName() string { return "alert_pauses" }
