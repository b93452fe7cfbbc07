package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"gorm.io/gorm"

	"lightson/models/reach"
)

// An Asker is for whom a report is made.
// For packages of models only.
type Asker struct {
	Key   string      // tells askers apart, such as person:ID; empty where there are no accounts
	Name  string      // as pages show it
	Reach reach.Reach // of the report
}

// Anonymous is the asker where there are no accounts: nobody in particular, for whom
// reports have all stores.
func Anonymous() Asker { return Asker{Reach: reach.All()} }

// For makes a new report one of an asker: of the stores within their reach, which the
// report keeps for ever. Its idempotency key becomes one of this asker and reach, so that
// nobody is given what another asked for. Call it once.
func (r *Report) For(a Asker) *Report {
	r.AskedBy, r.AskedByName = a.Key, a.Name
	r.ReachText = a.Reach.String()
	r.ReachKey = reachKey(r.ReachText)
	if r.IdempotencyKey != nil && (a.Key != "" || !a.Reach.IsAll()) {
		of := sha256.Sum256([]byte(a.Key + "\n" + r.ReachText))
		key := "by:" + hex.EncodeToString(of[:16]) + ":" + *r.IdempotencyKey // by is no source
		r.IdempotencyKey = &key
	}
	return r
}

// Reach is the reach that the report was asked for with. Its stores are those that were
// in it when it was made.
func (r Report) Reach() (reach.Reach, error) {
	within, err := reach.Parse(r.ReachText)
	if err != nil {
		return within, fmt.Errorf("report %s: %w", r.ID, err)
	}
	return within, nil
}

// Within reports whether whoever has a reach may see the report: all that it can be about
// is within that reach, whoever asked for it. A report about no store at all is seen by
// those who have the same reach.
// For packages of models only.
func (r Report) Within(other reach.Reach) bool {
	own, err := r.Reach()
	return other.IsAll() || err == nil && seenWithin(own, r.Group, other)
}

func seenWithin(own reach.Reach, group string, other reach.Reach) bool {
	about := own.OfGroup(group)
	if about.Empty() {
		return own.String() == other.String()
	}
	return about.Within(other)
}

// ReportWithin returns the report with the id. It is ErrNotFound where the report is not
// within a reach, as where there is none.
// For packages of models only.
func (db *DB) ReportWithin(ctx context.Context, within reach.Reach, id string) (Report, error) {
	r, err := db.Report(ctx, id)
	if err == nil && !r.Within(within) {
		return Report{}, fmt.Errorf("report %s: %w", id, ErrNotFound)
	}
	return r, err
}

// ReportsWithin are at most limit reports within a reach, newest first. Those that are
// not recorded yet are the newest.
// For packages of models only.
func (db *DB) ReportsWithin(ctx context.Context, within reach.Reach, offset, limit int) ([]Report, error) {
	all := db.promised.newestFirst() // first: once they are not promised any more, they are recorded
	recorded, err := db.recordedWithin(ctx, all, within)
	if err != nil {
		return nil, err
	}
	promised := promisedWithin(all, within)
	reports := promised[min(offset, len(promised)):min(offset+limit, len(promised))]
	var more []Report
	err = recorded.Order("created_at DESC, id DESC").
		Offset(max(offset-len(promised), 0)).Limit(limit - len(reports)).Find(&more).Error
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	return append(reports, more...), nil
}

// ReportsOfGroupWithin are at most limit reports of a group within a reach, newest first.
// For packages of models only.
func (db *DB) ReportsOfGroupWithin(ctx context.Context, within reach.Reach, group string, limit int) ([]Report, error) {
	all := db.promised.newestFirst() // as in ReportsWithin
	recorded, err := db.recordedWithin(ctx, all, within)
	if err != nil {
		return nil, err
	}
	reports := slices.DeleteFunc(promisedWithin(all, within), func(r Report) bool { return r.Group != group })
	reports = reports[:min(limit, len(reports))]
	var more []Report
	err = recorded.Where("group_name = ?", group).Order("created_at DESC, id DESC").Limit(limit - len(reports)).Find(&more).Error
	if err != nil {
		return nil, fmt.Errorf("read reports of a group: %w", err)
	}
	return append(reports, more...), nil
}

