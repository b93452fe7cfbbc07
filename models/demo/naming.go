package demo

import "strings"

// A naming is what people call a store. Its group is the chain or owner.
type naming struct{ name, group, city string }

// quarters tell the stores of a chain in one city from each other.
var quarters = []string{
	"Riverside", "Old Town", "Station", "Harbor", "Market Street", "Northgate", "Parkside", "Hilltop", "Airport", "Campus",
	"Mill Lane", "Bridge Street", "Garden Row", "Westfield", "Lakeview", "Union Square", "Southside", "Cedar Avenue", "Depot", "Plaza",
}

// chains are invented; the larger the weight, the more stores.
var chains = []share[string]{
	{12, "Golden Skillet"}, {10, "Burger Meadow"}, {8, "Taco Lantern"}, {7, "Noodle Harbor"}, {6, "Pizza Orbit"},
	{5, "Salt, Smoke & Sons"}, {4, "Café Lumière"}, {3, "The Copper Ladle"}, {2, "Bagel Weather"}, {1, "Curry Compass"},
}

// The names of stores that are no chain's are put together from these.
var (
	firstWords  = []string{"Blue", "Copper", "Crooked", "Green", "Happy", "Hungry", "Little", "Lucky", "Mama's", "Old", "Quiet", "Red", "Rosa's", "Sunny", "Wild", "Yellow"}
	secondWords = []string{"Anchor", "Barrel", "Fig", "Fox", "Garden", "Goose", "Heron", "Kettle", "Lemon", "Olive", "Oven", "Pepper", "Plum", "Spoon", "Table", "Whistle"}
	kindsOfFood = []string{"Bakery", "Bar & Grill", "Bistro", "Café", "Deli", "Diner", "Kitchen", "Noodles", "Pizza", "Taqueria"}
)

// The names of owners. One more than there are forenames, 21, and the number of
// surnames, 23, have no common factor: owner counts on that.
var (
	forenames = []string{"Aiko", "Amara", "Ben", "Carla", "Dana", "Elif", "Farid", "Grace", "Hugo", "Ines", "Joe", "Kofi", "Lena", "Marco", "Nora", "Omar", "Priya", "Rosa", "Sam", "Tess"}
	surnames  = []string{"Abbott", "Bianchi", "Castillo", "Delgado", "Eriksen", "Fischer", "Greene", "Haddad", "Ito", "Jensen", "Kowalski", "Larsen", "Moreau", "Nguyen", "Okafor", "Petrov", "Quinn", "Rossi", "Silva", "Tanaka", "Usman", "Varga", "Walsh"}
)

// ownerSpan is how many stores in a row have one owner, as far as they have any:
// counting stores, and not drawing owners, leaves a store the same however many
// there are, and every owner with a few.
const ownerSpan = 16

// A kindOfGroup is who runs a store.
type kindOfGroup int

const (
	ofAChain kindOfGroup = iota
	ofAnOwner
	onItsOwn
)

var kindsOfGroup = []share[kindOfGroup]{{55, ofAChain}, {25, ofAnOwner}, {20, onItsOwn}}

// hasName leaves out every tenth store: nobody has got round to it.
func (s store) hasName() bool { return s.n%10 != 4 }

// naming returns the row of the store in the names feed.
func (o Options) naming(s store) naming {
	d := o.dice(namings, s.n)
	called := naming{city: one(d, cities[s.zone.name]...)}
	switch pick(d, kindsOfGroup) {
	case ofAChain:
		called.group = pick(d, chains)
		called.name = called.group + " " + one(d, quarters...)
	case ofAnOwner:
		called.group = o.owner(s.n / ownerSpan)
		called.name = inventedName(d)
	case onItsOwn:
		called.name = inventedName(d)
	}
	if d.chance(4, 100) {
		called.city = ""
	}
	return called
}

func inventedName(d dice) string {
	return one(d, firstWords...) + " " + one(d, secondWords...) + " " + one(d, kindsOfFood...)
}

// owner is the owner number n. The numbers go through all pairs of names before
// one comes up again.
func (o Options) owner(n int) string {
	n += o.dice(owners, 0).IntN(len(forenames) * len(surnames))
	return forenames[n%len(forenames)] + " " + surnames[(n+n/len(forenames))%len(surnames)]
}

// appendText writes a text as a field of a CSV file.
func appendText(b []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"") {
		return append(b, text...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(text, `"`, `""`)...)
	return append(b, '"')
}
