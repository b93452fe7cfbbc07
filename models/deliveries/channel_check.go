package deliveries

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightson/models/entered"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	// MostChannels is how many channels a person can have.
	MostChannels = 20
	// LongestName is how many characters the name of a channel may have.
	LongestName = 80
	// longestURL bounds addresses, in bytes. Those of Teams have some hundreds.
	longestURL = 2000
	// longestFound is how much of what was typed an error repeats, in characters.
	longestFound = 60
)

// CleanName is the name of a channel as it is kept, or an entered.Problem.
func CleanName(typed string) (string, error) {
	name := strings.TrimSpace(names.Visible(strings.ToValidUTF8(strings.ReplaceAll(typed, "\x00", ""), "\uFFFD")))
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", entered.Problem{Where: "name", Expected: "1 to 80 characters", Found: "nothing", Words: words.Later("Enter a name of at most 80 characters.")}
	case n > LongestName:
		return "", entered.Problem{Where: "name", Expected: "1 to 80 characters", Found: uptime.CountText(int64(n)), Words: words.Later("Use at most 80 characters. This name has {n}.", "n", n)}
	}
	return name, nil
}

// CleanKind is a kind of channels by its text, or an entered.Problem.
func CleanKind(typed string) (ChannelKind, error) {
	if kind := ChannelKind(typed); slices.Contains(ChannelKinds, kind) {
		return kind, nil
	}
	return "", entered.Problem{Where: "kind", Expected: "email, webhook, slack, teams or discord", Found: found(typed), Words: words.Later("Choose a kind of channel.")}
}

// examples are addresses as they are typed.
var examples = map[ChannelKind]string{
	Webhook: "https://example.com/hooks/lightson", Slack: "https://hooks.slack.com/services/…",
	Teams: "https://….logic.azure.com/workflows/…", Discord: "https://discord.com/api/webhooks/…",
}

// CleanURL is the address of a channel that is no mail, or an entered.Problem. Errors
// repeat no more of it than its server: the rest may be a secret.
func CleanURL(kind ChannelKind, typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	wrong := func(expected, found string, say words.Message) (string, error) {
		return "", entered.Problem{Where: "address", Expected: expected, Found: found, Words: say}
	}
	like, enter := "an address such as "+examples[kind], words.Later("Enter an address such as {example}.", "example", examples[kind])
	location, err := url.Parse(typed)
	switch {
	case typed == "":
		return wrong(like, "nothing", enter)
	case len(typed) > longestURL:
		return wrong("at most 2,000 bytes", uptime.CountText(int64(len(typed))), words.Later("This address is too long. Use at most 2,000 bytes."))
	case err != nil, strings.ContainsFunc(typed, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }), !utf8.ValidString(typed):
		return wrong(like, "something that is not an address", enter)
	case location.Scheme != "https" && location.Scheme != "http":
		return wrong("an address that begins with https://", found(strings.SplitN(typed, "/", 2)[0]), words.Later("Enter an address that begins with https://."))
	case location.Hostname() == "", location.Opaque != "", !goodPort(location.Port()):
		return wrong(like, "no server in it", enter)
	case isOddNumber(location.Hostname()):
		return wrong(like, "a number instead of the name of a server", words.Later("Enter an address such as {example}. This one has a number in place of the name of a server.", "example", examples[kind]))
	case location.User != nil:
		return wrong("an address without a user name and password", "one with them", words.Later("Remove the user name and the password from the address."))
	case location.Fragment != "":
		return wrong("an address without #", "one with it", words.Later("Remove the # and what follows it from the address."))
	case location.Scheme == "http" && !onOwnNetwork(location.Hostname()):
		return wrong("https://, so that nobody on the way can read what is sent", "http://"+found(location.Host), words.Later("Use https://, so that no one on the way can read the messages."))
	}
	location.Scheme, location.Host = strings.ToLower(location.Scheme), strings.ToLower(location.Host)
	kept := location.String()
	if len(kept) > longestURL {
		return wrong("at most 2,000 bytes", uptime.CountText(int64(len(kept)))+" with letters as % codes", words.Later("This address is too long. Use at most 2,000 bytes."))
	}
	return kept, nil
}

func goodPort(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || err == nil && n > 0 && n < 1<<16
}

// isOddNumber reports whether a host is a number that some programs take for an address,
// such as 2130706433, 127.1 or 0x7f.1 for 127.0.0.1: its last label is one, which that of no
// name is.
func isOddNumber(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, found := strings.CutPrefix(last, "0x"); found {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// onOwnNetwork reports whether a host is named as one that no stranger is on the way to.
// Whether messages are sent there, the settings decide.
func onOwnNetwork(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return strings.EqualFold(host, "localhost")
	}
	addr = addr.Unmap()
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
}

// found is what was typed, as an error may repeat it.
func found(typed string) string {
	text := []rune(names.Visible(strings.ToValidUTF8(typed, "\uFFFD")))
	if len(text) > longestFound {
		text = append(text[:longestFound], '…')
	}
	if len(text) == 0 {
		return "nothing"
	}
	return strings.ReplaceAll(string(text), "\x00", "")
}
