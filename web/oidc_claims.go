package web

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightson/models/access"
)

// A claimSet is what a provider says of somebody. Nothing of it needs to be there, or to
// be what it should.
type claimSet map[string]any

func (c claimSet) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// isTrue reports whether a claim says yes. Some providers write it as text.
func (c claimSet) isTrue(name string) bool { return c[name] == true || c[name] == "true" }

// values are the texts of a claim: one, or those of a list. A name that is no claim's is
// one of claims within others, such as realm_access.roles.
func (c claimSet) values(name string) (values []string, found bool) {
	value, found := c[name]
	if !found {
		first, rest, nested := strings.Cut(name, ".")
		within, is := c[first].(map[string]any)
		if !nested || !is {
			return nil, false
		}
		return claimSet(within).values(rest)
	}
	switch value := value.(type) {
	case string:
		return []string{value}, true
	case []any:
		for _, one := range value {
			if text, is := one.(string); is {
				values = append(values, text)
			}
		}
	}
	return values, true
}

// name is what to call somebody; empty where nothing is said.
func (c claimSet) name() string {
	for _, name := range []string{c.text("name"), c.text("given_name") + " " + c.text("family_name"), c.text("preferred_username")} {
		if name = strings.TrimSpace(name); name != "" {
			return name
		}
	}
	return ""
}

// with adds the claims of userinfo that the token has not. An e-mail and whether it is
// verified stay together.
func (c claimSet) with(others claimSet, groups string) claimSet {
	all := maps.Clone(others)
	if c.text("email") != "" {
		delete(all, "email")
		delete(all, "email_verified")
	} else {
		c = maps.Clone(c)
		delete(c, "email")
		delete(c, "email_verified")
	}
	if _, found := c.values(groups); found {
		first, _, _ := strings.Cut(groups, ".")
		delete(all, groups)
		delete(all, first)
	}
	maps.Copy(all, c)
	return all
}

// lacking reports whether a token leaves out what userinfo may tell.
func (p *identityProvider) lacking(c claimSet) bool {
	_, found := c.values(p.settings.GroupsClaim)
	return c.text("email") == "" || len(*p.rules.Load()) > 0 && !found
}

// claims are what this server makes of them.
func (p *identityProvider) claims(c claimSet) access.Claims {
	claims := access.Claims{
		Issuer: p.settings.Issuer, Subject: c.text("sub"), Email: c.text("email"), EmailVerified: c.isTrue("email_verified"), Name: c.name(),
		KeepRights: len(*p.rules.Load()) == 0,
	}
	values, _ := c.values(p.settings.GroupsClaim)
	claims.Role, claims.Reach, _ = p.rules.Load().For(values)
	return claims
}

// longestSubject is that of OpenID Connect Core 1.0, section 2.
const longestSubject = 255

func isSubject(text string) bool {
	return text != "" && len(text) <= longestSubject && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
