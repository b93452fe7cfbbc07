package access

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

// A Session is a browser in which a person is signed in.
type Session struct {
	ID        string // neither the token nor its hash
	PersonID  string
	How       How
	Address   string // from where it began
	Agent     string // the browser, as it calls itself
	CreatedAt uptime.Instant
	SeenAt    uptime.Instant // up to seenEvery before the last request
	ExpiresAt uptime.Instant
}

// What a session's data say of its person. Package web puts both at a sign-in.
const (
	SessionPerson = "person"  // NewSession.Person.ID
	SessionID     = "session" // NewSession.Session
)

const (
	// seenEvery is how often the last use of a session, a key or a link is written. On
	// SQLite every write makes all pages that are kept stale.
	seenEvery = 5 * time.Minute
	// strangersFor bounds the life of a session in which nobody is signed in. It is for
	// the few minutes of a sign-in.
	strangersFor = time.Hour
)

// sessionRow is a row of the table sessions.
type sessionRow struct {
	ID        string
	Token     *string // hashed by whoever calls the store; NULL until the first commit
	PersonID  string
	Data      []byte
	How       How
	Address   string
	Agent     string
	CreatedAt uptime.Instant
	SeenAt    uptime.Instant
	ExpiresAt uptime.Instant
}

// TableName implements GORM's Tabler.
func (sessionRow) TableName() string { return "sessions" }

// A SessionStore keeps sessions in the database, for scs, which must hash tokens and use
// SessionCodec. It enforces both ends of a session itself: scs would write at every
// request to know when a session was last used.
type SessionStore struct{ a *Accounts }

// SessionStore is the store of sessions.
func (a *Accounts) SessionStore() *SessionStore { return &SessionStore{a} }

type unaskedKey struct{}

// Unasked is a context for what a page asks for by itself while nobody may be there: finding a
// session in it does not count as a use of the session.
func Unasked(ctx context.Context) context.Context {
	return context.WithValue(ctx, unaskedKey{}, true)
}

func isUnasked(ctx context.Context) bool {
	unasked, _ := ctx.Value(unaskedKey{}).(bool)
	return unasked
}

// FindCtx reads the data of a session that has not ended. This is a use of it, see [Unasked].
func (s *SessionStore) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	now := s.a.instant()
	var row sessionRow
	err = s.a.db.GORM(ctx).Where(`token = ? AND expires_at > ? AND seen_at > ?
		AND (person_id = '' OR EXISTS (SELECT 1 FROM people WHERE id = sessions.person_id AND disabled_at IS NULL))`,
		token, now, s.a.after(-s.a.idle)).Limit(1).Find(&row).Error
	if err != nil {
		return nil, false, fmt.Errorf("read session: %w", err)
	}
	if row.ID == "" {
		return nil, false, nil
	}
	if !isUnasked(ctx) {
		s.a.marks.note(mark{"sessions", "seen_at", row.ID}, row.SeenAt, now)
	}
	return row.Data, true, nil
}

// errOldToken says that a sign-in did not renew the token. Whoever had put the old token
// into the browser would be signed in, too.
var errOldToken = errors.New("a sign-in needs a new token")

// CommitCtx writes the data of a session. A session that was ended meanwhile stays so.
func (s *SessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	_, values, err := SessionCodec{}.Decode(data)
	if err != nil {
		return err
	}
	person, _ := values[SessionPerson].(string)
	id, _ := values[SessionID].(string)
	err = s.a.db.Update(ctx, func(tx *models.Tx) error {
		if person == "" {
			return s.commitStranger(tx.GORM(ctx), token, data, expires)
		}
		return tx.GORM(ctx).Model(&sessionRow{}).
			Where("id = ? AND person_id = ? AND (token IS NULL OR token = ?) AND expires_at > ?", id, person, token, s.a.instant()).
			Updates(map[string]any{"token": token, "data": data}).Error
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = errOldToken
	}
	if err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	return nil
}

// commitStranger writes a session in which nobody is signed in, or no longer.
func (s *SessionStore) commitStranger(g *gorm.DB, token string, data []byte, expires time.Time) error {
	if err := g.Where("token = ? AND person_id <> ''", token).Delete(&sessionRow{}).Error; err != nil {
		return err
	}
	now := s.a.instant()
	row := sessionRow{
		ID: models.NewID(), Token: &token, Data: data, CreatedAt: now, SeenAt: now, ExpiresAt: min(uptime.At(expires), s.a.after(strangersFor)),
	}
	return g.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "token"}}, DoUpdates: clause.AssignmentColumns([]string{"data"}),
	}).Create(&row).Error
}

