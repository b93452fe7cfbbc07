package reach_test

import (
	"testing"

	"lightson/models/reach"
)

func TestTheZeroReachHasNoStore(t *testing.T) {
	if r := (reach.Reach{}); !r.Empty() || r.Has("1", "") || r.Has("1", "A") || r.HasGroup("") {
		t.Errorf("the zero reach has stores: %s", r)
	}
}

func TestAReachHasTheStoresOfItsGroupsAndItsSingleStores(t *testing.T) {
	r := reach.Of([]string{"B", "A", "A", ""}, []string{"7", "3"})
	for _, tt := range []struct {
		store, group string
		want         bool
	}{
		{"1", "A", true}, {"2", "B", true}, {"3", "", true}, {"3", "C", true}, {"7", "", true},
		{"1", "", false}, {"1", "C", false}, {"1", "a", false}, {"", "", false}, {"33", "", false},
	} {
		if got := r.Has(tt.store, tt.group); got != tt.want {
			t.Errorf("store %q of group %q: got %v, want %v", tt.store, tt.group, got, tt.want)
		}
		if !reach.All().Has(tt.store, tt.group) {
			t.Errorf("the reach of all has no store %q of group %q", tt.store, tt.group)
		}
	}
}

func TestAReachIsWithinAnotherThatNamesAllOfIt(t *testing.T) {
	a, ab, s := reach.Of([]string{"A"}, nil), reach.Of([]string{"A", "B"}, []string{"1"}), reach.Of(nil, []string{"1"})
	for _, tt := range []struct {
		r, other reach.Reach
		want     bool
	}{
		{a, ab, true}, {s, ab, true}, {ab, ab, true}, {reach.Reach{}, a, true}, {ab, reach.All(), true}, {reach.All(), reach.All(), true},
		{ab, a, false}, {a, s, false}, {s, a, false}, {reach.All(), ab, false},
	} {
		if got := tt.r.Within(tt.other); got != tt.want {
			t.Errorf("%s within %s: got %v, want %v", tt.r, tt.other, got, tt.want)
		}
	}
}

func TestThePartOfAReachInAGroupIsTheGroupOrItsSingleStores(t *testing.T) {
	r := reach.Of([]string{"A"}, []string{"1"})
	for group, want := range map[string]reach.Reach{"": r, "A": reach.Of([]string{"A"}, nil), "B": reach.Of(nil, []string{"1"})} {
		if got := r.OfGroup(group); got.String() != want.String() {
			t.Errorf("group %q: got %s, want %s", group, got, want)
		}
	}
	if got := reach.All().OfGroup("B"); got.String() != reach.Of([]string{"B"}, nil).String() {
		t.Errorf("of all stores, group B: got %s", got)
	}
}

func TestWhatTwoReachesHaveInCommonIsWithinBoth(t *testing.T) {
	a, b := reach.Of([]string{"A", "B"}, []string{"1", "2"}), reach.Of([]string{"B"}, []string{"2", "3"})
	if got, want := a.And(b).String(), reach.Of([]string{"B"}, []string{"2"}).String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, r := range []reach.Reach{a, {}, reach.All()} {
		if r.And(reach.All()).String() != r.String() || reach.All().And(r).String() != r.String() {
			t.Errorf("%s and all is not itself", r)
		}
	}
}

func TestAReachIsReadAsItWasWritten(t *testing.T) {
	for _, r := range []reach.Reach{{}, reach.All(), reach.Of([]string{"Tom & Co", "a\"b\n"}, nil), reach.Of([]string{"Z", "A"}, []string{"9", "10"})} {
		again, err := reach.Parse(r.String())
		if err != nil || again.String() != r.String() {
			t.Errorf("%s became %s, %v", r, again, err)
		}
	}
	if reach.Of([]string{"B", "A"}, nil).String() != reach.Of([]string{"A", "B", "B"}, nil).String() {
		t.Error("equal reaches have different texts")
	}
	for _, text := range []string{"", "everything", "[]", "{", `"all"`} {
		if r, err := reach.Parse(text); err == nil {
			t.Errorf("%q was read as %s", text, r)
		}
	}
}
