package figures

import (
	"context"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"lightson/models/uptime"
)

// HeatMap is the heat map of all stores of the trend in the last week. It is computed
// once. The caller must not change it.
func (t *Trend) HeatMap() (*uptime.HeatMap, error) { return t.heatMap(context.Background()) }

func (t *Trend) heatMap(ctx context.Context) (*uptime.HeatMap, error) {
	if len(t.Dates) == 0 {
		return &uptime.HeatMap{}, nil
	}
	return t.heatMaps.of(t.reach, func() (uptime.HeatMap, error) { return t.Snapshot.heatMap(ctx, allIndexes(len(t.Stores))) })
}

// heatMaps are those of a trend and of what it was narrowed to, by the text of the reach.
// A narrowed trend is soon made again, and its heat map is not, so these are kept longer.
type heatMaps struct {
	kept *lru.Cache[string, *keptHeatMap]
}

// A keptHeatMap is computed by the first who asks.
type keptHeatMap struct {
	mu  sync.Mutex
	has bool
	uptime.HeatMap
}

// heatMapsKept is how many heat maps of a trend are kept, of 7 KB each.
const heatMapsKept = 256

func newHeatMaps() *heatMaps {
	kept, err := lru.New[string, *keptHeatMap](heatMapsKept)
	if err != nil {
		panic(err) // it fails for no size but one below 1
	}
	return &heatMaps{kept}
}

func (h *heatMaps) of(reach string, compute func() (uptime.HeatMap, error)) (*uptime.HeatMap, error) {
	m, some := h.kept.Get(reach)
	if !some {
		m = &keptHeatMap{}
		if earlier, known, _ := h.kept.PeekOrAdd(reach, m); known {
			m = earlier
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.has {
		heat, err := compute()
		if err != nil {
			return nil, err
		}
		m.HeatMap, m.has = heat, true
	}
	return &m.HeatMap, nil
}

// set keeps a heat map that is known.
func (h *heatMaps) set(reach string, of uptime.HeatMap) {
	h.kept.Add(reach, &keptHeatMap{has: true, HeatMap: of})
}