// DeleteCtx ends a session.
func (s *SessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.a.endWhere(ctx, "token = ?", token)
}

// Find is FindCtx for whoever has no context.
func (s *SessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for whoever has no context.
func (s *SessionStore) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

// Delete is DeleteCtx for whoever has no context.
func (s *SessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// SessionCodec turns the values of a session into its data, for scs.
type SessionCodec struct{}

type sessionData struct {
	Deadline time.Time
	Values   map[string]any
}

// Encode implements scs.Codec.
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(sessionData{deadline, values}); err != nil {
		return nil, fmt.Errorf("encode session: %w", err)
	}
	return data.Bytes(), nil
}

// Decode implements scs.Codec.
func (SessionCodec) Decode(data []byte) (deadline time.Time, values map[string]any, err error) {
	var d sessionData
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&d); err != nil {
		return deadline, nil, fmt.Errorf("decode session: %w", err)
	}
	return d.Deadline, d.Values, nil
}

// Sessions are the sessions of a person that have not ended, the newest first.
func (a *Accounts) Sessions(ctx context.Context, person string) ([]Session, error) {
	var rows []sessionRow
	err := a.db.GORM(ctx).Where("person_id = ? AND person_id <> '' AND token IS NOT NULL AND expires_at > ? AND seen_at > ?", person, a.instant(), a.after(-a.idle)).
		Order("created_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	list := make([]Session, len(rows))
	for n, r := range rows {
		list[n] = Session{r.ID, r.PersonID, r.How, r.Address, r.Agent, r.CreatedAt, r.SeenAt, min(r.ExpiresAt, r.SeenAt.Add(uptime.Micros(a.idle.Microseconds())))}
	}
	return list, nil
}

// EndSession ends one session of a person, or gives models.ErrNotFound.
func (a *Accounts) EndSession(ctx context.Context, person, id string) error {
	var ended int64
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		done := tx.GORM(ctx).Where("id = ? AND person_id = ? AND person_id <> ''", id, person).Delete(&sessionRow{})
		ended = done.RowsAffected
		return done.Error
	})
	if err == nil && ended == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndOtherSessions ends all sessions of a person but one. The browsers are forgotten.
func (a *Accounts) EndOtherSessions(ctx context.Context, person, keep string) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error { return endSessions(tx.GORM(ctx), person, keep) })
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// EndSessions ends all sessions of a person.
func (a *Accounts) EndSessions(ctx context.Context, person string) error {
	return a.EndOtherSessions(ctx, person, "")
}

// endSessions ends the sessions of a person but for one, and forgets the browsers.
func endSessions(g *gorm.DB, person, keep string) error {
	if err := g.Where("person_id = ? AND person_id <> '' AND id <> ?", person, keep).Delete(&sessionRow{}).Error; err != nil {
		return err
	}
	return g.Where("person_id = ?", person).Delete(&deviceRow{}).Error
}

func (a *Accounts) endWhere(ctx context.Context, condition string, value any) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Where(condition, value).Delete(&sessionRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// RenewSession gives a session a new id, after which its token must be renewed, as at a
// change of the password. The old token ends at once.
func (a *Accounts) RenewSession(ctx context.Context, person, id string) (renewed string, err error) {
	renewed = models.NewID()
	var found int64
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		done := tx.GORM(ctx).Model(&sessionRow{}).Where("id = ? AND person_id = ? AND person_id <> ''", id, person).
			Updates(map[string]any{"id": renewed, "token": nil})
		found = done.RowsAffected
		return done.Error
	})
	if err == nil && found == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("renew session: %w", err)
	}
	return renewed, nil
}
