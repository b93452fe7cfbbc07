// Package static holds the files a browser loads beside the pages, and serves each under a
// name that carries a hash of its content, so that it may be kept for ever. What is written
// for people to read, the style sheet and the script, is sent without its comments and spaces.
//
// It must not know any page: a page asks for the URL of a file by its plain name.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed app.css app.js passkeys.js htmx.min.js favicon.svg inter.woff2 inter-license.txt
var files embed.FS

// types lists the only files that are served, with the content type of each.
var types = map[string]string{
	"app.css":     "text/css; charset=utf-8",
	"app.js":      "text/javascript; charset=utf-8",
	"passkeys.js": "text/javascript; charset=utf-8",
	"htmx.min.js": "text/javascript; charset=utf-8",
	"favicon.svg": "image/svg+xml",

	"inter.woff2":       "font/woff2",
	"inter-license.txt": "text/plain; charset=utf-8",
}

// A File is one embedded file as it is served.
type File struct {
	Name        string // as URL gives it, without the prefix: "app.0123456789ab.css"
	ContentType string
	Content     []byte
}

// listed are the files by their plain and by their hashed names. Commands that serve nothing do not
// wait for them.
var listed = sync.OnceValues(index)

// index reads every listed file.
func index() (byName, byHash map[string]File) {
	byName, byHash = make(map[string]File), make(map[string]File)
	add := func(name string, content []byte) {
		content = small(name, content)
		f := File{Name: hashed(name, content), ContentType: types[name], Content: content}
		byName[name], byHash[f.Name] = f, f
	}
	for name := range types {
		if name != "app.css" {
			add(name, read(name))
		}
	}
	// The style sheet comes last, because it names the font by its hashed name.
	font := []byte(Prefix + byName["inter.woff2"].Name)
	add("app.css", bytes.ReplaceAll(read("app.css"), []byte("inter.woff2"), font))
	return byName, byHash
}

func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error()) // the embed directive and the list above disagree
	}
	return content
}

// hashed puts a hash of the content into a file's name.
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
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

// Handler serves the files below Prefix; everything else is 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := Open(strings.TrimPrefix(r.URL.Path, Prefix))
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.ContentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, f.Name, time.Time{}, bytes.NewReader(f.Content))
	})
}
