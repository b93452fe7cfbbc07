package reports

import (
	"container/heap"
	"context"
	"iter"
	"strings"

	"lightson/models"
)

// mergedRows iterates over the rows of a report in shards, sorted by store. The rows of each shard
// are sorted.
func mergedRows(ctx context.Context, db *models.DB, id string, shards int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var heads shardHeads
		for n := range shards {
			h := shardHead{partReader: partReader{db: db, id: id, part: n * partsPerShard}}
			more, err := h.advance(ctx)
			if err != nil {
				yield(Row{}, err)
				return
			}
			if more {
				heads = append(heads, &h)
			}
		}
		heap.Init(&heads)
		for len(heads) > 0 {
			if !yield(heads[0].row, nil) {
				return
			}
			more, err := heads[0].advance(ctx)
			if err != nil {
				yield(Row{}, err)
				return
			}
			if more {
				heap.Fix(&heads, 0)
			} else {
				heap.Pop(&heads)
			}
		}
	}
}

// A shardHead is the first row of a shard that was not visited yet.
type shardHead struct {
	partReader
	row Row
}

// advance goes on to the next row, if there is one.
func (h *shardHead) advance(ctx context.Context) (more bool, err error) {
	h.row, more, err = h.next(ctx)
	return more, err
}

// shardHeads is a heap by store.
type shardHeads []*shardHead

// Len implements heap.Interface.
func (h shardHeads) Len() int { return len(h) }

// Less implements heap.Interface.
func (h shardHeads) Less(i, j int) bool { return strings.Compare(h[i].row.Store, h[j].row.Store) < 0 }

// Swap implements heap.Interface.
func (h shardHeads) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *shardHeads) Push(x any) { *h = append(*h, x.(*shardHead)) }

// Pop implements heap.Interface.
func (h *shardHeads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
