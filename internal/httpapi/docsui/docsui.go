// Package docsui serves the documentation page: Swagger UI over the contract at /openapi.json. Everything it needs is
// built into the binary and its content policy lets the browser talk to this server alone.
//
// swaggerui/ is a byte-for-byte copy out of the npm package swagger-ui-dist (`make docs-ui` refreshes it, `make verify`
// compares it); page/ is ours.
package docsui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Path is where the page lives; all it loads lies below.
const Path = "/docs"

// contentPolicy allows this server alone and no inline script. Swagger UI writes style attributes and keeps its icons
// in data URLs, hence the two exceptions.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

//go:embed page/index.html page/initializer.js page/page.css
//go:embed swaggerui/swagger-ui-bundle.js swaggerui/swagger-ui.css swaggerui/favicon-16x16.png swaggerui/favicon-32x32.png
//go:embed swaggerui/LICENSE swaggerui/NOTICE swaggerui/swagger-ui-bundle.js.LICENSE.txt
var files embed.FS

// asset is one embedded file, ready to send.
type asset struct {
	contentType string
	plain       []byte
	tag         string
	zipped      func() []byte // made at the first request, then kept; empty where it saves nothing
}

var assets = load()

// Handler serves the page at /docs and /docs/, and its files below; anything else below is a plain 404. Mount it on
// those paths without cutting the prefix. Where the server wants its own 404, it mounts exactly Paths instead.
func Handler() http.Handler { return http.HandlerFunc(serve) }

// Paths lists every path Handler answers, sorted.
func Paths() []string {
	paths := make([]string, 0, len(assets))
	for p := range assets {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

func serve(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}

	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	// Names stay the same over releases, so browsers keep a copy but ask before they use it: usually a 304.
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Encoding")

	body, tag := a.plain, a.tag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if zipped := a.zipped(); len(zipped) > 0 {
			header.Set("Content-Encoding", "gzip")
			body, tag = zipped, a.tag+"-gzip" // other bytes, so another strong tag
		}
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads an Accept-Encoding header as far as it matters here: gzip named, and not with quality zero.
func acceptsGzip(header string) bool {
	for item := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		quality := strings.TrimRight(strings.ReplaceAll(parameters, " ", ""), "0")
		return quality != "q=" && quality != "q=0."
	}
	return false
}

// load reads the embedded files by the path they are served at. It panics on a broken build, at start.
func load() map[string]asset {
	loaded := map[string]asset{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		loaded[Path+"/"+path.Base(name)] = newAsset(path.Base(name), content)
		return nil
	})
	if err != nil {
		panic(err)
	}
	page := loaded[Path+"/index.html"]
	loaded[Path], loaded[Path+"/"] = page, page
	delete(loaded, Path+"/index.html")
	return loaded
}

func newAsset(name string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{
		contentType: contentType(name),
		plain:       content,
		tag:         hex.EncodeToString(sum[:16]),
		zipped:      sync.OnceValue(func() []byte { return zip(name, content) }),
	}
}

// contentType does not ask the system's list of types, which differs between machines.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".png":
		return "image/png"
	default:
		return "text/plain; charset=utf-8"
	}
}

func zip(name string, content []byte) []byte {
	if path.Ext(name) == ".png" {
		return nil // compressed already
	}
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write(content) // a bytes.Buffer never fails
	_ = writer.Close()
	if out.Len() >= len(content) {
		return nil
	}
	return out.Bytes()
}
