package docsui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/httpapi/docsui"
)

// get asks the handler as a browser would; headers come in pairs.
func get(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	docsui.Handler().ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	defer func() { require.NoError(t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(content)
}

var reference = regexp.MustCompile(`(?:src|href)="([^"]+)"`)

func TestHandler_ServesEverythingThePageRefersTo(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"/docs", "/docs/"} {
		response := get(t, http.MethodGet, page)
		html := body(t, response)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Equal(t, "text/html; charset=utf-8", response.Header.Get("Content-Type"))

		references := reference.FindAllStringSubmatch(html, -1)
		require.Len(t, references, 7)
		for _, found := range references {
			if found[1] == "/openapi.json" {
				continue // the server's own route
			}
			asset := get(t, http.MethodGet, found[1])
			require.Equal(t, http.StatusOK, asset.StatusCode, found[1])
			require.NotEmpty(t, body(t, asset), found[1])
		}
	}
}

func TestHandler_ContentTypesAreThoseBrowsersInsistOn(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"/docs":                                  "text/html; charset=utf-8",
		"/docs/":                                 "text/html; charset=utf-8",
		"/docs/initializer.js":                   "text/javascript; charset=utf-8",
		"/docs/page.css":                         "text/css; charset=utf-8",
		"/docs/swagger-ui-bundle.js":             "text/javascript; charset=utf-8",
		"/docs/swagger-ui.css":                   "text/css; charset=utf-8",
		"/docs/favicon-16x16.png":                "image/png",
		"/docs/favicon-32x32.png":                "image/png",
		"/docs/LICENSE":                          "text/plain; charset=utf-8",
		"/docs/NOTICE":                           "text/plain; charset=utf-8",
		"/docs/swagger-ui-bundle.js.LICENSE.txt": "text/plain; charset=utf-8",
	}
	require.Len(t, docsui.Paths(), len(want))
	for _, path := range docsui.Paths() {
		response := get(t, http.MethodGet, path)
		require.Equal(t, want[path], response.Header.Get("Content-Type"), path)
		require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"), path)
	}
}

// The page must work offline and tell nobody that it was opened.
func TestPage_NamesNoOtherHostAndNoInlineCode(t *testing.T) {
	t.Parallel()
	html := body(t, get(t, http.MethodGet, "/docs/"))
	script := body(t, get(t, http.MethodGet, "/docs/initializer.js"))
	style := body(t, get(t, http.MethodGet, "/docs/page.css"))

	for _, content := range []string{html, script, style} {
		require.NotContains(t, content, "://")
		require.NotRegexp(t, `["'(]//`, content)
	}
	require.NotRegexp(t, `<script(?:>| [^>]*[^"]>)[^<]`, html, "no inline script")
	require.NotRegexp(t, ` on[a-z]+=| style=|<style`, html)
	require.NotRegexp(t, `url\(["']?[a-z]+://`, body(t, get(t, http.MethodGet, "/docs/swagger-ui.css")))
	require.Contains(t, script, `url: "/openapi.json"`)
	require.Contains(t, script, "validatorUrl: null")
	require.Contains(t, script, "persistAuthorization: true")
	require.Contains(t, script, "plugins: [forgetPassword]", "else the password would stay in the browser's storage")
	require.Contains(t, script, "useBasicAuthenticationWithAccessCodeGrant: false")
}

func TestHandler_ThePolicyKeepsTheBrowserOnThisServer(t *testing.T) {
	t.Parallel()
	for _, path := range docsui.Paths() {
		policy := get(t, http.MethodGet, path).Header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'; script-src 'self';", path)
		require.Contains(t, policy, "connect-src 'self'", path)
		require.NotContains(t, policy, "unsafe-eval", path)
	}
}

func TestHandler_AKeptCopyIsConfirmedNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip"} {
		first := get(t, http.MethodGet, "/docs/swagger-ui-bundle.js", "Accept-Encoding", encoding)
		tag := first.Header.Get("ETag")
		require.Regexp(t, `^"[0-9a-f]{32}(-gzip)?"$`, tag)
		require.Equal(t, "no-cache", first.Header.Get("Cache-Control"))
		require.Equal(t, "Accept-Encoding", first.Header.Get("Vary"))

		again := get(t, http.MethodGet, "/docs/swagger-ui-bundle.js", "Accept-Encoding", encoding, "If-None-Match", tag)
		require.Equal(t, http.StatusNotModified, again.StatusCode)
		require.Empty(t, body(t, again))
		require.Equal(t, tag, again.Header.Get("ETag"))
	}
}

func TestHandler_CompressesForThoseWhoCanRead(t *testing.T) {
	t.Parallel()
	plain := body(t, get(t, http.MethodGet, "/docs/swagger-ui-bundle.js"))

	zipped := get(t, http.MethodGet, "/docs/swagger-ui-bundle.js", "Accept-Encoding", "br, gzip;q=0.8")
	require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	unzipped, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, plain, string(unzipped))

	for _, header := range []string{"", "br", "identity", "gzip;q=0", "gzip; q=0.00", "x-gzip"} {
		response := get(t, http.MethodGet, "/docs/swagger-ui.css", "Accept-Encoding", header)
		require.Empty(t, response.Header.Get("Content-Encoding"), header)
	}
	icon := get(t, http.MethodGet, "/docs/favicon-32x32.png", "Accept-Encoding", "gzip")
	require.Empty(t, icon.Header.Get("Content-Encoding"), "a PNG is compressed already")
	require.True(t, strings.HasPrefix(body(t, icon), "\x89PNG"))
}

func TestHandler_AnswersOnlyReadsOfWhatExists(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/docs/x", "/docs/page/index.html", "/docs/../docsui.go", "/docs/swaggerui", "/"} {
		require.Equal(t, http.StatusNotFound, get(t, http.MethodGet, path).StatusCode, path)
	}
	post := get(t, http.MethodPost, "/docs/")
	require.Equal(t, http.StatusMethodNotAllowed, post.StatusCode)
	require.Equal(t, "GET, HEAD", post.Header.Get("Allow"))

	head := get(t, http.MethodHead, "/docs/")
	require.Equal(t, http.StatusOK, head.StatusCode)
	require.Empty(t, body(t, head))
}
