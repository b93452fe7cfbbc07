package figures

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// Shards computes snapshots of some stores at a time, all of one version of the data and as of
// one instant. Stores do not depend on each other, so together these say what one snapshot of all
// stores would, and take the memory of one of them. They are for reports: they do not say since
// when stores are in their state. Shards are used by one goroutine at a time.
type Shards struct {
	figures *Figures
	tx      *models.Tx
	version models.DataVersion
	asOf    models.OptionalInstant
	special entered.Special
	excuses entered.Excuses
	zones   map[string]zone // of the shards before
}

// Shards begins to compute snapshots in a view of the data, as of an instant or of the newest poll.
// Polls of the instant's last week that were deleted by retention are a KeptError.
func (f *Figures) Shards(ctx context.Context, tx *models.Tx, asOf models.OptionalInstant) (s *Shards, err error) {
	s = &Shards{figures: f, tx: tx, asOf: asOf, zones: map[string]zone{}}
	if s.version, err = tx.DataVersion(ctx); err != nil {
		return nil, fmt.Errorf("shards: %w", err)
	}
	if asOf.Known {
		if err := f.emptySnapshot(s.version, asOf).checkKept(uptime.Windows(asOf.At)[uptime.LastWeek]); err != nil {
			return nil, fmt.Errorf("shards: %w", err)
		}
	}
	if s.special, err = entered.ReadSpecial(ctx, tx); err != nil {
		return nil, fmt.Errorf("shards: %w", err)
	}
	if s.excuses, err = entered.ReadExcuses(ctx, tx); err != nil {
		return nil, fmt.Errorf("shards: %w", err)
	}
	return s, nil
}

// Empty is the snapshot of no stores: it has the version and the instant of the others.
func (s *Shards) Empty() *Snapshot { return s.figures.emptySnapshot(s.version, s.asOf) }

// Between is the snapshot of the stores with ids from lowest to highest that are wanted.
func (s *Shards) Between(ctx context.Context, lowest, highest int32, wanted func(models.Store) bool) (*Snapshot, error) {
	shard, err := s.read(ctx, lowest, highest, wanted)
	if err == nil {
		err = s.measure(ctx, shard)
	}
	if err != nil {
		return nil, fmt.Errorf("shard of stores %d to %d: %w", lowest, highest, err)
	}
	return shard, nil
}

func (s *Shards) read(ctx context.Context, lowest, highest int32, wanted func(models.Store) bool) (*Snapshot, error) {
	shard := s.Empty()
	stores, hours, err := s.tx.StoresWithHoursBetween(ctx, lowest, highest)
	if err != nil {
		return nil, err
	}
	var of [][]uptime.Schedule
	for n, store := range stores {
		if wanted(store) {
			shard.Stores, of = append(shard.Stores, store), append(of, hours[n])
		}
	}
	shard.special, shard.excuses = s.special, s.excuses
	shard.takeHours(of)
	if err := shard.period.readPolls(ctx, s.tx); err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	return shard, nil
}

func (s *Shards) measure(ctx context.Context, shard *Snapshot) error {
	shard.period.zones = s.zones
	if err := shard.computeOpenings(ctx); err != nil {
		return err
	}
	shard.allocate()
	if err := shard.period.measureAll(ctx, s.tx, shard.measure, nil); err != nil {
		return err
	}
	shard.Polls = shard.PollsRead(allIndexes(len(shard.Stores)))
	return nil
}

// MeasureRange is [Figures.MeasureRange] for the stores of a shard, all of them.
func (s *Shards) MeasureRange(ctx context.Context, shard *Snapshot, within uptime.Span) (Range, error) {
	r, err := shard.measureRange(ctx, s.tx, allIndexes(len(shard.Stores)), within, nil)
	if err != nil {
		return r, fmt.Errorf("measure range: %w", err)
	}
	return r, nil
}
