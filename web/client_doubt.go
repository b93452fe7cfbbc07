package web

import (
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// longestUser is enough for any e-mail address.
const longestUser = 254

// userIn is who a trusted proxy says is signed in; empty where that is unclear. A proxy
// that adds its header to one that the client sent leaves two, of which neither is
// believed.
func (s *Server) userIn(values []string, address string) string {
	if len(values) == 0 {
		return ""
	}
	user := strings.TrimSpace(values[0])
	switch {
	case len(values) == 1 && user == "":
		return ""
	case len(values) > 1, len(user) > longestUser, !utf8.ValidString(user), strings.ContainsFunc(user, isNoneOfUsers):
		s.tell(&s.doubts.users, "the header of the user is not one e-mail address, so nobody is signed in by it",
			"header", s.settings.SignIn.ProxyUser, "values", len(values), "client", address,
			"expected", "a proxy that sets or removes this header in every request")
		return ""
	default:
		return user
	}
}

func isNoneOfUsers(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(`,;"<>()[]\`, r)
}

// doubt notes headers of proxies that came from somewhere else.
func (s *Server) doubt(r *http.Request, address string) {
	if name := s.settings.SignIn.ProxyUser; name != "" && len(r.Header.Values(name)) > 0 {
		s.tell(&s.doubts.users, "somebody who is no trusted proxy says who is signed in: that is ignored", "header", name, "address", address)
	}
	for _, header := range forwardedHeaders {
		if len(r.Header.Values(header)) > 0 {
			s.tell(&s.doubts.forwarded, "headers of a proxy that is not trusted are ignored", "header", header, "address", address,
				"expected", "an address of LIGHTSON_TRUSTED_PROXIES, if it is one of yours")
			return
		}
	}
}

// doubts are what is logged now and again.
type doubts struct {
	users, forwarded, hurried seldom
	provider                  [providerRefuses]seldom // by the kind of failure
}

// seldom is something that anybody can cause at any time, and that is logged rarely.
type seldom struct {
	mu    sync.Mutex
	told  time.Time
	since int // times since it was told
}

// tellEvery is how often something seldom is logged.
const tellEvery = 10 * time.Minute

// tell logs a warning, unless the same was logged recently.
func (s *Server) tell(what *seldom, message string, args ...any) {
	if times := what.due(s.now()); times > 0 {
		s.log.Warn(message, append(args, "times", times)...)
	}
}

// due counts, and returns how often it happened since it was told, or 0 if it was told
// recently.
func (o *seldom) due(now time.Time) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since++
	if !o.told.IsZero() && now.Sub(o.told) < tellEvery {
		return 0
	}
	times := o.since
	o.told, o.since = now, 0
	return times
}
