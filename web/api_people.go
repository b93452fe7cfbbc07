package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
)

type apiPeople struct {
	People     []apiPerson `json:"people"` // by e-mail
	NextCursor *string     `json:"next_cursor"`
}

type apiPerson struct {
	ID         string        `json:"id"`
	Email      string        `json:"email"`
	Name       *string       `json:"name"`
	Role       access.Role   `json:"role"`
	Reach      apiReach      `json:"reach"`
	Source     access.Source `json:"source"`
	Password   bool          `json:"has_password"`
	TOTP       bool          `json:"has_totp"`
	Passkeys   int           `json:"passkeys"`
	Invited    bool          `json:"invited"`
	CreatedAt  apiTime       `json:"created_at"`
	SignedInAt *apiTime      `json:"last_sign_in_at"`
	DisabledAt *apiTime      `json:"disabled_at"`
}

// apiReach is the stores that somebody may see.
type apiReach struct {
	All    bool     `json:"all"`
	Groups []string `json:"groups"`
	Stores []string `json:"stores"`
}

type apiKeys struct {
	Keys       []apiKey `json:"keys"` // newest first
	NextCursor *string  `json:"next_cursor"`
}

type apiKey struct {
	ID        string       `json:"id"`
	Prefix    string       `json:"prefix"`
	Name      string       `json:"name"`
	PersonID  string       `json:"person_id"`
	Scope     access.Scope `json:"scope"`
	Reach     apiReach     `json:"reach"`
	Live      bool         `json:"live"` // neither expired nor revoked
	CreatedAt apiTime      `json:"created_at"`
	UsedAt    *apiTime     `json:"last_used_at"`
	ExpiresAt *apiTime     `json:"expires_at"`
	RevokedAt *apiTime     `json:"revoked_at"`
}

// apiListPeople serves GET /api/v1/people?q=&limit=&cursor=.
func (s *Server) apiListPeople(c echo.Context) error {
	search := c.QueryParam("q")
	from, limit, err := parseCursor(c, "people "+search)
	if err != nil {
		return err
	}
	people, _, err := s.accounts.People(c.Request().Context(), access.PeopleFilter{Text: search})
	if err != nil {
		return err
	}
	// The database may sort texts as people do.
	slices.SortFunc(people, func(a, b access.Person) int { return personPlace(a).compare(personPlace(b)) })
	piece, more := cutAfter(people, from, limit, personPlace)
	list := apiPeople{People: make([]apiPerson, len(piece)), NextCursor: nextAfter(from, piece, more, personPlace)}
	for n, p := range piece {
		list.People[n] = newAPIPerson(p)
	}
	return sendAPIList(c, list, list.People, list.NextCursor)
}

func personPlace(p access.Person) place { return place{byText(p.Email), byText(p.ID)} }

func keyPlace(k access.Key) place {
	return place{byNumber(k.CreatedAt).falling(true), byText(k.ID).falling(true)}
}

func newAPIPerson(p access.Person) apiPerson {
	return apiPerson{
		ID: p.ID, Email: p.Email, Name: orNull(p.Name), Role: p.Role, Reach: newAPIReach(p.Reach), Source: p.Source,
		Password: p.HasPassword, TOTP: p.HasTOTP, Passkeys: p.Passkeys, Invited: p.Invited,
		CreatedAt: apiTime(p.CreatedAt), SignedInAt: optionalTime(p.LastSignInAt), DisabledAt: optionalTime(p.DisabledAt),
	}
}

func newAPIReach(r reach.Reach) apiReach {
	return apiReach{All: r.IsAll(), Groups: append([]string{}, r.Groups()...), Stores: append([]string{}, r.Stores()...)}
}

// apiListKeys serves GET /api/v1/keys?limit=&cursor=: the keys of everybody.
func (s *Server) apiListKeys(c echo.Context) error {
	from, limit, err := parseCursor(c, "keys")
	if err != nil {
		return err
	}
	keys, err := s.accounts.AllKeys(c.Request().Context())
	if err != nil {
		return err
	}
	slices.SortFunc(keys, func(a, b access.Key) int { return keyPlace(a).compare(keyPlace(b)) })
	piece, more := cutAfter(keys, from, limit, keyPlace)
	list := apiKeys{Keys: make([]apiKey, len(piece)), NextCursor: nextAfter(from, piece, more, keyPlace)}
	for n, k := range piece {
		list.Keys[n] = s.newAPIKey(k)
	}
	return sendAPIList(c, list, list.Keys, list.NextCursor)
}

func (s *Server) newAPIKey(k access.Key) apiKey {
	return apiKey{
		ID: k.ID, Prefix: k.Prefix, Name: k.Name, PersonID: k.PersonID, Scope: k.Scope, Reach: newAPIReach(k.Reach), Live: k.Live(uptime.At(s.now())),
		CreatedAt: apiTime(k.CreatedAt), UsedAt: optionalTime(k.LastUsedAt), ExpiresAt: optionalTime(k.ExpiresAt), RevokedAt: optionalTime(k.RevokedAt),
	}
}
