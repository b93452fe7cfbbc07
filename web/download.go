package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
)

// A csvFile is a CSV that a browser or a script saves.
type csvFile struct {
	name string
	size int64 // without the mark; 0 where it is not known
}

// sendToPeople sends a file that begins with a byte order mark, except to scripts,
// which ask for it at an address of the API.
func (f csvFile) sendToPeople(c echo.Context, write func(io.Writer) error) error {
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		return f.send(c, write)
	}
	if f.size > 0 {
		f.size += int64(len(feed.ByteOrderMark))
	}
	return f.send(c, func(w io.Writer) error {
		if _, err := io.WriteString(w, feed.ByteOrderMark); err != nil {
			return err
		}
		return write(w)
	})
}

// send sends the file without a mark. It says the length where it is known, so that
// a download that breaks off is noticed.
func (f csvFile) send(c echo.Context, write func(io.Writer) error) error {
	c.Set(streamedKey, true)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, disposition(f.name))
	if f.size > 0 {
		h.Set(echo.HeaderContentLength, strconv.FormatInt(f.size, 10))
	}
	c.Response().WriteHeader(http.StatusOK)
	return write(c.Response())
}

// disposition names an attachment by RFC 6266: in ASCII and, where that is not the
// whole name, in UTF-8 as RFC 8187 encodes it.
func disposition(name string) string {
	ascii := asciiName(name)
	header := `attachment; filename="` + ascii + `"`
	if ascii != name {
		header += "; filename*=UTF-8''" + encodeName(name)
	}
	return header
}

// asciiName replaces what older programs cannot read in the name of a file.
func asciiName(name string) string {
	return strings.Map(func(sign rune) rune {
		switch {
		case sign == '–' || sign == '·':
			return '-'
		case sign < ' ' || sign > '~' || sign == '"' || sign == '\\' || sign == '%': // some decode %41
			return '_'
		default:
			return sign
		}
	}, name)
}

// encodeName encodes all bytes that are no attr-char of RFC 8187.
func encodeName(name string) string {
	const digits = "0123456789ABCDEF"
	var encoded strings.Builder
	for n := range len(name) {
		b := name[n]
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			encoded.WriteByte(b)
		} else {
			encoded.Write([]byte{'%', digits[b>>4], digits[b&15]})
		}
	}
	return encoded.String()
}

const (
	// longestSavedName is how many bytes of a name savedName keeps. Most file systems
	// take 255 with the ending, and browsers add a number.
	longestSavedName = 180
	// savedEnd is how many of them are the end of a longer name: a range and an as-of
	// instant, which tell the reports of a group apart.
	savedEnd = 110
)

// savedName makes the name of a file, without its ending, from the name of a thing:
// what a file system would not take becomes a dash, or a point in a time. A longer name
// loses its middle.
func savedName(name string) string {
	name = strings.Map(func(sign rune) rune {
		switch {
		case sign == ':':
			return '.'
		case strings.ContainsRune(`/\*?"<>|`, sign), unicode.IsControl(sign), unicode.Is(unicode.Cf, sign), sign == unicode.ReplacementChar:
			return '-'
		default:
			return sign
		}
	}, strings.ToValidUTF8(name, "-"))
	if len(name) > longestSavedName {
		const ellipsis = "…"
		name = strings.ToValidUTF8(name[:longestSavedName-savedEnd-len(ellipsis)], "") + ellipsis + strings.ToValidUTF8(name[len(name)-savedEnd:], "")
	}
	return strings.Trim(name, " .")
}
