package access_test

import (
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestRulesAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		" ; ;":                    "",
		"ops=operator":            "ops|operator|all",
		" ops = operator : all ;": "ops|operator|all",
		"audit=viewer:all":        "audit|viewer|all",
		"k=owner:group/Kowalski Family; k = owner:store/17": `k|owner|{"groups":["Kowalski Family"]} k|owner|{"stores":["17"]}`,
		"cn=ops,dc=example=operator":                        "cn=ops,dc=example|operator|all",
		"cn=owner,dc=x=viewer:group/Tom: Dick, Harry":       `cn=owner,dc=x|viewer|{"groups":["Tom: Dick, Harry"]}`,
		"a=owner:group/A=B":                                 `a|owner|{"groups":["A=B"]}`,
		"a=owner:group/A/B":                                 `a|owner|{"groups":["A/B"]}`,
		"50%25=owner:group/Salt %3B Pepper":                 `50%|owner|{"groups":["Salt ; Pepper"]}`,
		"a+b=viewer:store/+1":                               `a+b|viewer|{"stores":["+1"]}`,
		"b=viewer:group/Cafe\u0301":                         `b|viewer|{"groups":["Café"]}`, // as groups are shown
		"Café=viewer:group/Café":                            `Café|viewer|{"groups":["Café"]}`,
	} {
		rules, err := access.ParseRules(text)
		var got []string
		for _, r := range rules {
			got = append(got, r.Value+"|"+string(r.Role)+"|"+r.Reach.String())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %s, %v; want %s", text, strings.Join(got, " "), err, want)
		}
	}
}

func TestASlipInARuleIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"ops":                               "expected VALUE=ROLE, such as ops=operator, with a role that is operator, owner or viewer, found ops",
		"ops=admin":                         "expected VALUE=ROLE, such as ops=operator, with a role that is operator, owner or viewer, found ops=admin",
		"ops=Operator":                      "expected VALUE=ROLE",
		"ops:operator":                      "expected VALUE=ROLE",
		"=operator":                         "expected the value of a claim before the =, such as ops=operator, found =operator",
		"%20=operator":                      "expected the value of a claim",
		"a=owner":                           "expected what this owner may see, such as owner:all or owner:group/Kowalski Family, found a=owner",
		"ok=operator;a=viewer":              "expected what this viewer may see, such as viewer:all or viewer:group/Kowalski Family, found a=viewer",
		"a=owner:":                          "expected all, group/NAME or store/ID behind the role, found a=owner:",
		"a=owner:group/":                    "expected all, group/NAME or store/ID behind the role, found a=owner:group/",
		"a=owner:group/\u200b":              "expected all, group/NAME or store/ID behind the role, found a=owner:group/\u200b",
		"a=owner:group":                     "expected all, group/NAME or store/ID",
		"a=owner:Kowalski":                  "expected all, group/NAME or store/ID behind the role, found a=owner:Kowalski",
		"a=owner:groups/A":                  "expected all, group/NAME or store/ID",
		"a=owner:ALL":                       "expected all, group/NAME or store/ID",
		"a=operator:group/A":                "expected an operator without a reach, since operators see all stores, found a=operator:group/A",
		"a=owner:group/100% Pizza":          "expected %25 for a percent sign and %3B for a semicolon, found a=owner:group/100% Pizza",
		strings.Repeat("a=operator;", 1001): "expected at most 1000 rules, found more",
		strings.Repeat("a", 70_000):         "expected at most 65536 bytes, found 70000",
	} {
		rules, err := access.ParseRules(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || rules != nil {
			t.Errorf("%.60q: %v, %v; want %s", text, rules, err, want)
		}
	}
}

// Who gets what must not depend on the order of rules or of values, and never be more
// than some rule of one role gives.
func TestRulesGiveTheHighestRoleAndOnlyItsStores(t *testing.T) {
	rules, err := access.ParseRules("ops=operator; a=owner:group/A; b=owner:group/B; b=owner:store/9; see=viewer:all; c=viewer:group/C; d=viewer:store/4")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		values []string
		role   access.Role
		reach  reach.Reach
		none   bool
	}{
		"no value":                   {none: true},
		"no value that has a rule":   {values: []string{"A", "op", "ops ", "", "OPS"}, none: true},
		"one":                        {values: []string{"a"}, role: access.Owner, reach: reach.Of([]string{"A"}, nil)},
		"two of one role":            {values: []string{"b", "a", "x"}, role: access.Owner, reach: reach.Of([]string{"A", "B"}, []string{"9"})},
		"an owner who may see all":   {values: []string{"see", "a"}, role: access.Owner, reach: reach.Of([]string{"A"}, nil)},
		"the same the other way":     {values: []string{"a", "see"}, role: access.Owner, reach: reach.Of([]string{"A"}, nil)},
		"an operator who is a owner": {values: []string{"a", "ops", "b"}, role: access.Operator, reach: reach.All()},
		"all and some":               {values: []string{"c", "see", "d"}, role: access.Viewer, reach: reach.All()},
		"a group and a store":        {values: []string{"c", "d"}, role: access.Viewer, reach: reach.Of([]string{"C"}, []string{"4"})},
	} {
		for range 2 {
			role, got, ok := rules.For(tt.values)
			if ok == tt.none || role != tt.role || got.String() != tt.reach.String() {
				t.Errorf("%s: %s, %s, %t", name, role, got, ok)
			}
			for n, m := 0, len(rules)-1; n < m; n, m = n+1, m-1 {
				rules[n], rules[m] = rules[m], rules[n]
			}
		}
	}
}
