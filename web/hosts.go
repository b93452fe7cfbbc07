package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/words"
)

// Hosts are the names by which a server is asked. A page of another site can have
// its own name resolve to the address of this server (DNS rebinding). Its requests
// then count as those of our own pages, and only their Host tells them apart.
type Hosts struct {
	only  bool // serve the names below and nothing else
	names []string
	local string // the address on a loopback address, "http://127.0.0.1:8080"; else empty
}

// ownNames are names that only ever mean the machine that asks.
var ownNames = []string{"localhost", "127.0.0.1", "::1"}

// NewHosts are the hosts of a server that listens at an address, as it was set and
// as it is bound. Names were added by LIGHTSON_HOSTS. public, the address of
// LIGHTSON_URL, may be nil. On a loopback address only known names are served,
// elsewhere any, unless names were added.
func NewHosts(set string, bound net.Addr, names []string, public *url.URL) Hosts {
	h := Hosts{only: len(names) > 0, names: append(slices.Clone(ownNames), names...)}
	if tcp, is := bound.(*net.TCPAddr); is && tcp.IP.IsLoopback() {
		h.only, h.local = true, "http://"+bound.String()
		h.names = append(h.names, tcp.IP.String(), hostName(set))
	}
	if public != nil {
		h.names = append(h.names, hostName(public.Host))
	}
	return h
}

// ParseHosts parses the names of LIGHTSON_HOSTS, which are separated by commas.
func ParseHosts(text string) ([]string, error) {
	var names []string
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		name := hostName(entry)
		if !isHostName(name) || hasPort(entry) {
			return nil, fmt.Errorf("expected names or addresses of hosts separated by commas, such as status.example.com, without https:// and without a port, found %s", entry)
		}
		names = append(names, name)
	}
	return names, nil
}

// usualPorts are left out of addresses, as browsers leave them out of Origin.
var usualPorts = map[string]string{"http": ":80", "https": ":443"}

// ParsePublicURL parses the address of LIGHTSON_URL, whose path is empty or that below which
// the site is reached. It returns nil for no text.
func ParsePublicURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if at := strings.LastIndex(text, "@"); at >= 0 {
		text = "…" + text[at:] // the error below is shown, and a password must not be
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHostName(hostName(u.Host)) ||
		u.User != nil || !isPrefix(u.Path) || u.RawPath != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, fmt.Errorf("expected an address such as https://status.example.com, or https://example.com/lightson with a path that is none of our pages, found %s", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.TrimSuffix(strings.ToLower(u.Host), usualPorts[u.Scheme]), Path: u.Path}, nil
}

// hostName is the name in a Host header: without its port, its brackets and the dot
// at its end, in lower case.
func hostName(host string) string {
	if hasPort(host) {
		host, _, _ = net.SplitHostPort(host) // hasPort has looked
	}
	if inner, found := strings.CutPrefix(host, "["); found {
		host = strings.TrimSuffix(inner, "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func hasPort(host string) bool {
	_, port, err := net.SplitHostPort(host)
	return err == nil && strings.Trim(port, "0123456789") == ""
}

// isHostName reports whether a name is that of a host, or an IP address.
func isHostName(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name != "" && len(name) <= 253 && !strings.HasPrefix(name, ".") && !strings.Contains(name, "..") &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// isHost reports whether a text is the name of a host, with or without a port. An IPv6
// address stands in brackets, and nothing else does.
func isHost(text string) bool {
	name, port, found := cutPort(text)
	if found && !isPort(port) || len(name) > 253 {
		return false
	}
	if inner, bracket := strings.CutPrefix(name, "["); bracket {
		address, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && address.Is6() && strings.HasSuffix(inner, "]")
	}
	return !strings.Contains(name, ":") && isHostName(hostName(name))
}

func isPort(text string) bool {
	return text != "" && len(text) <= 5 && strings.Trim(text, "0123456789") == "" && text[0] != '0' && (len(text) < 5 || text <= "65535")
}

// cutPort cuts the port off a host. A name keeps its brackets.
func cutPort(host string) (name, port string, found bool) {
	if !hasPort(host) {
		return host, "", false
	}
	n := strings.LastIndexByte(host, ':')
	return host[:n], host[n+1:], true
}

// isUsualPort reports whether browsers leave a port out of addresses of a scheme, which
// is empty where it is not known.
func isUsualPort(scheme, port string) bool {
	if scheme == "" {
		return port == "80" || port == "443"
	}
	return usualPorts[scheme] == ":"+port
}

// serves reports whether requests for a host are answered.
func (h Hosts) serves(host string) bool {
	name := hostName(host)
	return !h.only || name != "" && slices.Contains(h.names, name)
}

// errWrongHost is the cause of a request that was refused for its host. Its answer
// must not say anything of the data.
var errWrongHost = errors.New("the host is not one of this server")

// probes are answered whatever the host: whoever asks for them rarely chooses one.
var probes = []string{"/healthz", "/readyz"}

// refuseOtherHosts refuses requests for a host that is not one of this server. The host
// of the connection must be one, too, where a proxy says another: the browser of this
// machine connects from a loopback address as a proxy does, and a page that has its name
// resolve to us may send any header, but not another Host.
func (s *Server) refuseOtherHosts(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if slices.Contains(probes, r.URL.Path) {
			return next(c)
		}
		for _, host := range []string{clientOf(c).asked, r.Host} {
			if !s.settings.Hosts.serves(host) {
				return wrongHost(host)
			}
		}
		return next(c)
	}
}

func wrongHost(host string) problem {
	message := words.Later("The request names no host. The setting LIGHTSON_HOSTS says which hosts this server serves.")
	if host != "" {
		message = words.Later("The request asks for the host {host}, which is not a name of this server. It was refused, so that no other site can reach this server under a name of its own. "+
			"The person who runs it can add the name: LIGHTSON_HOSTS={name}.", "host", feed.Shown(host), "name", feed.Shown(hostName(host)))
	}
	return problem{http.StatusForbidden, words.Later("This server is not known by that name"), message, errWrongHost}
}

// publicURL is the address of a path as others reach it: absolute where LIGHTSON_URL
// is set, else relative. What a client says of our address is never believed.
func (s *Server) publicURL(path string) string {
	if s.settings.URL == nil {
		return path
	}
	return s.settings.URL.String() + path
}

// siteURL is the address at which the browser of a request sees this site: LIGHTSON_URL
// or, without it, where the browser asks.
func (s *Server) siteURL(c echo.Context) url.URL {
	switch public := s.settings.URL; {
	case public != nil:
		return *public
	case s.isSecure(c):
		return url.URL{Scheme: "https", Host: c.Request().Host}
	default:
		return url.URL{Scheme: "http", Host: c.Request().Host}
	}
}

// absoluteURL is the address of a path for somebody who does not look at this page.
func (s *Server) absoluteURL(c echo.Context, path string) string {
	site := s.siteURL(c)
	return site.String() + path
}

// commandURL is the address of a path in an example for a shell.
func (s *Server) commandURL(path string) string {
	switch {
	case s.settings.URL != nil:
		return s.publicURL(path)
	case s.settings.Hosts.local != "":
		return s.settings.Hosts.local + path
	default:
		return "http://SERVER" + path
	}
}
