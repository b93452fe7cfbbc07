package watch

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/vitals"
)

// MostGroups is how many groups have a data age of their own: those with the most stores.
// All others are one, called other, whose age is that of the oldest of them. A hundred is
// more than a person looks at, and few enough for whoever stores the metrics.
const MostGroups = 100

const (
	// keptFor is how long the answers of the database are shown again, however often
	// somebody scrapes.
	keptFor = 5 * time.Second
	// sizeKeptFor is the same for the size of the database, which costs a look at each file.
	sizeKeptFor = time.Minute
	// answerWithin bounds what a scrape waits for a database that does not answer.
	answerWithin = 2 * time.Second
)

// Things are what there is to be looked at when somebody scrapes.
type Things struct {
	DB      *models.DB
	Figures *figures.Figures
	// Space is how much of the disk of the data folder is free. It may be nil.
	Space func() (free, total int64, known bool)
	Now   func() time.Time // nil: time.Now
}

// Look adds what is looked at rather than counted. What needs figures is taken from the
// snapshot that there is: a scrape computes none.
func (w *Watch) Look(t Things) {
	if t.Now == nil {
		t.Now = time.Now
	}
	w.registry.MustRegister(&collector{Things: t, succeeded: map[string]uptime.Instant{}})
}

type collector struct {
	Things

	mu        sync.Mutex
	read      reading
	size      int64
	sizedAt   time.Time
	succeeded map[string]uptime.Instant // of sources, by id

	of     *figures.Snapshot // that newest is of
	groups []groupPoll
}

// A reading is what the database said.
type reading struct {
	at      time.Time
	up      bool
	took    time.Duration
	version models.DataVersion
	queues  []vitals.Queue
	sources []models.RemoteSource
}

// A groupPoll is when any store of a group was polled last.
type groupPoll struct {
	name   string
	newest uptime.Instant
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	dataAge     = desc("lightson_data_age_seconds", "How long ago the newest poll of all stores was made.")
	groupAge    = desc("lightson_group_data_age_seconds", "How long ago the newest poll of a group was made, for the groups with the most stores. The oldest of all others is called other.", "group")
	stores      = desc("lightson_stores", "Stores by their state at the newest poll.", "state")
	snapshotAge = desc("lightson_snapshot_age_seconds", "How long before the newest poll the instant is of which stores and groups are shown.")

	queueDepth   = desc("lightson_queue_depth", "Work that waits for a worker, on all servers together.", "kind")
	queueAge     = desc("lightson_queue_age_seconds", "How long the oldest of that waits. 0 where nothing does.", "kind")
	queueRunning = desc("lightson_queue_running", "Work that is being done, on all servers together.", "kind")

	sourceFailures  = desc("lightson_source_failures", "How often in a row the last checks of a source failed.", "number", "url")
	sourceChecked   = desc("lightson_source_last_check_timestamp_seconds", "When a source was checked last. 0 before the first time.", "number", "url")
	sourceSucceeded = desc("lightson_source_last_success_timestamp_seconds", "When a check of a source succeeded last, as far as this server knows. 0 before the first time.", "number", "url")

	databaseUp      = desc("lightson_database_up", "Whether the database answered when it was asked for these figures.")
	databaseAnswer  = desc("lightson_database_answer_seconds", "How long it took it to answer then.")
	databaseSize    = desc("lightson_database_size_bytes", "How much of its disk the database takes.")
	databaseConns   = desc("lightson_database_connections", "Connections of this server to its database, by whether they are used.", "state")
	databaseMost    = desc("lightson_database_connections_max", "How many connections this server may have to its database.")
	databaseWaits   = desc("lightson_database_connection_waits_total", "How often somebody had to wait for a connection.")
	databaseWaited  = desc("lightson_database_connection_wait_seconds_total", "How long all of them waited.")
	databaseBackend = desc("lightson_database_info", "Always 1: the label says which database there is.", "kind")

	diskFree = desc("lightson_disk_free_bytes", "How much is free on the disk of the data folder.")
	diskSize = desc("lightson_disk_size_bytes", "How large the disk of the data folder is.")
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		dataAge, groupAge, stores, snapshotAge, queueDepth, queueAge, queueRunning, sourceFailures, sourceChecked, sourceSucceeded,
		databaseUp, databaseAnswer, databaseSize, databaseConns, databaseMost, databaseWaits, databaseWaited, databaseBackend, diskFree, diskSize,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Those who scrape at once wait for each other.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	c.readAgain(now)
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	c.collectDatabase(to, gauge)
	if c.Space != nil {
		if free, total, known := c.Space(); known {
			gauge(diskFree, float64(free))
			gauge(diskSize, float64(total))
		}
	}
	c.collectFigures(now, gauge)
	if !c.read.up {
		return
	}
	if newest := c.read.version.NewestPollAt; newest.Known {
		gauge(dataAge, since(now, newest.At))
	}
	for _, q := range c.read.queues {
		kind, oldest := string(q.Kind), 0.0
		if q.Waiting > 0 {
			oldest = since(now, q.Oldest)
		}
		gauge(queueDepth, float64(q.Waiting), kind)
		gauge(queueAge, oldest, kind)
		gauge(queueRunning, float64(q.Running), kind)
	}
	for _, s := range c.read.sources {
		number, url := strconv.Itoa(s.Number), strings.ToValidUTF8(s.URL, "�")
		gauge(sourceFailures, float64(s.Failures), number, url)
		gauge(sourceChecked, seconds(s.CheckedAt), number, url)
		gauge(sourceSucceeded, seconds(c.successOf(s)), number, url)
	}
}

