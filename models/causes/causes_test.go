package causes_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lightson/models/causes"
	"lightson/models/uptime"
	"lightson/models/words"
)

const minute = uptime.Instant(60e6)

// noon is when things happen in these tests.
const noon = uptime.Instant(1_700_000_000_000_000)

// town is n stores of a group in a city, polled hourly at different minutes, all active.
func town(n int, group, city, zone string) (stores []causes.Member) {
	for i := range n {
		stores = append(stores, causes.Member{Group: group, City: city, Zone: zone, Active: noon + uptime.Instant(i%60)*minute})
	}
	return stores
}

// dark are the stores after they went dark at noon.
func dark(stores []causes.Member) []causes.Member {
	stores = slices.Clone(stores)
	for i := range stores {
		s := &stores[i]
		s.Dark, s.Inactive = true, s.Active
		s.Active -= 60 * minute
	}
	return stores
}

// names words what was found, with how many stores.
func names(found []causes.Cause) (names []string) {
	for _, c := range found {
		names = append(names, fmt.Sprintf("%s %s: %d of %d", c.Kind, c.Text, len(c.Stores), c.Of))
	}
	return names
}

func expect(t *testing.T, stores []causes.Member, want ...string) []causes.Cause {
	t.Helper()
	found := causes.Find(stores)
	if got := names(found); !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
	return found
}

func TestACityThatGoesDarkIsNamed(t *testing.T) {
	stores := slices.Concat(town(40, "", "Austin", "Central"), dark(town(12, "", "Dallas", "Central")), town(90, "", "Reno", "Pacific"))
	found := expect(t, stores, "city Dallas: 12 of 12")
	c := found[0]
	if c.From >= noon+minute || c.To < noon || c.From >= c.To {
		t.Errorf("it happened after %d and not after %d, expected around %d", c.From, c.To, noon)
	}
	for _, place := range c.Stores {
		if !stores[place].Dark || stores[place].City != "Dallas" {
			t.Errorf("it explains %+v", stores[place])
		}
	}
}

func TestEverythingThatGoesDarkIsNotItsCities(t *testing.T) {
	expect(t, dark(slices.Concat(town(40, "Kettle", "Austin", "Central"), town(30, "Lantern", "Reno", "Pacific"))), "everything : 70 of 70")
}

func TestTwoCitiesAreNotEverything(t *testing.T) {
	stores := slices.Concat(dark(town(60, "", "Austin", "Central")), dark(town(50, "", "Reno", "Pacific")), town(40, "", "Waco", "Central"), town(40, "", "Elko", "Pacific"))
	expect(t, stores, "city Austin: 60 of 60", "city Reno: 50 of 50")
}

func TestAGroupThatIsMostlyInOneCityIsNamedAndNotTheCity(t *testing.T) {
	stores := slices.Concat(dark(town(18, "Kettle", "Dallas", "Central")), dark(town(3, "Kettle", "Waco", "Central")), town(60, "Lantern", "Dallas", "Central"), town(40, "Lantern", "Waco", "Central"))
	expect(t, stores, "group Kettle: 21 of 21")
}

func TestACityIsNamedAndNotAGroupThatIsMostlyInIt(t *testing.T) {
	stores := slices.Concat(dark(town(18, "Kettle", "Dallas", "Central")), dark(town(30, "Lantern", "Dallas", "Central")), town(4, "Kettle", "Waco", "Central"), town(40, "Lantern", "Waco", "Central"))
	expect(t, stores, "city Dallas: 48 of 48")
}

func TestACityAndAGroupThatShareStoresAreBothNamed(t *testing.T) {
	stores := slices.Concat(
		dark(town(30, "Kettle", "Dallas", "Central")), dark(town(40, "Lantern", "Dallas", "Central")),
		dark(town(35, "Kettle", "Waco", "Central")), town(80, "Lantern", "Waco", "Central"))
	found := expect(t, stores, "city Dallas: 70 of 70", "group Kettle: 35 of 35")
	if got, want := causes.Words(words.In(words.English), found, 110), "70 of them in the city of Dallas, 35 of them of the group Kettle"; got != want {
		t.Errorf("words are %q, expected %q", got, want)
	}
}

func TestTheSameStoresByTwoNamesAreToldByBoth(t *testing.T) {
	stores := slices.Concat(dark(town(10, "Kettle", "Dallas", "Central")), town(60, "Lantern", "Waco", "Central"))
	found := expect(t, stores, "group Kettle: 10 of 10")
	if got, want := causes.Words(words.In(words.English), found, 10), "all of the group Kettle or in the city of Dallas"; got != want {
		t.Errorf("words are %q, expected %q", got, want)
	}
}

