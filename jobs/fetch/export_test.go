package fetch

import "net/netip"

// TrustAllAddresses takes every address for a public one.
func (c *Client) TrustAllAddresses() { c.isPublic = func(netip.Addr) bool { return true } }
