package access_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"lightson/models"
	"lightson/models/access"
)

// A site is what scs does with the store for a browser.
type site struct {
	*place
	*scs.SessionManager
	cookie *http.Cookie
}

func newSite(p *place) *site {
	s := &site{place: p, SessionManager: scs.New()}
	s.Store, s.Codec, s.HashTokenInStore, s.IdleTimeout = p.SessionStore(), access.SessionCodec{}, true, 0
	s.Lifetime = 30 * 24 * time.Hour
	return s
}

// visit makes a request with the cookie that the browser has.
func (s *site) visit(work func(ctx context.Context)) {
	s.t.Helper()
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if s.cookie != nil {
		request.AddCookie(s.cookie)
	}
	answer := httptest.NewRecorder()
	s.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { work(r.Context()) })).ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		s.t.Errorf("the session was not saved: %s", answer.Body)
	}
	for _, cookie := range answer.Result().Cookies() {
		s.cookie = cookie
	}
}

// person is who is signed in for a request.
func (s *site) person() (id string) {
	s.t.Helper()
	s.visit(func(ctx context.Context) {
		p, err := s.PersonPrincipal(ctx, s.GetString(ctx, access.SessionPerson), s.GetString(ctx, access.SessionID))
		if err == nil {
			id = p.ID
		}
	})
	return id
}

func (s *site) signIn(person string) access.NewSession {
	s.t.Helper()
	in, err := s.SignIn(ctx, access.SignIn{PersonID: person, How: access.ByPasswordAndTOTP, Address: "192.0.2.7", Agent: "Browser\x00\n" + strings.Repeat("x", 500)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.visit(func(ctx context.Context) {
		if err := s.RenewToken(ctx); err != nil {
			s.t.Error(err)
		}
		s.Put(ctx, access.SessionPerson, person)
		s.Put(ctx, access.SessionID, in.Session)
	})
	return in
}

func TestASessionLastsFromItsSignInToItsEnd(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		if got := s.person(); got != "" {
			t.Errorf("a stranger is %s", got)
		}
		s.visit(func(ctx context.Context) { s.Put(ctx, "state", "of a sign-in") })
		strangers := s.cookie.Value
		in := s.signIn(op.ID)
		if s.cookie.Value == strangers {
			t.Error("the token is the one of before the sign-in")
		}
		if got := s.person(); got != op.ID {
			t.Errorf("signed in as %q", got)
		}
		list, err := p.Sessions(ctx, op.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		got := list[0]
		if got.ID != in.Session || got.Address != "192.0.2.7" || got.How != access.ByPasswordAndTOTP || !strings.HasPrefix(got.Agent, "Browser xxx") || len(got.Agent) > 200 {
			t.Errorf("the session is %+v", got)
		}
		if stored := p.text("SELECT token FROM sessions WHERE id = ?", in.Session); strings.Contains(stored, s.cookie.Value) || got.ID == stored {
			t.Error("the token can be read from the table")
		}
		if got := p.person(op.ID).LastSignInAt; !got.Known {
			t.Error("the sign-in is not recorded")
		}
		s.visit(func(ctx context.Context) {
			if err := s.Destroy(ctx); err != nil {
				t.Error(err)
			}
		})
		if got := s.person(); got != "" {
			t.Errorf("after the end: %s", got)
		}
	})
}

func TestASessionEndsAfterADayWithoutARequestAndAfterThirtyDaysInAnyCase(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		s.signIn(op.ID)
		for day := range 30 {
			p.wait(23 * time.Hour)
			if s.person() == "" {
				t.Fatalf("it ended after %d days", day)
			}
			if err := p.FlushMarks(); err != nil {
				t.Fatal(err)
			}
		}
		p.wait(23 * time.Hour)
		if s.person() == "" {
			t.Error("it ended within 30 days")
		}
		if err := p.FlushMarks(); err != nil {
			t.Fatal(err)
		}
		p.wait(8 * time.Hour)
		if s.person() != "" {
			t.Error("it goes on after 30 days")
		}

		in := s.signIn(op.ID)
		p.wait(24 * time.Hour)
		if s.person() != "" {
			t.Error("it goes on after a day without a request")
		}
		if _, err := p.PersonPrincipal(ctx, op.ID, in.Session); err == nil {
			t.Error("its person is signed in still")
		}
		if list, err := p.Sessions(ctx, op.ID); len(list) != 0 || err != nil {
			t.Errorf("sessions %+v, %v", list, err)
		}
		p.wait(29 * 24 * time.Hour)
		if err := p.Prune(ctx); err != nil {
			t.Fatal(err)
		}
		if left := p.text("SELECT count(*) FROM sessions"); left != "0" {
			t.Errorf("%s sessions are left", left)
		}
	})
}

