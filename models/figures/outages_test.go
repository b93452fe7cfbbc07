package figures_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/uptime"
)

var sameOutage = cmpopts.IgnoreUnexported(figures.StoreOutage{})

func listOutages(t tb, db *models.DB, s *figures.Snapshot, q figures.OutageQuery) figures.OutageList {
	t.Helper()
	list, err := figures.New(db).Outages(ctx, s, q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// expectedOutages are those of a town, the newest first.
func expectedOutages(w town, s *figures.Snapshot, within uptime.Span) (list []figures.StoreOutage) {
	for n, store := range s.Stores {
		for _, o := range w.Outages(store.Code, s.AsOf, within) {
			found := figures.StoreOutage{Store: n, Outage: o}
			for _, excused := range w.Excused[store.Code] {
				found.Excused += excused.Clip(o.Span).Length()
			}
			list = append(list, found)
		}
	}
	slices.SortStableFunc(list, func(a, b figures.StoreOutage) int { return int(b.From - a.From) })
	return list
}

func TestTheLogHasTheOutagesThatAllPollsTell(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			from := s.AsOf.Add(-uptime.Micros(rapid.OneOf(rapid.Int64Range(0, int64(8*uptime.Day)), rapid.Int64Range(0, int64(50*uptime.Day))).Draw(t, "from")))
			within := uptime.Span{From: from, To: from.Add(uptime.Micros(rapid.Int64Range(0, int64(52*uptime.Day)).Draw(t, "length")))}
			where := fmt.Sprintf("from %s to %s as of %s", stamp(within.From), stamp(within.To), stamp(s.AsOf))

			want := expectedOutages(w, s, within)
			list := listOutages(t, db, s, figures.OutageQuery{Within: within, Limit: 1000})
			if diff := cmp.Diff(want, list.Outages, sameOutage, cmpopts.EquateEmpty()); diff != "" || list.More {
				t.Fatalf("%s (-town +log):\n%s", where, diff)
			}

			// Pages of any size in both orders have them all, once.
			for _, longest := range []bool{false, true} {
				q := figures.OutageQuery{Within: within, Longest: longest, Limit: rapid.IntRange(1, 9).Draw(t, "limit")}
				var pages, streamed []figures.StoreOutage
				skip := rapid.IntRange(0, 30).Draw(t, "skip")
				skipped := listOutages(t, db, s, figures.OutageQuery{Within: within, Longest: longest, Skip: skip, Limit: 1000})
				for more := true; more; {
					piece := listOutages(t, db, s, q)
					if piece.Sum.Outages != len(want) || len(piece.Outages) > q.Limit || piece.More && len(piece.Outages) != q.Limit {
						t.Fatalf("%s: a page of %d of %d, want of %d", where, len(piece.Outages), piece.Sum.Outages, len(want))
					}
					pages = append(pages, piece.Outages...)
					if more = piece.More; more {
						q.After = pages[len(pages)-1].Place()
					}
				}
				q.After = figures.OutagePlace{}
				err := figures.New(db).EachOutage(ctx, s, q, func(o *figures.StoreOutage) error {
					streamed = append(streamed, *o)
					return nil
				})
				if longest {
					slices.SortStableFunc(want, func(a, b figures.StoreOutage) int { return int(b.Length() - a.Length()) })
				}
				if diff := cmp.Diff(want[min(skip, len(want)):], skipped.Outages, sameOutage, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%s without the first %d (-town +list):\n%s", where, skip, diff)
				}
				if diff := cmp.Diff(want, pages, sameOutage, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%s (-town +pages):\n%s", where, diff)
				}
				if diff := cmp.Diff(want, streamed, sameOutage, cmpopts.EquateEmpty()); diff != "" || err != nil {
					t.Fatalf("%s (-town +stream), %v:\n%s", where, err, diff)
				}
			}

			// They add up to the figures, to the microsecond.
			for n, f := range measureRange(t, db, s, nil, within) {
				one := listOutages(t, db, s, figures.OutageQuery{Stores: []int{n}, Within: within, Limit: 1})
				if one.Sum.Down != f.Down || one.Sum.Outages != f.Outages || one.Sum.Longest != f.Longest || one.Sum.Least != f.Least() || one.Sum.DownOf[n] != f.Down {
					t.Fatalf("store %d %s: %+v, want those of %+v", n, where, one.Sum, f)
				}
			}
			for window, span := range uptime.Windows(s.AsOf) {
				for n := range s.Stores {
					if one := listOutages(t, db, s, figures.OutageQuery{Stores: []int{n}, Within: span, Limit: 1}); one.Sum.Down != s.Figures[n][window].Down {
						t.Fatalf("store %d in window %d: down for %d, want %d", n, window, one.Sum.Down, s.Figures[n][window].Down)
					}
				}
			}
		})
	})
}

// An outage of a year is one, and was first seen then: in whatever range it is asked for.
func TestAnOutageOfALongTimeIsOneWithItsFirstPoll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		began := at("2022-11-01 00:00")
		for n := range 86 * 3 {
			rows = append(rows, fmt.Sprintf("1,inactive,%s", stamp(began.Add(uptime.Micros(n)*8*uptime.Hour))))
		}
		rows = append(rows, "1,active,"+stamp(began.Add(-uptime.Hour)), "2,active,2023-01-25 18:00:00 UTC", "2,inactive,2023-01-25 17:00:00 UTC")
		load(t, db, modelstest.Lines("store_id,status,timestamp_utc", rows))
		s := snapshotAt(t, db, 0)
		for _, days := range []uptime.Micros{1, 7, 8, 9, 28, 80} {
			list := listOutages(t, db, s, figures.OutageQuery{Within: uptime.Span{From: s.AsOf.Add(-days * uptime.Day), To: s.AsOf}, Limit: 10})
			if len(list.Outages) != 2 {
				t.Fatalf("%d days: %+v, want one outage of each store", days, list)
			}
			slices.SortFunc(list.Outages, func(a, b figures.StoreOutage) int { return a.Store - b.Store })
			if o := list.Outages[0]; o.Store != 0 || o.Length() != days*uptime.Day || !o.SeenKnown || o.Seen != began {
				t.Errorf("%d days: %+v, want all days, and first seen at %s", days, o, stamp(began))
			}
			if o := list.Outages[1]; o.Store != 1 || o.Ended != uptime.CameBack {
				t.Errorf("%d days: %+v, want it back online", days, o)
			}
		}
	})
}

