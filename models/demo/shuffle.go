package demo

import "io"

// A Progress is told now and then how many of all polls have been written, and
// once more at the end, when done is total.
type Progress func(done, total int64)

const (
	held     = 8 << 20 // most polls in memory at once, 16 bytes each
	reported = 1 << 16 // polls between two calls of a Progress
)

// WritePolls writes the polls feed in shuffled order and returns how many rows
// it has. progress may be nil.
func WritePolls(w io.Writer, o Options, progress Progress) (int64, error) {
	return writePolls(w, o, held, progress)
}

// writePolls deals the polls out to as many passes as keep about limit of them
// in memory, makes all of them again in each pass, and shuffles those of its own.
// Making polls is much cheaper than keeping them, and dealing and shuffling
// together leave every order of the rows equally likely.
func writePolls(w io.Writer, o Options, limit int64, progress Progress) (int64, error) {
	if err := o.Validate(); err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(done, total int64) {}
	}
	s := newSchedule(o)
	most := int64(o.Stores) * int64(len(s.skipped))
	count := int(most/limit) + 1
	f := newPollWriter(w, s, o)
	var done, total int64
	hand := make([]poll, 0, most/int64(count)*3/4)
	for pass := range count {
		var made int64
		if hand, made = s.deal(hand[:0], pass, count); pass == 0 {
			total = made
		}
		d := o.dice(pollsOrder, pass)
		d.Shuffle(len(hand), func(i, j int) { hand[i], hand[j] = hand[j], hand[i] })
		for _, p := range hand {
			if err := f.write(p); err != nil {
				return done, err
			}
			if done++; done%reported == 0 && done < total {
				progress(done, total)
			}
		}
	}
	if err := f.Flush(); err != nil {
		return done, err
	}
	progress(done, total)
	return done, nil
}

// deal makes all polls, adds those of one pass to hand, and returns how many
// there are in all.
func (s schedule) deal(hand []poll, pass, count int) ([]poll, int64) {
	var total int64
	var polls []poll
	d := s.options.dice(passes, 0) // the same in every pass
	for n := range s.options.Stores {
		polls = s.appendPolls(polls[:0], s.options.store(n))
		total += int64(len(polls))
		if count == 1 {
			hand = append(hand, polls...)
			continue
		}
		for _, p := range polls {
			if d.IntN(count) == pass {
				hand = append(hand, p)
			}
		}
	}
	return hand, total
}
