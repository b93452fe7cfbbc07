package figures

import (
	"context"
	"maps"
	"slices"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// pastRuns are the last runs before a day of stores that are always open, as they were
// found for the previous snapshot. They stay true while the polls of the past are the
// same, which their mark tells. Without them, all polls of a state that has gone on for
// a year would be read after each import.
type pastRuns struct {
	mark   int64                // of the data
	before int32                // a day
	runs   map[int32]uptime.Run // by store id
}

// until returns the runs before the day at which a search begins, as far as they can be
// told from those that are known. It takes these stores out of the search.
func (p *pastRuns) until(ctx context.Context, s *sinceSearch, mark int64) (map[int32]uptime.Run, error) {
	runs := map[int32]uptime.Run{}
	if p.mark != mark || s.from < p.before || s.from > p.before+mostDaysAdded {
		return runs, nil
	}
	if s.from == p.before { // also those that nobody looks for now stay true
		maps.Copy(runs, p.runs)
	}
	for id, run := range p.runs {
		if store, pending := s.pending[id]; pending && store.opening == uptime.Always {
			runs[id] = run
			delete(s.pending, id)
		}
	}
	ids := slices.Sorted(maps.Keys(runs))
	var unpacked []uptime.Poll
	for day := p.before; day < s.from; day++ {
		err := s.table.ReadDay(ctx, day, ids, func(id int32, packed polls.Day) (err error) {
			unpacked, err = packed.AppendPolls(unpacked[:0], day)
			run := runs[id]
			for _, poll := range unpacked {
				run = run.Next(poll)
			}
			runs[id] = run
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// mostDaysAdded is how many days runs are continued by. Beyond it, finding them anew
// may read less.
const mostDaysAdded = 9