func TestStoresThatWereNotPolledSinceDoNotSpeakAgainstACause(t *testing.T) {
	waiting := town(40, "", "Dallas", "Central")
	for i := range waiting {
		waiting[i].Active = noon - minute
	}
	stores := slices.Concat(dark(town(9, "", "Dallas", "Central")), waiting, town(90, "", "Reno", "Pacific"))
	expect(t, stores, "city Dallas: 9 of 9")
}

func TestStoresThatWentDarkAtDifferentTimesHaveNothingInCommon(t *testing.T) {
	var stores []causes.Member
	for i := range 12 {
		m := causes.Member{City: "Dallas", Active: noon + uptime.Instant(i)*61*minute, Dark: true}
		m.Inactive = m.Active + 60*minute
		stores = append(stores, m)
	}
	for _, m := range town(60, "", "Reno", "") {
		m.Active += 800 * minute
		stores = append(stores, m)
	}
	expect(t, stores)
}

func TestFewStoresAndNoStoresHaveNoCause(t *testing.T) {
	expect(t, nil)
	expect(t, dark(town(causes.Least-1, "Kettle", "Dallas", "Central")))
	if got := causes.Words(words.In(words.English), nil, 3); got != "" {
		t.Errorf("words of no cause are %q", got)
	}
}

func TestEmptyNamesAreNoCause(t *testing.T) {
	stores := slices.Concat(dark(town(12, "", "", "")), town(90, "Kettle", "Reno", "Pacific"))
	expect(t, stores)
}

func TestTheOrderOfStoresDoesNotMatter(t *testing.T) {
	stores := slices.Concat(
		dark(town(30, "Kettle", "Dallas", "Central")), dark(town(40, "Lantern", "Dallas", "Central")),
		dark(town(35, "Kettle", "Waco", "Central")), town(80, "Lantern", "Waco", "Central"), dark(town(8, "Quill", "Elko", "Pacific")))
	want := names(causes.Find(stores))
	if len(want) != 3 {
		t.Fatalf("found %q, expected three causes", want)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		dice.Shuffle(len(stores), func(i, j int) { stores[i], stores[j] = stores[j], stores[i] })
		if got := names(causes.Find(stores)); !slices.Equal(got, want) {
			t.Fatalf("found %q in another order, %q before", got, want)
		}
	}
}

func TestWordsSayWhetherItIsAll(t *testing.T) {
	dallas := causes.Cause{Name: causes.Name{Kind: causes.City, Text: "Dallas"}, Stores: make([]int, 1300)}
	for _, c := range []struct {
		causes []causes.Cause
		n      int
		want   string
	}{
		{[]causes.Cause{dallas}, 1300, "all in the city of Dallas"},
		{[]causes.Cause{dallas}, 1301, "1,300 of them in the city of Dallas"},
		{[]causes.Cause{dallas, dallas}, 3000, "2,600 of them in the city of Dallas"},
		{[]causes.Cause{{Name: causes.Name{Kind: causes.Everything}, Stores: make([]int, 9)}}, 12, "probably the poller or a platform"},
		{[]causes.Cause{{Name: causes.Name{Kind: causes.Zone, Text: "America/Chicago"}, Stores: make([]int, 9)}}, 9, "all in the time zone America/Chicago"},
		{[]causes.Cause{{Name: causes.Name{Kind: causes.Group, Text: "Blue Kettle"}}}, 9, ""},
	} {
		if got := causes.Words(words.In(words.English), c.causes, c.n); got != c.want {
			t.Errorf("words are %q, expected %q", got, c.want)
		}
	}
}

func BenchmarkFindOneCity(b *testing.B) { benchmark(b, false) }

func BenchmarkFindEverything(b *testing.B) { benchmark(b, true) }

func benchmark(b *testing.B, everything bool) {
	var stores []causes.Member
	for city := range 140 {
		part := town(100, fmt.Sprint("group ", city/2), fmt.Sprint("city ", city), fmt.Sprint("zone ", city%6))
		if everything || city == 7 {
			part = dark(part)
		}
		stores = append(stores, part...)
	}
	for b.Loop() {
		if len(causes.Find(stores)) != 1 {
			b.Fatal("not found")
		}
	}
}
