package fetch

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

func newRequest(ctx context.Context, s Source, known Validators) (*http.Request, error) {
	location := *s.location
	location.User = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, location.String(), nil)
	if err != nil {
		return nil, newError("its address isn’t valid")
	}
	authorize(request, s)
	request.Header.Set("User-Agent", "lightson")
	request.Header.Set("Accept", "text/csv, */*;q=0.5")
	if known.ETag != "" {
		request.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		request.Header.Set("If-Modified-Since", known.LastModified)
	}
	return request, nil
}

// authorize sends the credentials of a source to its own server only.
func authorize(request *http.Request, s Source) {
	request.Header.Del("Authorization")
	if user := s.location.User; user != nil && sameServer(request.URL, s.location) {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
}

// validator is sent back as the server wrote it, if it is text that is short enough to
// keep. Without one, the file is fetched each time and compared.
func validator(response *http.Response, name string) string {
	const maxLength = 1000
	value := response.Header.Get(name)
	if len(value) > maxLength || !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return ""
	}
	return value
}

func checkResponse(response *http.Response, known Validators, limit int64) error {
	encoding := response.Header.Get("Content-Encoding")
	switch {
	case response.StatusCode == http.StatusNotModified && known != Validators{}:
		return ErrUnchanged
	case response.StatusCode != http.StatusOK:
		return newError("expected 200 OK, found {status}", "status", fmt.Sprintf("%d %s", response.StatusCode, http.StatusText(response.StatusCode)))
	case encoding != "" && encoding != "identity":
		return newError("expected plain or gzip content, found Content-Encoding {encoding}", "encoding", plainText(encoding))
	case response.ContentLength > limit:
		return newError("expected at most {most} bytes, found {found}", "most", limit, "found", response.ContentLength)
	}
	return nil
}
