package feed_test

import (
	"io"
	"slices"
	"strings"
	"time"

	"lightson/models/feed"
)

// now is the clock of the tests.
var now = time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC)

// A reading is everything that came out of a file, in order.
type reading struct {
	Summary feed.Summary
	Headers []feed.Header
	Polls   []poll
	Hours   []hours
	Zones   []zone
	Names   []names
	Special []special
	Rejects []feed.Reject
	Err     string
}

type poll struct {
	Store, At string // At as RFC 3339
	Active    bool
	Reason    string
}

type hours struct {
	Store           string
	Day, Start, End int
	From            string // a date; empty where it is not said
	Closed          bool
}

type zone struct{ Store, Zone string }

type names struct {
	Store, Name, Group, City string
	HasGroup, HasCity        bool
}

type special struct {
	Store, Date string
	Start, End  int
	Closed      bool
	Note        string
}

// dateText is a day since 1970-01-01 as people write it.
func dateText(day int) string { return time.Unix(int64(day)*24*3600, 0).UTC().Format(time.DateOnly) }

// reader is how a test reads a file: feed.Read or another way to the same end.
type reader func(io.Reader, time.Time, feed.Sink) (feed.Summary, error)

// sink collects into the reading.
func (r *reading) sink() feed.Sink {
	return feed.Sink{
		Header: func(h feed.Header) error { r.Headers = append(r.Headers, h); return nil },
		Poll: func(p feed.Poll) error {
			at := time.UnixMicro(p.At).UTC().Format(time.RFC3339Nano)
			r.Polls = append(r.Polls, poll{string(p.Store), at, p.Active, string(p.Reason)})
			return nil
		},
		Hours: func(h feed.HoursRow) error {
			from := ""
			if h.Dated {
				from = dateText(h.From)
			}
			r.Hours = append(r.Hours, hours{string(h.Store), h.Day, h.Start, h.End, from, h.Closed})
			return nil
		},
		Zone: func(z feed.ZoneRow) error { r.Zones = append(r.Zones, zone{string(z.Store), z.Zone}); return nil },
		Names: func(n feed.NamesRow) error {
			r.Names = append(r.Names, names{string(n.Store), string(n.Name), string(n.Group), string(n.City), n.HasGroup, n.HasCity})
			return nil
		},
		Special: func(s feed.SpecialRow) error {
			r.Special = append(r.Special, special{string(s.Store), dateText(s.Date), s.Start, s.End, s.Closed, string(s.Note)})
			return nil
		},
		Reject: func(reject feed.Reject) error {
			reject.Fields = slices.Clone(reject.Fields)
			r.Rejects = append(r.Rejects, reject)
			return nil
		},
	}
}

// read reads a file with feed.Read.
func read(file string) reading { return readBy(feed.Read, strings.NewReader(file)) }

func readBy(by reader, src io.Reader) reading {
	var r reading
	var err error
	r.Summary, err = by(src, now, r.sink())
	if err != nil {
		r.Err = err.Error()
	}
	return r
}

// sentences are the rejects as people read them.
func (r reading) sentences() []string {
	var sentences []string
	for _, reject := range r.Rejects {
		sentences = append(sentences, reject.String())
	}
	return sentences
}

const (
	pollsHeader = "store_id,status,timestamp_utc\n"
	hoursHeader = "store_id,day,start_time_local,end_time_local\n"
	zonesHeader = "store_id,timezone_str\n"
	namesHeader = "store_id,name,group,city\n"

	reasonsHeader = "store_id,status,timestamp_utc,reason\n"
	datedHeader   = "store_id,day,start_time_local,end_time_local,valid_from\n"
	specialHeader = "store_id,date,start_time_local,end_time_local,note\n"
)
