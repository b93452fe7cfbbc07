package deliveries

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Work is the kind of work that deliveries are, and the name of their table.
const Work models.WorkKind = "deliveries"

// A Delivery is one message to one channel. Its ID is also what receivers know it by, and
// the same in every try.
type Delivery struct {
	models.Work
	ChannelID   string
	ChannelName string // as it was when the delivery was written; the channel may be gone
	PersonID    string // of the channel
	Kind        Kind
	// Cause names what the delivery is about. Of one cause a channel gets one delivery,
	// however often it is written. Empty: it gets any number.
	Cause   string
	Message Message `gorm:"serializer:json"`
	// Payload is the message for programs, with type, timestamp and data as Standard Webhooks
	// recommend. nil = one is made of the message.
	Payload json.RawMessage `gorm:"serializer:json;not null"`
	// Reach is what the person saw when the message was written, as reach.Reach has it. It
	// is not sent once they see less. Empty: the queue enters what they see as it is written,
	// which may be less than when its text was made.
	Reach   string
	Token   string         `json:"-"` // in its links
	DueAt   uptime.Instant // of the next try, by the clock
	BeganAt uptime.Instant // of the time in which it is tried: when it was written, or somebody had it tried again
	Tried   int            // failed tries in that time
	Tries   []Try          `gorm:"serializer:json;not null"` // the latest, the oldest of them first
}

// TableName implements GORM's Tabler.
func (Delivery) TableName() string { return string(Work) }

// Kind is why somebody is told something. Its text is stored.
type Kind string

// The kinds of deliveries.
const (
	Alert        Kind = "alert"
	Digest       Kind = "digest"
	Report       Kind = "report" // a scheduled one
	Ready        Kind = "ready"  // a report that somebody waits for
	Test         Kind = "test"
	Confirmation Kind = "confirmation" // asks whether messages are wanted
)

var deliveryWords = map[Kind]words.Text{
	Alert: "Alert", Digest: "Digest", Report: "Scheduled report", Ready: "Report ready", Test: "Test|a message", Confirmation: "Confirmation",
}

// Words name the kind for people. One that this program does not know is shown as it is
// stored.
func (k Kind) Words() words.Message { return wordsOf(deliveryWords[k], string(k)) }

// A Try is one attempt to send a delivery.
type Try struct {
	At     uptime.Instant `json:"at"`
	Took   uptime.Micros  `json:"took"`
	Answer words.Stored   `json:"answer"` // what the receiver said, shortened, or why nobody answered
	Sent   bool           `json:"sent"`
}

// triesKept is how many tries of a delivery its row has.
const triesKept = 20

// New is a delivery of a message to a channel, due at once.
func New(c Channel, kind Kind, m Message) Delivery {
	now := models.Now()
	return Delivery{
		Work:      models.Work{ID: models.NewID(), State: models.Queued, CreatedAt: now},
		ChannelID: c.ID, ChannelName: c.Name, PersonID: c.PersonID, Kind: kind, Message: m, Token: NewToken(),
		DueAt: now, BeganAt: now, Tries: []Try{},
	}
}

// NewToken is a secret for a link: 256 random bits.
func NewToken() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

// Add writes a delivery in the transaction that caused it, and reports whether there was
// none of its cause yet. The caller wakes a worker in the same transaction.
func Add(ctx context.Context, tx *models.Tx, d *Delivery) (added bool, err error) {
	done := tx.GORM(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(d)
	if done.Error != nil {
		return false, fmt.Errorf("add delivery: %w", done.Error)
	}
	return done.RowsAffected > 0, nil
}

// Of reads a delivery, or gives models.ErrNotFound.
func Of(ctx context.Context, db *models.DB, id string) (d Delivery, err error) {
	if err := db.GORM(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
		return d, fmt.Errorf("delivery %s: %w", id, models.NotFound(err))
	}
	return d, nil
}
