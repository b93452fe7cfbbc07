package fetch

import "net/netip"

// IsPublic reports whether an address is one of the public internet.
var IsPublic = isPublic

// TrustAllAddresses takes every address for a public one.
func (c *Client) TrustAllAddresses() { c.isPublic = func(netip.Addr) bool { return true } }