// promisedWithin are the promised reports that are within a reach.
func promisedWithin(promised []Report, within reach.Reach) []Report {
	return slices.DeleteFunc(slices.Clone(promised), func(r Report) bool { return !r.Within(within) })
}

// longestReachKey is how long a reach may be to be its own key. The index of reports
// cannot take what is much longer.
const longestReachKey = 200

// checksumPrefix begins no reach.
const checksumPrefix = "sha256:"

func reachKey(text string) string {
	if len(text) <= longestReachKey {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return checksumPrefix + hex.EncodeToString(sum[:])
}

// reachesSeen are decisions about reaches that are known by their checksums, as far as
// they were made lately. They stay true, because a key stands for one reach.
type reachesSeen struct {
	once sync.Once
	kept *lru.Cache[reachSeen, bool]
}

// A reachSeen is the question whether reports of a reach and group are seen by another
// reach. Reaches are given by their keys.
type reachSeen struct{ own, group, by string }

const reachesSeenKept = 5000

func (k *reachesSeen) cache() *lru.Cache[reachSeen, bool] {
	k.once.Do(func() {
		var err error
		if k.kept, err = lru.New[reachSeen, bool](reachesSeenKept); err != nil {
			panic(err) // it fails for no size but one below 1
		}
	})
	return k.kept
}

// A reachOfReports is what some reports are about.
type reachOfReports struct {
	ReachKey string
	Group    string `gorm:"column:group_name"`
}

// recordedWithin finds the recorded reports that are within a reach, without those that
// are promised still. Whether they are is decided by package reach, once for all reports
// of the same reach and group: reports are many, and these are few.
func (db *DB) recordedWithin(ctx context.Context, promised []Report, within reach.Reach) (*gorm.DB, error) {
	recorded := recordedBeside(promised, db.GORM(ctx))
	if within.IsAll() {
		return recorded, nil
	}
	var all []reachOfReports
	if err := db.GORM(ctx).Raw("SELECT DISTINCT reach_key, group_name FROM reports").Scan(&all).Error; err != nil {
		return nil, fmt.Errorf("read reaches of reports: %w", err)
	}
	seen, by := [][2]string{}, reachKey(within.String())
	for _, of := range all {
		yes, err := db.reachSeen(ctx, of, within, by)
		if err != nil {
			return nil, fmt.Errorf("reach of reports: %w", err)
		}
		if yes {
			seen = append(seen, [2]string{of.ReachKey, of.Group})
		}
	}
	list, err := json.Marshal(seen) // one parameter, however many they are
	if err != nil {
		return nil, err
	}
	if db.Postgres() != nil {
		return recorded.Where("(reach_key, group_name) IN (SELECT p->>0, p->>1 FROM jsonb_array_elements(?::jsonb) AS p)", string(list)), nil
	}
	return recorded.Where("(reach_key, group_name) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))", string(list)), nil
}

// reachSeen reports whether reports of a reach and group are seen by another reach, with
// the key by. Those whose reach cannot be read are seen only by whoever sees all.
func (db *DB) reachSeen(ctx context.Context, of reachOfReports, within reach.Reach, by string) (bool, error) {
	if !strings.HasPrefix(of.ReachKey, checksumPrefix) {
		own, err := reach.Parse(of.ReachKey)
		return err == nil && seenWithin(own, of.Group, within), nil
	}
	cache, question := db.reaches.cache(), reachSeen{of.ReachKey, of.Group, by}
	if yes, known := cache.Get(question); known {
		return yes, nil
	}
	var reports []Report
	if err := db.GORM(ctx).Select("id", "reach").Where("reach_key = ?", of.ReachKey).Limit(1).Find(&reports).Error; err != nil || len(reports) == 0 {
		return false, err // the last of them was just deleted
	}
	own, err := reports[0].Reach()
	yes := err == nil && seenWithin(own, of.Group, within)
	cache.Add(question, yes)
	return yes, nil
}
