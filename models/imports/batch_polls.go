package imports

import (
	"context"

	"golang.org/x/sync/errgroup"

	"lightson/models/feed"
)

// Parsing a row and finding its store take about the same time, so polls are
// handed in blocks to a second goroutine, which files them by store and day.
const (
	blockPolls  = 8192
	blocksAhead = 4
)

// A pollBlock is some polls in the order of the file.
type pollBlock struct {
	codes []byte // the ids of their stores, one after another
	polls []blockPoll
}

type blockPoll struct {
	at     int64
	length uint8 // of the store's id; the feed allows no more than 128 bytes
	active bool
}

// pollIntake is the way of the polls of one file into a batch.
type pollIntake struct {
	block  *pollBlock
	full   chan *pollBlock
	empty  chan *pollBlock
	filing *errgroup.Group
	ctx    context.Context // ends when filing fails
}

func (b *Batch) startPolls(ctx context.Context) *pollIntake {
	in := &pollIntake{block: &pollBlock{}, full: make(chan *pollBlock, blocksAhead), empty: make(chan *pollBlock, blocksAhead)}
	in.filing, in.ctx = errgroup.WithContext(ctx)
	in.filing.Go(func() error {
		for block := range in.full {
			if err := b.file(block); err != nil {
				return err
			}
			select {
			case in.empty <- block:
			default:
			}
		}
		return nil
	})
	return in
}

// file adds the polls of a block to the batch.
func (b *Batch) file(block *pollBlock) error {
	codes := block.codes
	for _, p := range block.polls {
		if err := b.addPoll(codes[:p.length], p.at, p.active); err != nil {
			return err
		}
		codes = codes[p.length:]
	}
	return nil
}

// add is a feed.Sink's Poll.
func (in *pollIntake) add(p feed.Poll) error {
	in.block.codes = append(in.block.codes, p.Store...)
	in.block.polls = append(in.block.polls, blockPoll{p.At, uint8(len(p.Store)), p.Active})
	if len(in.block.polls) < blockPolls {
		return nil
	}
	return in.send()
}

// send hands the block over and takes an empty one.
func (in *pollIntake) send() error {
	select {
	case in.full <- in.block:
	case <-in.ctx.Done():
		return context.Cause(in.ctx)
	}
	select {
	case in.block = <-in.empty:
		in.block.codes, in.block.polls = in.block.codes[:0], in.block.polls[:0]
	default:
		in.block = &pollBlock{}
	}
	return nil
}

// stop hands over what is left and waits until all is filed.
func (in *pollIntake) stop() error {
	sendErr := in.send()
	close(in.full)
	if err := in.filing.Wait(); err != nil {
		return err
	}
	return sendErr
}
