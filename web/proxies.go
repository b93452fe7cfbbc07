package web

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"lightson/models/feed"
)

// Proxies are the addresses whose headers are believed (LIGHTSON_TRUSTED_PROXIES).
// Everything that can connect from one of them can say who it is, so they should be
// those of proxies alone.
type Proxies []netip.Prefix

// leastPrefix is how many bits of an address a range must fix: what is larger is
// somebody else's network, too.
const leastPrefix = 8

// ParseProxies parses the addresses and ranges of LIGHTSON_TRUSTED_PROXIES, which are
// separated by commas.
func ParseProxies(text string) (Proxies, error) {
	var proxies Proxies
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		prefix, err := parseProxy(entry)
		if err != nil {
			return nil, err
		}
		proxies = append(proxies, prefix)
	}
	return proxies, nil
}

func parseProxy(entry string) (netip.Prefix, error) {
	address, err := netip.ParseAddr(entry)
	if err == nil && address.Zone() == "" {
		address = address.Unmap()
		if address.IsUnspecified() {
			return netip.Prefix{}, fmt.Errorf("expected the address from which a proxy connects, found %s, from which nothing does", entry)
		}
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("expected addresses or ranges of proxies separated by commas, such as 127.0.0.1, 10.1.2.0/24 or fd00::/64, found %s", feed.Shown(entry))
	}
	if prefix.Addr().Is4In6() {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), max(prefix.Bits()-96, 0))
	}
	if prefix.Bits() < leastPrefix {
		return netip.Prefix{}, fmt.Errorf("expected the addresses of proxies alone, found %s: that trusts strangers, who could then claim any address and be any user", entry)
	}
	if masked := prefix.Masked(); masked != prefix {
		return netip.Prefix{}, fmt.Errorf("expected %s for the whole range or %s for one address, found %s", masked, prefix.Addr(), entry)
	}
	return prefix, nil
}

// trust reports whether an address is that of a trusted proxy.
func (p Proxies) trust(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

// clientBehind is the address of the client of a trusted proxy: of all that the proxies
// wrote down, the last that is not one of theirs. What a client claims stands before it.
// Where something that is no address stands there, the client is the proxy that took it.
func (p Proxies) clientBehind(peer netip.Addr, lists []string) netip.Addr {
	client, hops := peer, 0
	for _, list := range slices.Backward(lists) {
		for list != "" {
			before, hop := cutLast(list)
			list = before
			if hop == "" {
				continue
			}
			address, ok := parseHop(hop)
			if hops++; !ok || hops > mostHops {
				return client
			}
			client = address
			if !p.trust(address) {
				return client
			}
		}
	}
	return client
}

// mostHops is how many proxies there may be, one behind the other.
const mostHops = 32

// parseHop parses an address as proxies write it: bare, in brackets, with a port.
func parseHop(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		both, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		address = both.Addr()
	}
	address = address.Unmap().WithZone("")
	return address, !address.IsUnspecified()
}