func (c *collector) collectDatabase(to chan<- prometheus.Metric, gauge func(*prometheus.Desc, float64, ...string)) {
	up := 0.0
	if c.read.up {
		up = 1
	}
	gauge(databaseUp, up)
	gauge(databaseAnswer, c.read.took.Seconds())
	gauge(databaseBackend, 1, c.DB.Backend())
	if c.size > 0 {
		gauge(databaseSize, float64(c.size))
	}
	pool := c.DB.Connections()
	gauge(databaseConns, float64(pool.InUse), "used")
	gauge(databaseConns, float64(pool.Idle), "idle")
	gauge(databaseMost, float64(pool.Most))
	to <- prometheus.MustNewConstMetric(databaseWaits, prometheus.CounterValue, float64(pool.Waits))
	to <- prometheus.MustNewConstMetric(databaseWaited, prometheus.CounterValue, pool.Waited.Seconds())
}

// readAgain asks the database, unless it was asked a moment ago.
func (c *collector) readAgain(now time.Time) {
	if age := now.Sub(c.read.at); age >= 0 && age < keptFor {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	began := time.Now()
	next := reading{at: now}
	var err error
	if next.version, err = c.DB.DataVersion(ctx); err == nil {
		next.queues, err = vitals.Queues(ctx, c.DB)
	}
	if err == nil {
		next.sources, err = c.DB.Sources(ctx)
	}
	next.up, next.took = err == nil, time.Since(began)
	c.read = next
	if age := now.Sub(c.sizedAt); next.up && (age < 0 || age >= sizeKeptFor) {
		if size, err := c.DB.Size(ctx); err == nil {
			c.size, c.sizedAt = size, now
		}
	}
}

// successOf is when a check of a source succeeded last. Its row has the last check only, and
// when it last brought something.
func (c *collector) successOf(s models.RemoteSource) uptime.Instant {
	if s.State == models.SourceTakenIn || s.State == models.SourceUnchanged {
		c.succeeded[s.ID] = s.CheckedAt
	}
	return max(c.succeeded[s.ID], s.ChangedAt)
}

// storeStates are the states of stores as labels have them.
var storeStates = map[uptime.State]string{uptime.NoData: "no_data", uptime.Up: "up", uptime.Down: "down", uptime.Closed: "closed"}

func (c *collector) collectFigures(now time.Time, gauge func(*prometheus.Desc, float64, ...string)) {
	s, some := c.Figures.KnownSnapshot()
	if !some {
		return
	}
	counts := map[uptime.State]int{}
	for _, current := range s.Now {
		counts[current.State]++
	}
	for state, label := range storeStates {
		gauge(stores, float64(counts[state]), label)
	}
	if newest := c.read.version.NewestPollAt; newest.Known && s.AsOfKnown {
		gauge(snapshotAge, max(0, newest.At.Time().Sub(s.AsOf.Time()).Seconds()))
	}
	if c.of != s {
		c.of, c.groups = s, newestOfGroups(s)
	}
	for _, g := range c.groups {
		gauge(groupAge, since(now, g.newest), g.name)
	}
}

// newestOfGroups are the groups with the most stores, and other.
func newestOfGroups(s *figures.Snapshot) []groupPoll {
	groups := slices.Clone(s.Groups())
	slices.SortStableFunc(groups, func(a, b figures.Group) int { return cmp.Compare(len(b.Stores), len(a.Stores)) })
	var all []groupPoll
	rest, some := uptime.Instant(0), false
	for _, g := range groups {
		newest, name := newestOf(s, g), strings.ToValidUTF8(g.Name, "�")
		taken := slices.ContainsFunc(all, func(p groupPoll) bool { return p.name == name })
		if len(all) < MostGroups && name != other && !taken {
			all = append(all, groupPoll{name, newest})
			continue
		}
		if !some || newest < rest {
			rest, some = newest, true
		}
	}
	if some {
		all = append(all, groupPoll{other, rest})
	}
	return all
}

// newestOf is the newest poll of a group. Where there is none in the time of which a snapshot
// has polls, it is at most the beginning of that time.
func newestOf(s *figures.Snapshot, g figures.Group) uptime.Instant {
	newest := s.Heard().From
	for _, n := range g.Stores {
		for poll := range s.PollsBackward(n) {
			newest = max(newest, poll.At)
			break
		}
	}
	return newest
}

func since(now time.Time, at uptime.Instant) float64 { return max(0, now.Sub(at.Time()).Seconds()) }

func seconds(at uptime.Instant) float64 {
	if at <= 0 {
		return 0
	}
	return float64(at) / 1e6
}
