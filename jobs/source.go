package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"lightson/models"
)

// A Source is an address from which a file is fetched on schedule.
type Source struct {
	id       string
	location *url.URL
}

// secret stands for what is not to be shown, as net/url has it.
const secret = "xxxxx"

// ParseSources reads addresses, separated by commas. An error shows nothing of
// them that may be secret.
func ParseSources(list string) ([]Source, error) {
	var sources []Source
	for n, text := range strings.Split(list, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		location, err := url.Parse(text)
		if err != nil { // whose text repeats the address
			return nil, fmt.Errorf("expected an address such as https://example.com/polls.csv, but number %d is none", n+1)
		}
		if err := checkSource(location); err != nil {
			return nil, err
		}
		location.Fragment, location.RawFragment = "", ""
		sum := sha256.Sum256([]byte(location.String()))
		s := Source{hex.EncodeToString(sum[:]), location}
		if !slices.ContainsFunc(sources, func(known Source) bool { return known.id == s.id }) {
			sources = append(sources, s)
		}
	}
	return sources, nil
}

// checkSource allows https, and http where nothing leaves this machine.
func checkSource(location *url.URL) error {
	shown := shownURL(location)
	switch {
	case location.Hostname() == "":
		return fmt.Errorf("expected an address such as https://example.com/polls.csv, found %s", shown)
	case location.Scheme == "https":
		return nil
	case location.Scheme != "http":
		return fmt.Errorf("expected an address that begins with https://, found %s", shown)
	case !isLoopback(location.Hostname()):
		return errors.New("expected https, since anyone on the way could read and change what comes by http from another machine, found " + shown)
	}
	return nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}

// shownURL is an address without what may be secret: who asks, and the values of
// its query, where tokens and signatures stand.
func shownURL(location *url.URL) string {
	shown := *location
	if shown.User != nil {
		shown.User = url.User(secret)
	}
	if shown.RawQuery != "" {
		var names []string
		for pair := range strings.SplitSeq(shown.RawQuery, "&") {
			if name, _, valued := strings.Cut(pair, "="); valued {
				names = append(names, name+"="+secret)
			} else {
				names = append(names, secret)
			}
		}
		shown.RawQuery = strings.Join(names, "&")
	}
	shown.Fragment, shown.RawFragment = "", ""
	return shown.String()
}

// String is the address as it may be shown.
func (s Source) String() string { return shownURL(s.location) }

// row is the source as it is remembered, before its first check.
func (s Source) row(number int) models.RemoteSource {
	return models.RemoteSource{ID: s.id, Number: number, URL: s.String()}
}

// fileName is what the file is called, by the end of the address.
func (s Source) fileName() string {
	name := path.Base(s.location.Path)
	if name == "/" || name == "." {
		name = s.location.Hostname()
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(name, string(unicode.ReplacementChar)))
	const most = 200
	if runes := []rune(name); len(runes) > most {
		name = string(runes[len(runes)-most:]) // the end tells more
	}
	return name
}