func TestASessionIsWrittenOnceInFiveMinutes(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		s.signIn(op.ID)
		mark := func() models.ChangeMark {
			t.Helper()
			if err := p.FlushMarks(); err != nil {
				t.Fatal(err)
			}
			m, err := p.db.ChangeMark(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		seen := func() string { return p.text("SELECT seen_at FROM sessions WHERE person_id = ?", op.ID) }
		before, first := mark(), seen()
		for range 4 {
			p.wait(time.Minute)
			if s.person() != op.ID {
				t.Fatal("not signed in")
			}
		}
		if seen() != first || mark() != before && p.db.SQLite() != nil { // the marks of PostgreSQL are of all its databases
			t.Error("requests of the first four minutes wrote something")
		}
		p.wait(time.Minute)
		s.person()
		if mark(); seen() == first {
			t.Error("the session was not seen for five minutes")
		}
	})
}

func TestARequestThatGoesOnDoesNotReviveASessionThatWasEnded(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		s.signIn(op.ID)
		s.visit(func(ctx context.Context) {
			s.Put(ctx, "note", "written at the end of the request")
			if err := p.EndSessions(ctx, op.ID); err != nil {
				t.Error(err)
			}
		})
		if s.person() != "" || p.text("SELECT count(*) FROM sessions WHERE person_id <> ''") != "0" {
			t.Error("the session is back")
		}
	})
}

func TestATokenOfBeforeTheSignInIsNotSignedIn(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		if err := p.commit("planted", "", ""); err != nil {
			t.Fatal(err)
		}
		in, err := p.SignIn(ctx, access.SignIn{PersonID: op.ID, How: access.ByPassword})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.commit("planted", op.ID, in.Session); err == nil {
			t.Error("a sign-in took the token of before")
		}
		if err := p.commit("new", op.ID, in.Session); err != nil {
			t.Fatal(err)
		}
		// Nor does anything else take a session over.
		other := p.add("ana@example.com", access.Viewer, op.Reach)
		for _, c := range [][3]string{{"x", other.ID, in.Session}, {"x", op.ID, "made up"}, {"x", op.ID, in.Session}} {
			_ = p.commit(c[0], c[1], c[2])
			if p.alive("x") {
				t.Errorf("%v has a session", c)
			}
		}
		if !p.alive("new") {
			t.Error("the session ended")
		}
	})
}

func TestPeopleEndTheirOwnSessionsOnly(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		op, err := p.PersonByEmail(ctx, "op@example.com")
		if err != nil {
			t.Fatal(err)
		}
		p.signIn(op.ID, "op")
		var sessions []access.NewSession
		for n := range 3 {
			p.wait(time.Second)
			sessions = append(sessions, p.signIn(ana.ID, fmt.Sprint("ana", n)))
		}
		opSessions, err := p.Sessions(ctx, op.ID)
		if err != nil || len(opSessions) != 1 {
			t.Fatal(opSessions, err)
		}
		p.wantErr(p.EndSession(ctx, ana.ID, opSessions[0].ID), models.ErrNotFound)
		p.wantErr(p.EndSession(ctx, "", opSessions[0].ID), models.ErrNotFound)
		p.wantErr(p.EndSession(ctx, ana.ID, sessions[0].Session), nil)
		p.wantErr(p.EndSession(ctx, ana.ID, sessions[0].Session), models.ErrNotFound)
		if list, err := p.Sessions(ctx, ana.ID); err != nil || len(list) != 2 || list[0].ID != sessions[2].Session {
			t.Errorf("%+v, %v", list, err)
		}
		p.wantErr(p.EndOtherSessions(ctx, ana.ID, sessions[2].Session), nil)
		if p.alive("ana1") || !p.alive("ana2") || !p.alive("op") {
			t.Error("other sessions than those asked for ended")
		}
		p.wantErr(p.EndSessions(ctx, ana.ID), nil)
		if p.alive("ana2") || !p.alive("op") {
			t.Error("other sessions than those asked for ended")
		}
	})
}

