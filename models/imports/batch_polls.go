package imports

import (
	"context"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// Parsing a row and finding its store take about the same time. The parser
// therefore passes polls in blocks to a second goroutine, which files them by
// store and day.
const (
	blockPolls  = 8192
	blocksAhead = 4 // that may wait to be filed
)

// A pollBlock holds polls in the order of the file.
type pollBlock struct {
	texts []byte // the codes of their stores and their reasons, one after another
	polls []blockPoll

	hashes, numbers [blockPolls]uint32 // of the stores
}

type blockPoll struct {
	at          int64
	codeBytes   uint8 // length of the store's code; the feed allows at most 128 bytes
	reasonBytes uint8 // of the reason; the feed leaves at most 200 bytes
	active      bool
}

// A pollFiler files the polls of one file in a batch.
type pollFiler struct {
	block  *pollBlock // being filled
	full   chan *pollBlock
	empty  chan *pollBlock // to be used again
	filing *errgroup.Group
	ctx    context.Context // ends when filing fails
}

func (b *Batch) startFiling(ctx context.Context) *pollFiler {
	f := &pollFiler{
		block: &pollBlock{},
		full:  make(chan *pollBlock, blocksAhead), empty: make(chan *pollBlock, blocksAhead),
	}
	f.filing, f.ctx = errgroup.WithContext(ctx)
	f.filing.Go(func() error {
		for block := range f.full {
			if err := models.Caught(func() error { return b.addBlock(block) }); err != nil {
				return err
			}
			select {
			case f.empty <- block:
			default:
			}
		}
		return nil
	})
	return f
}

// addBlock adds the polls of a block to the batch, as addPoll would one by one. It does
// so in loops over all of them that each wait for memory in one way, so that the
// processor can wait for many at once.
func (b *Batch) addBlock(block *pollBlock) error {
	stores := &b.stores
	hashes, numbers := block.hashes[:len(block.polls)], block.numbers[:len(block.polls)]
	texts := block.texts
	for n, p := range block.polls {
		hashes[n] = stores.hash(texts[:p.codeBytes])
		texts = texts[int(p.codeBytes)+int(p.reasonBytes):]
	}
	for n, hash := range hashes {
		numbers[n] = stores.guess(hash)
	}
	texts = block.texts
	file := b.reading()
	for n, p := range block.polls {
		code := texts[:p.codeBytes]
		texts = texts[int(p.codeBytes)+int(p.reasonBytes):]
		if guess := numbers[n]; guess == noStore || !stores.has(guess, code) {
			var err error
			if numbers[n], err = b.numberHashed(code, hashes[n]); err != nil {
				return err
			}
		}
		store := &stores.lines[numbers[n]]
		store.named = file
		store.polls++
		store.firstPoll = min(store.firstPoll, uptime.Instant(p.at))
	}
	texts = block.texts
	for n, p := range block.polls {
		day, micro := polls.Split(uptime.Instant(p.at))
		if err := b.polls.add(numbers[n], day, polls.MarkOf(micro, p.active)); err != nil {
			return err
		}
		texts = texts[p.codeBytes:]
		if p.reasonBytes > 0 {
			reason := texts[:p.reasonBytes]
			if err := b.reasons.add(numbers[n], day, micro, reason); err != nil {
				return err
			}
			texts = texts[p.reasonBytes:]
		}
	}
	return nil
}

// add is the Poll of a feed.Sink.
func (f *pollFiler) add(p feed.Poll) error {
	f.block.texts = append(f.block.texts, p.Store...)
	if len(p.Reason) > 0 {
		f.block.texts = append(f.block.texts, p.Reason...)
	}
	f.block.polls = append(f.block.polls, blockPoll{p.At, uint8(len(p.Store)), uint8(len(p.Reason)), p.Active})
	if len(f.block.polls) < blockPolls {
		return nil
	}
	return f.send()
}

// send passes the block on and takes an empty one.
func (f *pollFiler) send() error {
	select {
	case f.full <- f.block:
	case <-f.ctx.Done():
		return context.Cause(f.ctx)
	}
	select {
	case f.block = <-f.empty:
		f.block.texts, f.block.polls = f.block.texts[:0], f.block.polls[:0]
	default:
		f.block = &pollBlock{}
	}
	return nil
}

// finish passes the last block on and waits until all polls are filed.
func (f *pollFiler) finish() error {
	sendErr := f.send()
	close(f.full)
	if err := f.filing.Wait(); err != nil {
		return err
	}
	return sendErr
}
