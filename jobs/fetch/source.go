package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// A Source is an address from which a file is fetched.
type Source struct {
	id       string
	location *url.URL
}

// secret stands for what is not to be shown, as net/url has it.
const secret = "xxxxx"

// ParseSources reads addresses, separated by commas. Its errors show nothing of
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
			return nil, fmt.Errorf("expected an address such as https://example.com/polls.csv, but number %d isn’t one", n+1)
		}
		if err := checkLocation(location); err != nil {
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

// checkLocation allows https, and http where nothing leaves this machine.
func checkLocation(location *url.URL) error {
	shown := withoutSecrets(location)
	switch {
	case location.Hostname() == "":
		return fmt.Errorf("expected an address such as https://example.com/polls.csv, found %s", shown)
	case location.Scheme == "https":
		return nil
	case location.Scheme != "http":
		return fmt.Errorf("expected an address that begins with https://, found %s", shown)
	case !IsLoopback(location.Hostname()):
		return errors.New("expected https, because others could read and change files sent by http; found " + shown)
	}
	return nil
}

// withoutSecrets hides the user of an address and the values of its query, where
// tokens and signatures stand.
func withoutSecrets(location *url.URL) string {
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

// ID identifies the source. It is made from the whole address and does not
// reveal it.
func (s Source) ID() string { return s.id }

// String is the address without its secrets.
func (s Source) String() string { return withoutSecrets(s.location) }

// FileName is the last part of the address, or the name of its server. It may
// hold bytes that are no text.
func (s Source) FileName() string {
	name := path.Base(s.location.Path)
	if name == "/" || name == "." {
		return s.location.Hostname()
	}
	return name
}
