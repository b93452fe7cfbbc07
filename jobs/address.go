package jobs

import (
	"net/netip"
	"slices"
)

// reserved are the networks that are nobody's on the public internet, beside
// those that netip tells by name. See the IANA registries of special-purpose
// addresses.
var reserved = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
)

// embedding are the IPv6 networks whose addresses stand for an IPv4 address, with
// the byte at which that begins.
var embedding = []struct {
	network netip.Prefix
	at      int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4
	{netip.MustParsePrefix("::/96"), 12},        // IPv4-compatible
}

func prefixes(list ...string) (networks []netip.Prefix) {
	for _, text := range list {
		networks = append(networks, netip.MustParsePrefix(text))
	}
	return networks
}

// isPublic reports whether an address is one of the public internet, to which a
// stranger may send us. Any other may be a machine that trusts us.
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.Zone() != "" || !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	if slices.ContainsFunc(reserved, func(network netip.Prefix) bool { return network.Contains(addr) }) {
		return false
	}
	for _, e := range embedding {
		if e.network.Contains(addr) {
			whole := addr.As16()
			return isPublic(netip.AddrFrom4([4]byte(whole[e.at : e.at+4])))
		}
	}
	return true
}
