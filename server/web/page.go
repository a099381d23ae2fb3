package web

import (
	"bytes"
	"compress/gzip"
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
//
// index.html, which is asked for each time, names the other files by their hashes. So a browser keeps those for good
// and asks for nothing twice, and has a new release at once.
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
	hash string
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := strings.TrimPrefix(r.URL.Path, "/")
	name, hash := plainName(asked)
	file, err := p.load(name)
	if err != nil && name != asked {
		name, hash = asked, ""
		file, err = p.load(name)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			p.logger.Error("cannot read a file of the page", "file", name, "error", err)
		}
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Type", contentType(name))
	h.Set("Vary", "Accept-Encoding")
	accept := r.Header.Get("Accept-Encoding")
	if name == "index.html" {
		h.Set("Content-Security-Policy", policy(file.text))
		h.Set("Cache-Control", "no-store") // it holds the board of this moment
		text := p.index(file.text)
		if acceptsCoding(accept, "gzip") {
			h.Set("Content-Encoding", "gzip")
			text = zip(text, gzip.BestSpeed)
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
		return
	}
	h.Set("Cache-Control", "no-cache") // kept, but asked about each time
	if hash == file.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	twin, coding := p.twin(name, file, accept)
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("ETag", `"`+twin.hash+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(twin.text))
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
	if name == "index.html" && !p.live {
		text = p.nameByHash(text)
	}
	return p.keep(name, text), nil
}

func (p *page) keep(name string, text []byte) *asset {
	sum := sha256.Sum256(text)
	file := &asset{text, hex.EncodeToString(sum[:hashBytes])}
	if !p.live {
		p.assets.Store(name, file)
	}
	return file
}

// twin returns the smallest form of the file that the browser takes, and its content coding. The build makes twins of
// the large files; the others are compressed here, once.
func (p *page) twin(name string, file *asset, accept string) (twin *asset, coding string) {
	if p.live { // the twins may be older than the file
		return file, ""
	}
	if acceptsCoding(accept, "br") {
		if twin, err := p.load(name + ".br"); err == nil {
			return twin, "br"
		}
	}
	if acceptsCoding(accept, "gzip") {
		twin, err := p.load(name + ".gz")
		if err != nil {
			twin = p.keep(name+".gz", zip(file.text, gzip.BestCompression))
		}
		if len(twin.text) < len(file.text) {
			return twin, "gzip"
		}
	}
	return file, ""
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
