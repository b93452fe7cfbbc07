package access

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lightson/models/reach"
)

// A Rule says what a person may do and see of whom an identity provider says something,
// such as that they are in the group "owners-kowalski".
type Rule struct {
	Value string // of the claim, kept exactly
	Role  Role
	Reach reach.Reach
}

// Rules are the rules of LIGHTSON_OIDC_RULES.
type Rules []Rule

const (
	// mostRules is how many rules there may be, and longestRules how many bytes they
	// may have together.
	mostRules    = 1000
	longestRules = 64 << 10
)

// ParseRules parses rules that are separated by semicolons, each VALUE=ROLE or
// VALUE=ROLE:REACH, where the reach is all, group/NAME or store/ID:
//
//	ops=operator; kowalski=owner:group/Kowalski Family; kowalski=owner:store/17; audit=viewer:all
//
// Rules of the same value and role add up. An operator reaches all stores; all others
// must be given theirs, so that nothing left out shows too much. In values and names a
// semicolon is written %3B, and a percent sign %25.
func ParseRules(text string) (Rules, error) {
	if len(text) > longestRules {
		return nil, fmt.Errorf("expected at most %d bytes, found %d", longestRules, len(text))
	}
	var rules Rules
	for entry := range strings.SplitSeq(text, ";") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		rule, err := parseRule(entry)
		if err != nil {
			return nil, err
		}
		if len(rules) == mostRules {
			return nil, fmt.Errorf("expected at most %d rules, found more", mostRules)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func parseRule(entry string) (Rule, error) {
	value, granted, ok := cutAtRole(entry)
	if !ok {
		return Rule{}, fmt.Errorf("expected VALUE=ROLE, such as ops=operator, with a role that is %s, found %s", roleWords(), entry)
	}
	value, err := unescape(value, entry)
	if err != nil {
		return Rule{}, err
	}
	if value == "" {
		return Rule{}, fmt.Errorf("expected the value of a claim before the =, such as ops=operator, found %s", entry)
	}
	name, stores, given := strings.Cut(granted, ":")
	rule := Rule{Value: value, Role: Role(strings.TrimSpace(name))}
	if rule.Role == Operator {
		if given && strings.TrimSpace(stores) != allStores {
			return Rule{}, fmt.Errorf("expected an operator without a reach, since operators see all stores, found %s", entry)
		}
		rule.Reach = reach.All()
		return rule, nil
	}
	if !given {
		return Rule{}, fmt.Errorf("expected what this %s may see, such as %s:all or %s:group/Kowalski Family, found %s", rule.Role, granted, granted, entry)
	}
	rule.Reach, err = parseRuleReach(strings.TrimSpace(stores), entry)
	return rule, err
}

// allStores is how rules write the reach of every store.
const allStores = "all"

func parseRuleReach(text, entry string) (reach.Reach, error) {
	if text == allStores {
		return reach.All(), nil
	}
	kind, name, _ := strings.Cut(text, "/")
	name, err := unescape(name, entry)
	if err != nil {
		return reach.Reach{}, err
	}
	var named reach.Reach
	switch kind {
	case "group":
		named = reach.Of([]string{name}, nil)
	case "store":
		named = reach.Of(nil, []string{name})
	}
	if named, err = cleanReach(named); err == nil && named.Empty() {
		err = fmt.Errorf("expected all, group/NAME or store/ID behind the role, found %s", entry)
	}
	return named, err
}

// cutAtRole cuts a rule at the first = behind which a role stands. Values may have an =
// of their own, as those of a directory do: cn=ops,dc=example=operator.
func cutAtRole(entry string) (value, granted string, ok bool) {
	for n, r := range entry {
		if r != '=' {
			continue
		}
		granted = strings.TrimSpace(entry[n+1:])
		name, _, _ := strings.Cut(granted, ":")
		if slices.Contains(Roles, Role(strings.TrimSpace(name))) {
			return strings.TrimSpace(entry[:n]), granted, true
		}
	}
	return "", "", false
}

func roleWords() string {
	words := make([]string, len(Roles))
	for n, r := range Roles {
		words[n] = string(r)
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func unescape(text, entry string) (string, error) {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return "", errors.New("expected %25 for a percent sign and %3B for a semicolon, found " + entry)
	}
	return strings.TrimSpace(plain), nil
}

// For is what the rules give to a person with these values of the claim: of the roles
// that they name, the one that may most, with all that the rules of this role reach.
// What rules of lesser roles reach is not added: nobody may do something to stores that
// they were only to read. ok is false where no rule names any of the values.
func (r Rules) For(values []string) (role Role, stores reach.Reach, ok bool) {
	var groups, single []string
	rank := len(Roles)
	for _, rule := range r {
		if !slices.Contains(values, rule.Value) {
			continue
		}
		at := slices.Index(Roles, rule.Role)
		if at > rank {
			continue
		}
		if at < rank {
			rank, stores, groups, single = at, reach.Reach{}, nil, nil
		}
		if rule.Reach.IsAll() || stores.IsAll() {
			stores = reach.All()
			continue
		}
		groups, single = append(groups, rule.Reach.Groups()...), append(single, rule.Reach.Stores()...)
		stores = reach.Of(groups, single)
	}
	if rank == len(Roles) {
		return "", reach.Reach{}, false
	}
	return Roles[rank], stores, true
}