func TestALogAsksOnlyForWhatIsKeptAndForTheDataOfTheSnapshot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,inactive,2022-12-01 12:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC", "1,inactive,2023-01-20 18:00:00 UTC"))
		s := snapshotAt(t, db, 0)
		q := figures.OutageQuery{Within: uptime.Span{From: s.AsOf.Add(-60 * uptime.Day), To: s.AsOf}, Limit: 10}
		load(t, db, pollsFile("1,active,2023-01-22 18:00:00 UTC"))
		if _, err := figures.New(db).Outages(ctx, s, q); !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("of a former version: %v, want %v", err, models.ErrDataMoved)
		}
		modelstest.PrunePolls(t, db, 30)
		s = snapshotAt(t, db, 0)
		var kept figures.KeptError
		if _, err := figures.New(db).Outages(ctx, s, q); !errors.As(err, &kept) {
			t.Errorf("what is not kept: %v, want a KeptError", err)
		}
		if err := figures.New(db).EachOutage(ctx, s, q, func(*figures.StoreOutage) error { return nil }); !errors.As(err, &kept) {
			t.Errorf("what is not kept, as a stream: %v, want a KeptError", err)
		}
	})
}

func TestTheLogSaysHowMuchOfAnOutageIsExcused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,inactive,2023-01-25 12:00:00 UTC", "1,active,2023-01-25 16:00:00 UTC", "2,inactive,2023-01-25 12:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"))
		for _, span := range []uptime.Span{{From: at("2023-01-25 11:00"), To: at("2023-01-25 13:00")}, {From: at("2023-01-25 12:30"), To: at("2023-01-25 13:30")}, {From: at("2023-01-25 15:59"), To: at("2023-01-25 17:00")}} {
			err := entered.AddCorrection(ctx, db, &entered.Correction{Subject: entered.Store("1"), From: span.From, To: span.To, Category: entered.PollerFault, By: "person:1"})
			if err != nil {
				t.Fatal(err)
			}
		}
		s := snapshotAt(t, db, 0)
		within := uptime.Span{From: at("2023-01-25 12:00"), To: s.AsOf}
		list := listOutages(t, db, s, figures.OutageQuery{Within: within, Limit: 10})
		excused := []uptime.Micros{list.Outages[0].Excused, list.Outages[1].Excused}
		if diff := cmp.Diff([]uptime.Micros{91 * uptime.Minute, 0}, excused); diff != "" {
			t.Errorf("excused: %s", diff)
		}
		if list.Outages[0].Length() != 4*uptime.Hour || list.Sum.Excused != 91*uptime.Minute {
			t.Errorf("%+v, want the outages as they were, and the sum", list)
		}
		some := listOutages(t, db, s, figures.OutageQuery{Within: within, Limit: 10, Keep: func(o *figures.StoreOutage) bool { return o.Excused > 0 }})
		if len(some.Outages) != 1 || some.Sum.Outages != 1 {
			t.Errorf("%+v, want only what was asked for", some)
		}
	})
}

// The reason is that of the first inactive poll, and of no other.
func TestAnOutageHasTheReasonOfItsFirstPoll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rows := []string{
			"1,active,2022-12-20 00:00:00 UTC", "2,active,2023-01-25 10:00:00 UTC", "2,inactive,2023-01-25 11:00:00 UTC",
			"2,inactive,2023-01-25 12:00:00 UTC", "2,active,2023-01-25 13:00:00 UTC", "2,inactive,2023-01-25 17:30:00 UTC", "2,active,2023-01-25 18:00:00 UTC",
		}
		for n := range 73 {
			rows = append(rows, "1,inactive,"+stamp(at("2022-12-20 12:00").Add(uptime.Micros(n)*12*uptime.Hour)))
		}
		load(t, db, pollsFile(rows...))
		s := snapshotAt(t, db, 0)
		give := func(store int, said map[string]string) []models.ReasonRow {
			var rows []models.ReasonRow
			for when, text := range said {
				day, micro := polls.Split(at(when))
				rows = append(rows, models.ReasonRow{Day: day, Store: s.Stores[store].ID, Reasons: polls.PackReasons(nil, []polls.Reason{{Micro: micro, Text: text}})})
			}
			return rows
		}
		err := db.Update(ctx, func(tx *models.Tx) error {
			rows := append(give(0, map[string]string{"2022-12-20 12:00": "gone", "2023-01-20 12:00": "still"}), give(1, map[string]string{"2023-01-25 11:00": "tablet offline"})...)
			return tx.ReasonTable().Upsert(ctx, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		list := listOutages(t, db, s, figures.OutageQuery{Within: uptime.Windows(s.AsOf)[uptime.LastWeek], Limit: 10})
		got := map[string]string{}
		for _, o := range list.Outages {
			got[s.Stores[o.Store].Code+" "+stamp(o.From)] = o.Reason
		}
		want := map[string]string{"1 2023-01-18 18:00:00 UTC": "gone", "2 2023-01-25 11:00:00 UTC": "tablet offline", "2 2023-01-25 17:30:00 UTC": ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
