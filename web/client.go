package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// A client is who is at the other end of a request: as the connection says or, where
// that is one of a trusted proxy, as the proxy says.
type client struct {
	address   string // without a port; of a connection without an IP address, whatever it has
	secure    bool   // the request came by TLS, at least as far as the proxy
	proxied   bool   // a trusted proxy sent the request
	portKnown bool   // the host that is asked for has its port, or none because it is the usual one
	asked     string // the Host header of the connection; Request.Host may be the proxy's word
	user      string // who the proxy says is signed in; empty where it does not say
}

const clientKey = "client"

// clientOf is the client of a request.
func clientOf(c echo.Context) client {
	if known, ok := c.Get(clientKey).(client); ok {
		return known
	}
	return connected(c.Request())
}

// clientAddress is the address of the client, without a port. Headers that claim
// another are believed where a trusted proxy sent them.
func clientAddress(c echo.Context) string { return clientOf(c).address }

// proxyUser is the e-mail address of who is signed in at a trusted proxy, as the proxy
// wrote it. ok is false where no trusted proxy says one, whatever headers there are.
func proxyUser(c echo.Context) (email string, ok bool) {
	email = clientOf(c).user
	return email, email != ""
}

// connected is the client as the connection says.
func connected(r *http.Request) client {
	known := client{address: r.RemoteAddr, secure: r.TLS != nil, portKnown: true, asked: r.Host}
	if peer := peerOf(r); peer.IsValid() {
		known.address = peer.String()
	} else if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		known.address = host
	}
	return known
}

// peerOf is the address that a request was sent from. It is not valid where there is
// none, as on a Unix socket.
func peerOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}

// The headers in which proxies say what they know. Forwarded (RFC 7239) is none of them,
// and neither is X-Real-IP: few proxies set them, and the others hand on what a client
// wrote into them.
const (
	forwardedFor   = "X-Forwarded-For"
	forwardedHost  = "X-Forwarded-Host"
	forwardedPort  = "X-Forwarded-Port"
	forwardedProto = "X-Forwarded-Proto"
)

var forwardedHeaders = []string{forwardedFor, forwardedHost, forwardedPort, forwardedProto}

// recognise finds out which request it is and who the client is, before anything else looks at it. What
// a trusted proxy says of the host takes the place of Request.Host. All these headers are
// removed, so that nothing else can believe them.
func (s *Server) recognise(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		known := connected(r)
		peer := peerOf(r)
		trusted := peer.IsValid() && s.settings.Proxies.trust(peer)
		if !s.settings.Unwatched {
			setRequestID(c, trusted)
			r = c.Request()
		}
		if trusted {
			s.believe(r, peer, &known)
		} else {
			s.doubt(r, known.address)
		}
		for _, header := range forwardedHeaders {
			r.Header.Del(header)
		}
		if name := s.settings.SignIn.ProxyUser; name != "" {
			r.Header.Del(name)
		}
		c.Set(clientKey, known)
		return next(c)
	}
}

// believe takes what a trusted proxy says.
func (s *Server) believe(r *http.Request, peer netip.Addr, known *client) {
	known.proxied = true
	known.address = s.settings.Proxies.clientBehind(peer, r.Header.Values(forwardedFor)).String()
	proto := strings.ToLower(lastOf(r.Header.Values(forwardedProto)))
	switch proto {
	case "https":
		known.secure = true
	case "http":
		known.secure = false
	default:
		proto = ""
	}
	if host := lastOf(r.Header.Values(forwardedHost)); isHost(host) {
		r.Host = host
	}
	if name, port, found := cutPort(r.Host); found && isUsualPort(proto, port) {
		r.Host, known.portKnown = name, true // as browsers write it in Origin
	} else {
		known.portKnown = found
	}
	if port := lastOf(r.Header.Values(forwardedPort)); !known.portKnown && isPort(port) && isHost(r.Host) {
		known.portKnown = true
		if !isUsualPort(proto, port) {
			r.Host += ":" + port
		}
	}
	if name := s.settings.SignIn.ProxyUser; name != "" {
		known.user = s.userIn(r.Header.Values(name), known.address)
	}
}

// lastOf is the element of a list that the proxy nearest to us wrote: the last one.
func lastOf(lists []string) string {
	if len(lists) == 0 {
		return ""
	}
	_, last := cutLast(lists[len(lists)-1])
	return last
}

// cutLast cuts the last element off a list that commas separate.
func cutLast(list string) (before, last string) {
	if n := strings.LastIndexByte(list, ','); n >= 0 {
		before, list = list[:n], list[n+1:]
	}
	return before, strings.Trim(list, " \t")
}
