package notify

import (
	"fmt"
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Mail is how mail is sent. The zero value: not at all.
type Mail struct {
	Host     string
	Port     int
	Implicit bool // TLS from the first byte on; otherwise by STARTTLS
	User     string
	password string
	From     *mail.Address
}

// String hides the password.
func (m Mail) String() string {
	if m.Host == "" {
		return ""
	}
	scheme := "smtp"
	if m.Implicit {
		scheme = "smtps"
	}
	return fmt.Sprintf("%s://%s:%d", scheme, m.Host, m.Port)
}

// GoString hides the password.
func (m Mail) GoString() string { return m.String() }

// LogValue hides the password.
func (m Mail) LogValue() slog.Value { return slog.StringValue(m.String()) }

// ParseMail parses the addresses of a server of mail, such as
// smtps://user:password@mail.example.com, and of who sends. Its errors repeat no password.
func ParseMail(server, from string) (m Mail, err error) {
	const like = "expected an address such as smtps://user:password@mail.example.com:465, found "
	if server == "" {
		return m, nil
	}
	u, err := url.Parse(server)
	switch {
	case err != nil:
		return Mail{}, fmt.Errorf("%sone that cannot be read: write %%40 for @ in a password, %%3A for :, %%2F for / and %%25 for %%", like)
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return Mail{}, fmt.Errorf("%sone that begins with %.20q", like, u.Scheme+":")
	case u.Hostname() == "", u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return Mail{}, fmt.Errorf("%sone without a server, or with a path", like)
	}
	m.Host, m.Port, m.Implicit = u.Hostname(), 587, u.Scheme == "smtps"
	if m.Implicit {
		m.Port = 465
	}
	if text := u.Port(); text != "" {
		if m.Port, err = strconv.Atoi(text); err != nil || m.Port < 1 || m.Port > 65535 {
			return Mail{}, fmt.Errorf("%sport %s", like, text)
		}
	}
	if u.User != nil {
		m.User = u.User.Username()
		m.password, _ = u.User.Password()
	}
	if from == "" {
		from = m.User // which often is an address
	}
	if m.From, err = mail.ParseAddress(from); err != nil {
		return Mail{}, FromError{}
	}
	return m, nil
}

// A FromError says that there is no address from which mail could be sent.
type FromError struct{}

func (FromError) Error() string {
	return `expected the address that mail is sent from, such as "Lights On <lights@example.com>", found none or no address`
}

// Networks are addresses to which messages may be sent although they are not public.
type Networks []netip.Prefix

// ParseNetworks parses addresses and ranges that are separated by commas.
func ParseNetworks(text string) (list Networks, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if addr, addrErr := netip.ParseAddr(part); addrErr == nil && addr.Zone() == "" {
			prefix, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("expected addresses or ranges such as 10.1.2.0/24, separated by commas, found %.60q", part)
		}
		if prefix.Addr().Is4In6() { // as a range of IPv4, which the addresses of connections are
			prefix = netip.PrefixFrom(prefix.Addr().Unmap(), max(prefix.Bits()-96, 0))
		}
		list = append(list, prefix.Masked())
	}
	return list, nil
}

func (n Networks) contains(addr netip.Addr) bool {
	for _, prefix := range n {
		if prefix.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