func TestARenewedSessionHasAnotherToken(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		in := s.signIn(op.ID)
		old := s.cookie
		renewed, err := p.RenewSession(ctx, op.ID, in.Session)
		if err != nil {
			t.Fatal(err)
		}
		if s.person() != "" {
			t.Error("the old token is signed in still")
		}
		s.cookie = old
		in, err = p.SignIn(ctx, access.SignIn{PersonID: op.ID, How: access.ByPassword})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.RenewSession(ctx, "somebody", renewed)
		p.wantErr(err, models.ErrNotFound)

		// In one request, as web does it.
		s = newSite(p)
		in = s.signIn(op.ID)
		old = s.cookie
		s.visit(func(ctx context.Context) {
			id, err := p.RenewSession(ctx, op.ID, in.Session)
			if err != nil {
				t.Error(err)
			}
			if err := s.RenewToken(ctx); err != nil {
				t.Error(err)
			}
			s.Put(ctx, access.SessionID, id)
		})
		if s.person() != op.ID || s.cookie.Value == old.Value {
			t.Error("the session did not go on with another token")
		}
		s.cookie = old
		if s.person() != "" {
			t.Error("the old token is signed in still")
		}
	})
}

func TestASessionOfNobodyIsShort(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		s := newSite(p)
		s.visit(func(ctx context.Context) { s.Put(ctx, "state", "x") })
		state := func() (got string) {
			s.visit(func(ctx context.Context) { got = s.GetString(ctx, "state") })
			return got
		}
		p.wait(59 * time.Minute)
		if state() != "x" {
			t.Error("the sign-in of an hour is forgotten")
		}
		p.wait(time.Minute)
		if state() != "" {
			t.Error("a session of nobody lives longer than an hour")
		}
		// Whoever takes the person out of a session has ended it.
		in := s.signIn(op.ID)
		s.visit(func(ctx context.Context) { s.Remove(ctx, access.SessionPerson) })
		if _, err := p.PersonPrincipal(ctx, op.ID, in.Session); err == nil {
			t.Error("the session goes on without its person")
		}
	})
}

func TestSessionsOfOnePersonAreBounded(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		for n := range 55 {
			p.wait(time.Second)
			p.signIn(op.ID, fmt.Sprint("token", n))
		}
		list, err := p.Sessions(ctx, op.ID)
		if err != nil || len(list) != 50 || p.alive("token4") || !p.alive("token5") {
			t.Errorf("%d sessions, %v", len(list), err)
		}
		if devices := p.text("SELECT count(*) FROM devices"); devices != "40" {
			t.Errorf("%s devices and addresses, want 40", devices)
		}
	})
}

func TestAPasswordAloneIsNotEnoughWithAFactor(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		if _, _, err := p.AddPasskey(ctx, op.ID, "Phone", []byte("credential"), []byte("{}")); err != nil {
			t.Fatal(err)
		}
		got, err := p.CheckPassword(ctx, access.Try{Email: op.Email, Password: password})
		if err != nil || !got.NeedsFactor() {
			t.Fatalf("%+v, %v", got, err)
		}
		_, err = p.SignIn(ctx, access.SignIn{PersonID: op.ID, How: access.ByPassword})
		p.wantErr(err, access.ErrNeedsFactor)
		if _, err := p.SignIn(ctx, access.SignIn{PersonID: op.ID}); err == nil {
			t.Error("signed in by nothing")
		}
		_, err = p.SignIn(ctx, access.SignIn{PersonID: "nobody", How: access.ByPasskey})
		p.wantErr(err, access.ErrSignIn)
		for _, how := range []access.How{access.ByPasskey, access.ByPasswordAndPasskey, access.ByPasswordAndTOTP, access.ByOIDC} {
			_, err = p.SignIn(ctx, access.SignIn{PersonID: op.ID, How: how})
			p.wantErr(err, nil)
		}
	})
}
