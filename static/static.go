// Package static holds the files a browser loads beside the pages, and serves each under a
// name that carries a hash of its content, so that it may be kept for ever. What is written
// for people to read, the style sheet and the script, is sent without its comments and spaces.
// A few files are served under names that browsers look for.
//
// It must not know any page: a page asks for the URL of a file by its plain name.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed app.css app.js passkeys.js htmx.min.js favicon.svg inter.woff2 inter-license.txt manifest.webmanifest icons
var files embed.FS

// types lists the only files that are served under hashed names, with the content type of each.
var types = map[string]string{
	"app.css":     "text/css; charset=utf-8",
	"app.js":      "text/javascript; charset=utf-8",
	"passkeys.js": "text/javascript; charset=utf-8",
	"htmx.min.js": "text/javascript; charset=utf-8",
	"favicon.svg": "image/svg+xml",

	"icon-192.png":      "image/png",
	"icon-512.png":      "image/png",
	"icon-maskable.png": "image/png",

	"inter.woff2":       "font/woff2",
	"inter-license.txt": "text/plain; charset=utf-8",
}

// rootTypes lists the files that are served under their plain names at the root of the site, where
// browsers look for them unasked.
var rootTypes = map[string]string{
	"favicon.ico":          "image/x-icon",
	"apple-touch-icon.png": "image/png",
	"manifest.webmanifest": "application/manifest+json",
}

// Root are the paths of RootHandler.
var Root = []string{"/favicon.ico", "/apple-touch-icon.png", "/manifest.webmanifest"}

// A File is one embedded file as it is served.
type File struct {
	Name        string // as URL gives it, without the prefix: "app.0123456789ab.css"
	ContentType string
	Content     []byte

	// zipped is the content compressed, once, when it is first asked for; nil where that would
	// not make it smaller.
	zipped func() []byte
}

// newFile is a file with a plain name.
func newFile(name, contentType string, content []byte) File {
	f := File{Name: name, ContentType: contentType, Content: content, zipped: func() []byte { return nil }}
	if isText(contentType) {
		f.zipped = sync.OnceValue(func() []byte { return zip(content) })
	}
	return f
}

func isText(contentType string) bool {
	return strings.HasPrefix(contentType, "text/") || strings.HasSuffix(contentType, "+xml") || strings.HasSuffix(contentType, "+json") ||
		contentType == "application/yaml"
}

func zip(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // there is no such level
	}
	_, _ = w.Write(content) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// listed are the files by their plain and by their hashed names. Commands that serve nothing do not
// wait for them.
var listed = sync.OnceValues(index)

// index reads every listed file.
func index() (byName, byHash map[string]File) {
	byName, byHash = make(map[string]File), make(map[string]File)
	add := func(name string, content []byte) {
		content = small(name, content)
		f := newFile(hashed(name, content), types[name], content)
		byName[name], byHash[f.Name] = f, f
	}
	for name := range types {
		if name != "app.css" {
			add(name, read(name))
		}
	}
	// The style sheet comes last, because it names the font by its hashed name.
	font := []byte(byName["inter.woff2"].Name)
	add("app.css", bytes.ReplaceAll(read("app.css"), []byte("inter.woff2"), font))
	return byName, byHash
}

// root are the files at the root of the site by their paths. The manifest names icons by their
// hashed names, relative to itself: the site may be below a path.
var root = sync.OnceValue(func() map[string]File {
	byPath := map[string]File{}
	for name, contentType := range rootTypes {
		content := read(name)
		if name == "manifest.webmanifest" {
			for _, icon := range []string{"icon-192.png", "icon-512.png", "icon-maskable.png", "favicon.svg"} {
				content = bytes.ReplaceAll(content, []byte(icon), []byte(strings.TrimPrefix(URL(icon), "/")))
			}
		}
		byPath["/"+name] = newFile(name, contentType, content)
	}
	return byPath
})

func read(name string) []byte {
	file := name
	if strings.HasSuffix(name, ".png") || strings.HasSuffix(name, ".ico") {
		file = "icons/" + name
	}
	content, err := files.ReadFile(file)
	if err != nil {
		panic("static: " + err.Error()) // the embed directive and the lists above disagree
	}
	return content
}

// hashed puts a hash of the content into a file's name.
func hashed(name string, content []byte) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hashOf(content) + ext
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// URL returns where the file called name is served. It panics when there is no such file,
// because only our own code asks.
func URL(name string) string {
	byName, _ := listed()
	f, ok := byName[name]
	if !ok {
		panic(fmt.Sprintf("static: no file called %q", name))
	}
	return Prefix + f.Name
}

// Open returns the file served under the hashed name, and false when there is none.
func Open(hashedName string) (File, bool) {
	_, byHash := listed()
	f, ok := byHash[hashedName]
	return f, ok
}

// Handler serves the files below Prefix; everything else is 404. takesGzip reports whether the
// client of a request takes gzip.
func Handler(takesGzip func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := Open(strings.TrimPrefix(r.URL.Path, Prefix))
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r, "public, max-age=31536000, immutable", takesGzip(r))
	})
}

// RootHandler serves the files whose paths are in Root, as Handler does. Their names stay the same
// when their content changes, so browsers ask again after a day.
func RootHandler(takesGzip func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := root()[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r, "public, max-age=86400", takesGzip(r))
	})
}

// serve sends a file. A part of it is sent as it is: the parts of the compressed file are of no use
// to anybody.
func (f File) serve(w http.ResponseWriter, r *http.Request, keep string, takesGzip bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.ContentType)
	h.Set("Cache-Control", keep)
	h.Set("X-Content-Type-Options", "nosniff")
	content, tag := f.Content, hashOf(f.Content)
	if isText(f.ContentType) {
		h.Add("Vary", "Accept-Encoding")
	}
	if zipped := f.zipped(); takesGzip && r.Header.Get("Range") == "" && len(zipped) > 0 && len(zipped) < len(content) {
		content, tag = zipped, tag+"-gzip"
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(content)))
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, f.Name, time.Time{}, bytes.NewReader(content))
}
