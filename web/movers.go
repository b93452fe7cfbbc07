package web

import (
	"cmp"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// moversShown is how many stores are named in each direction.
const moversShown = 5

// A move is by how much the downtime of a store changed in a week.
type move struct {
	store int
	by    uptime.Micros
}

// moves are the greatest changes of some stores, and how many of them cannot be compared.
type moves struct {
	worse, better []move
	compared      int
	unknown       int // of the stores that were open in the last week
}

// movesOf compares the last week of stores with the week before. Changes that are smaller
// than the time between two polls may be none.
func movesOf(t *figures.Trend, stores []int) (found moves) {
	for _, n := range stores {
		by, known := t.Change(n)
		switch {
		case !known && t.Figures[n][uptime.LastWeek].Judged() > 0:
			found.unknown++
		case !known:
		case by >= t.PollEvery:
			found.worse = append(found.worse, move{n, by})
		case by <= -t.PollEvery:
			found.better = append(found.better, move{n, -by})
		}
		if known {
			found.compared++
		}
	}
	found.worse, found.better = greatest(found.worse), greatest(found.better)
	return found
}

func greatest(list []move) []move {
	slices.SortStableFunc(list, func(a, b move) int { return cmp.Compare(b.by, a.by) })
	return slices.Clone(list[:min(len(list), moversShown)])
}

// newMovers names the stores whose downtime changed most.
func newMovers(w spoken, t *figures.Trend, g *groupFigures, group string) views.Movers {
	m := views.Movers{}
	for _, move := range g.moves.worse {
		m.Worse = append(m.Worse, views.Mover{Change: w.Say("{length} worse", "length", w.length(move.by)), Store: linkToStore(t.Snapshot, move.store)})
	}
	for _, move := range g.moves.better {
		m.Better = append(m.Better, views.Mover{Change: w.Say("{length} better", "length", w.length(move.by)), Store: linkToStore(t.Snapshot, move.store)})
	}
	switch {
	case g.moves.compared == 0 && g.moves.unknown == 0:
		m.None = w.Say("No store was open.")
	case g.moves.compared == 0:
		why := g.windows[uptime.LastWeek].Obstacle(g.before[uptime.LastWeek])
		if why == uptime.Comparable { // as a sum, and no store of it is
			why = uptime.TooLittleBefore
		}
		m.None = upperFirst(w.incomparable(why, weekBefore)) + "."
	case len(m.Worse)+len(m.Better) == 0:
		m.None = w.Say("No store changed by {length} or more, the time between two polls.", "length", w.length(t.PollEvery))
	}
	if len(m.Worse)+len(m.Better) > 0 {
		m.All = views.Link{Text: w.Say("All stores by their change"), URL: storeQuery{Group: group, Sort: byChange, Desc: true}.url()}
	}
	if g.moves.compared > 0 && g.moves.unknown > 0 {
		m.Unknown = w.Count(int64(g.moves.unknown), words.Plural{
			One: "Too little data to compare {n} more store.", Other: "Too little data to compare {n} more stores.",
		})
	}
	return m
}
