package columnar

import (
	"context"
	"fmt"
	"io"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// An Outage is a row of the file of outages.
type Outage struct {
	StoreID   string  `about:"the id that files, pages and the API use"                                        parquet:"store_id,dict"`
	Group     *string `about:"the chain or owner it belongs to"                                                parquet:"group_name,optional,dict"`
	From      int64   `about:"when it began"                                                                   parquet:"from_at,timestamp(microsecond)"`
	To        *int64  `about:"when it ended; null while it goes on"                                            parquet:"to_at,optional,timestamp(microsecond)"`
	FirstSeen *int64  `about:"when a poll first saw the store inactive in it"                                  parquet:"first_seen_at,optional,timestamp(microsecond)"`
	Length    int64   `about:"how long it was, or is until now, in the time that was asked for"                parquet:"length_us"`
	Least     int64   `about:"how much of it is between two polls that saw the store inactive"                 parquet:"least_us"`
	Most      int64   `about:"the longest that the polls allow"                                                parquet:"most_us"`
	Excused   int64   `about:"how much of it is inside corrections"                                            parquet:"excused_us"`
	Ended     string  `about:"back_online, closed, no_data, excused, ongoing, or later than what was asked for" parquet:"ended,enum,dict"`
	Reason    *string `about:"what the poller said when it first saw the store inactive"                       parquet:"reason,optional,dict"`
}

// WriteOutages writes the outages of the stores of a snapshot in some time, the newest first,
// cut to that time and whatever was corrected. The errors are those of
// figures.Figures.EachOutage.
func WriteOutages(ctx context.Context, of Source, s *figures.Snapshot, within uptime.Span, w io.Writer) error {
	out := newTable[Outage](w)
	err := of.EachOutage(ctx, s, figures.OutageQuery{Within: within}, func(o *figures.StoreOutage) error {
		return out.add(newOutage(s, o))
	})
	if err := out.close(err); err != nil {
		return fmt.Errorf("outages as Parquet: %w", err)
	}
	return nil
}

// Known is the time of which something can be known of any store of a snapshot: the first poll
// speaks for a day before it, unless polls from before were deleted.
func Known(s *figures.Snapshot) uptime.Span {
	first := s.FirstPollAt()
	if !first.Known {
		return uptime.Span{}
	}
	from := models.InstantAt(first.At.Add(-uptime.Day)).Latest(s.KeptFrom)
	return uptime.Span{From: from.At, To: s.AsOf}
}

func newOutage(s *figures.Snapshot, o *figures.StoreOutage) Outage {
	store := s.Stores[o.Store]
	return Outage{
		StoreID: store.Code, Group: optionalText(store.Group), From: int64(o.From), To: optionalInstant(o.To, !s.Ongoing(o.Outage)), FirstSeen: optionalInstant(o.Seen, o.SeenKnown),
		Length: int64(o.Length()), Least: int64(o.Least), Most: int64(o.Most), Excused: int64(o.Excused), Ended: reports.EndedName(s, o), Reason: optionalText(o.Reason),
	}
}
