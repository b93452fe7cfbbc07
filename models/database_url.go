package models

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// hidden stands for a password.
const hidden = "***"

// namedPassword is a password that is named: in the query of a URL, or in the form
// host=… password=….
var namedPassword = regexp.MustCompile(`(?i)[a-z_]*pass(?:word|wd|phrase)?\s*=\s*('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&;]+)`)

// HidePasswords replaces in a text the passwords that an address of a database has,
// wherever and however it is written or mistyped, and others. It rather hides too much.
func HidePasswords(text, address string, others ...string) string {
	for _, secret := range passwordsIn(address, others) {
		if len(secret) < 3 || harmless[strings.ToLower(secret)] {
			// As a word of its own it may be anything.
			text = strings.NewReplacer(":"+secret+"@", ":"+hidden+"@", "="+secret, "="+hidden).Replace(text)
			continue
		}
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return text
}

// harmless are passwords that sentences about databases say anyway.
var harmless = map[string]bool{"postgres": true, "postgresql": true, "lightson": true, "localhost": true, "password": true, "database": true, "user": true}

// passwordsIn are the passwords that an address may have, the longest first: as they
// stand, decoded, quoted, and the pieces into which a parser may have torn them.
func passwordsIn(address string, others []string) []string {
	found := slices.Clone(others)
	rest := address
	for _, start := range []string{"://", ":/", "//"} {
		if _, after, ok := strings.Cut(address, start); ok {
			rest = after
			break
		}
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if _, password, ok := strings.Cut(rest[:at], ":"); ok {
			found = append(found, password)
		}
	} else {
		found = append(found, notPorts(rest)...)
	}
	for _, match := range namedPassword.FindAllStringSubmatch(address, -1) {
		found = append(found, match[1], strings.Trim(match[1], `'"`))
	}
	for _, password := range slices.Clone(found) {
		for _, decode := range []func(string) (string, error){url.PathUnescape, url.QueryUnescape} {
			if decoded, err := decode(password); err == nil {
				found = append(found, decoded)
			}
		}
	}
	for _, password := range slices.Clone(found) {
		quoted := strconv.Quote(password)
		found = append(found, quoted[1:len(quoted)-1], url.PathEscape(password), url.QueryEscape(password), url.UserPassword("", password).String()[1:])
		for piece := range strings.FieldsFuncSeq(password, func(r rune) bool { return strings.ContainsRune("/?#@:&%[] ", r) }) {
			if len(piece) >= 3 {
				found = append(found, piece)
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	return slices.DeleteFunc(slices.Compact(found), func(s string) bool { return s == "" })
}

// notPorts are what stands in the places of ports and is none: the password of an
// address without its host.
func notPorts(rest string) []string {
	var found []string
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	for host := range strings.SplitSeq(rest, ",") {
		_, port, ok := strings.Cut(host, ":")
		if ok && !strings.HasPrefix(host, "[") && strings.Trim(port, "0123456789") != "" {
			found = append(found, port)
		}
	}
	return found
}

var (
	schemeOnly  = regexp.MustCompile(`^(jdbc:)?[a-z][a-z0-9+.-]{0,19}$`)
	keywordForm = regexp.MustCompile(`(?i)^\s*[a-z_]+\s*=`)
)

// notPostgres says what an address is that is none of PostgreSQL, without what may be
// secret in it.
func notPostgres(address string) error {
	found := "something without ://"
	switch scheme, _, ok := strings.Cut(address, "://"); {
	case ok && schemeOnly.MatchString(scheme):
		found = scheme + "://…"
	case ok:
		found = "something else before ://"
	case keywordForm.MatchString(address):
		found = "the form host=… user=…"
	}
	return fmt.Errorf("DATABASE_URL: expected postgres://…, or nothing for SQLite; found %s", found)
}

// A hidingError is an error without the passwords in its text.
type hidingError struct {
	text string
	err  error
}

func (e hidingError) Error() string { return e.text }

func (e hidingError) Unwrap() error { return e.err }

// HidePasswordsIn is an error, in the text of which HidePasswords was called.
func HidePasswordsIn(err error, address string, others ...string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if hiding := HidePasswords(text, address, others...); hiding != text {
		return hidingError{hiding, err}
	}
	return err
}
