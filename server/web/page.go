package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
	"flightboard/wasm/view"
)

// page serves the page's files, and index.html with the board as it is now, so that there is something to read before
// the WebAssembly has arrived, and without any script.
type page struct {
	files  fs.FS
	live   bool
	log    *eventlog.Log
	logger *slog.Logger
	assets sync.Map // file name → *asset, unless live
}

// An asset is a file as it is served.
type asset struct {
	text []byte
	etag string
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	twin, coding := p.twin(name, r.Header.Get("Accept-Encoding"))
	file, err := p.load(twin)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			p.logger.Error("cannot read a file of the page", "file", twin, "error", err)
		}
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Type", contentType(name))
	if name == "index.html" {
		h.Set("Content-Security-Policy", policy(file.text))
		h.Set("Cache-Control", "no-store") // it holds the board of this moment
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(p.index(file.text)))
		return
	}
	h.Set("Cache-Control", "no-cache") // kept, but asked about each time
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("ETag", file.etag)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.text))
}

// load reads a file, once unless it may change. A folder is fs.ErrInvalid.
func (p *page) load(name string) (*asset, error) {
	if file, ok := p.assets.Load(name); ok {
		return file.(*asset), nil
	}
	if info, err := fs.Stat(p.files, name); err != nil {
		return nil, err
	} else if info.IsDir() {
		return nil, fs.ErrInvalid
	}
	text, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	file := &asset{text, `"` + hex.EncodeToString(sum[:12]) + `"`}
	if !p.live {
		p.assets.Store(name, file)
	}
	return file, nil
}

// twin returns the smallest form of the file that the build has made and the browser takes, and its content coding.
func (p *page) twin(name, accept string) (file, coding string) {
	if name == "index.html" || p.live { // one is written anew for each request; the others' twins may be older than they
		return name, ""
	}
	for _, twin := range [...]struct{ coding, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if acceptsCoding(accept, twin.coding) {
			if _, err := p.load(name + twin.ending); err == nil {
				return name + twin.ending, twin.coding
			}
		}
	}
	return name, ""
}

// index puts the board's rows where the file has rows of its own.
func (p *page) index(text []byte) []byte {
	head, rest, ok1 := bytes.Cut(text, []byte("<tbody>"))
	_, tail, ok2 := bytes.Cut(rest, []byte("</tbody>"))
	if !ok1 || !ok2 {
		return text
	}
	out := append(bytes.Clone(head), "<tbody>"...)
	p.log.Read(func(b *timetable.Board, _ eventlog.Position) { out = view.AppendRows(out, b) })
	return append(append(out, "</tbody>"...), tail...)
}

// acceptsCoding says whether an Accept-Encoding header names the coding with a weight above 0 (RFC 9110, 12.5.3).
func acceptsCoding(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			return strings.Trim(strings.TrimSpace(weight), "0.") != "q="
		}
	}
	return false
}

func contentType(name string) string {
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

var streamSetting = regexp.MustCompile(`name="flightboard-stream"\s+content="([^"]*)"`)

// policy is the content security policy: nothing but the page's own files, and the stream that the page names.
func policy(index []byte) string {
	connect := "'self'"
	if m := streamSetting.FindSubmatch(index); m != nil {
		if u, err := url.Parse(string(m[1])); err == nil && u.Host != "" {
			connect += " " + u.Scheme + "://" + u.Host
		}
	}
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src " + connect +
		"; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
}
