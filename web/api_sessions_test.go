package web_test

import (
	"net/http"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

type sessionsJSON struct {
	Sessions []struct {
		ID      string
		Present bool
		With    string `json:"signed_in_with"`
		SeenAt  string `json:"last_seen_at"`
	}
	NextCursor *string `json:"next_cursor"`
}

func TestAPersonSeesAndEndsTheirSessions(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const at = "/api/v1/account/sessions"
		a := s.person(access.Viewer, reach.All())
		phone, laptop, another := s.signedIn(a.Person), s.signedIn(a.Person), s.person(access.Viewer, reach.All())
		here := s.as(a)
		list := done[sessionsJSON](s, 200, http.MethodGet, at, here)
		if len(list.Sessions) != 3 || list.NextCursor != nil {
			t.Fatalf("listed are %+v", list)
		}
		var present, old string
		for _, in := range list.Sessions {
			if in.With != "password" || in.SeenAt == "" {
				t.Errorf("listed is %+v", in)
			}
			if in.Present {
				present += in.ID
			} else {
				old = in.ID
			}
		}
		if piece := done[sessionsJSON](s, 200, http.MethodGet, at+"?limit=1", here); len(piece.Sessions) != 1 || piece.NextCursor == nil {
			t.Errorf("a piece is %+v", piece)
		} else if rest := done[sessionsJSON](s, 200, http.MethodGet, at+"?cursor="+*piece.NextCursor, here); len(rest.Sessions) != 2 || rest.Sessions[0].ID == piece.Sessions[0].ID {
			t.Errorf("the rest is %+v", rest)
		}
		for range 2 { // the second time, there is no such session
			s.call(http.MethodDelete, at+"/"+old, here)
		}
		refused(t, s.call(http.MethodDelete, at+"/"+old, here), http.StatusNotFound, "")
		if a := s.call(http.MethodDelete, at+"/"+present, s.as(another)); a.StatusCode != http.StatusNotFound {
			t.Errorf("a session of somebody else: status %d", a.StatusCode)
		}
		if list := done[sessionsJSON](s, 200, http.MethodGet, at, here); len(list.Sessions) != 2 {
			t.Errorf("one has ended, and listed are %+v", list)
		}
		if a := s.call(http.MethodPost, at+"/end", here); a.StatusCode != http.StatusNoContent {
			t.Errorf("to end the others: status %d: %s", a.StatusCode, a.body)
		}
		if list := done[sessionsJSON](s, 200, http.MethodGet, at, here); len(list.Sessions) != 1 || list.Sessions[0].ID != present {
			t.Errorf("all others have ended, and listed are %+v", list)
		}
		for _, gone := range []account{phone, laptop} {
			if a := s.call(http.MethodGet, at, s.as(gone)); a.StatusCode != http.StatusUnauthorized {
				t.Errorf("a session that has ended: status %d", a.StatusCode)
			}
		}
	})
}

func TestOperatorsSeeTheSessionsOfOthersAndAKeyHasNone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		operator, a := s.person(access.Operator, reach.All()), s.person(access.Viewer, reach.All())
		s.signedIn(a.Person)
		admin := withKey(s.key(operator, access.AdminScope, reach.All()))
		for name, who := range map[string]func(*http.Request){"an operator": s.as(operator), "the key of one": admin} {
			list := done[sessionsJSON](s, 200, http.MethodGet, "/api/v1/people/"+a.ID+"/sessions", who)
			if len(list.Sessions) != 2 || list.Sessions[0].Present || list.Sessions[1].Present {
				t.Errorf("to %s, listed are %+v", name, list)
			}
		}
		if list := done[sessionsJSON](s, 200, http.MethodGet, "/api/v1/people/"+operator.ID+"/sessions", s.as(operator)); len(list.Sessions) != 1 || !list.Sessions[0].Present {
			t.Errorf("their own are %+v", list)
		}
		if list := done[sessionsJSON](s, 200, http.MethodGet, "/api/v1/account/sessions", admin); len(list.Sessions) != 1 || list.Sessions[0].Present {
			t.Errorf("to a key, listed are %+v", list)
		}
		if a := s.call(http.MethodGet, "/api/v1/people/"+a.ID+"/sessions", s.as(a)); a.StatusCode != http.StatusForbidden {
			t.Errorf("somebody else: status %d", a.StatusCode)
		}
		refused(t, s.call(http.MethodGet, "/api/v1/people/x/sessions", admin), http.StatusNotFound, "")
		if a := s.call(http.MethodPost, "/api/v1/account/sessions/end", admin); a.StatusCode != http.StatusNoContent {
			t.Errorf("to end them by a key: status %d: %s", a.StatusCode, a.body)
		}
		if list := done[sessionsJSON](s, 200, http.MethodGet, "/api/v1/account/sessions", admin); len(list.Sessions) != 0 {
			t.Errorf("after a key has ended all, listed are %+v", list)
		}
	})
}
