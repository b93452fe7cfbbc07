// The tables of addresses are those of code.dny.dev/ssrf, which follows the
// registries of IANA. Ours is what it leaves to its users: IPv4 addresses that
// are written as IPv6 ones.

package fetch

import (
	"net/netip"
	"strings"

	"code.dny.dev/ssrf"
)

// special knows the addresses that are not of the public internet.
var special = ssrf.New()

// IsPublic reports whether an address is one of the public internet, to which a
// stranger may send us. Any other may be a machine that trusts us.
func IsPublic(addr netip.Addr) bool {
	addr = addr.Unmap()
	if ssrf.IPv6NAT64Prefix.Contains(addr) {
		// Networks without IPv4 reach it by these addresses. The tables would
		// refuse all of them or let all of them pass, and some stand for
		// 127.0.0.1.
		whole := addr.As16()
		addr = netip.AddrFrom4([4]byte(whole[12:]))
	}
	return addr.IsValid() && special.SafeAddr(addr) == nil
}

// IsLoopback reports whether the host of a URL is named as this machine.
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}
