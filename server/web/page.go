package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// page serves the page's files, and index.html with the rows of the present board, which can be read before the
// WebAssembly is loaded, and without any script.
//
// index.html, which browsers request each time, has the hashes of the other files in their names. So browsers cache
// those for ever, and get a new release at once.
type page struct {
	files   fs.FS
	live    bool
	embed   []string
	worker  string // the file that is sent as serviceWorker
	boards  *boards
	readers access
	logger  *slog.Logger
	assets  map[string]*asset // by file name, unless live
}

func newPage(b *boards, o Options, a access) *page {
	p := &page{files: o.Page, live: o.Live, embed: o.Embed, worker: serviceWorker, boards: b, logger: o.Log, readers: a}
	if o.NoOffline {
		p.worker = removesWorker
	}
	if !p.live {
		p.assets = p.readAll()
		if index := p.assets["index.html"]; index != nil {
			index.text = p.nameByHash(p.forReaders(index.text))
			b.index = index.text
		}
		if check := p.assets[checkPage]; check != nil {
			named := newAsset(p.nameByHash(check.text)) // its ETag depends on the other files as well
			named.gzip = sync.OnceValue(func() *asset { return newAsset(zip(named.text, gzip.BestCompression)) })
			p.assets[checkPage] = named
		}
	}
	return p
}

const (
	checkPage     = "check.html" // on which readers check their network; its address is /check
	serviceWorker = "sw.js"      // keeps the page and the board; its name must never change
	removesWorker = "sw-off.js"  // takes its place to remove it
)

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := strings.TrimPrefix(r.URL.Path, "/")
	if asked == "check" {
		asked = checkPage
	}
	if asked == serviceWorker {
		asked = p.worker
	}
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
	if name == "index.html" || name == checkPage {
		var ok bool
		if r, ok = p.readers.admit(w, r); !ok {
			signIn(w, r)
			return
		}
	}
	h.Set("Content-Type", contentType(name))
	h.Add("Vary", "Accept-Encoding")
	if name == "index.html" {
		p.serveIndex(w, r, file)
		return
	}
	switch {
	case name == checkPage:
		h.Set("Content-Security-Policy", policy(file.text, nil, ""))
		h.Set("X-Frame-Options", "DENY")
	case name == p.worker:
		h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'") // it fetches the page's files
	case len(p.embed) > 0: // other sites load flight-board.js, and a sandboxed frame has no origin
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
	}
	twin, coding, ok := file.twin(r)
	if !ok {
		notAcceptable(w)
		return
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Cache-Control", "no-cache") // cached, but revalidated each time
	if hash == file.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", `"`+twin.hash+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(twin.text))
}

func (p *page) serveIndex(w http.ResponseWriter, r *http.Request, file *asset) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy(file.text, p.embed, r.Host))
	if len(p.embed) == 0 {
		h.Set("X-Frame-Options", "DENY") // it cannot name sites: browsers that do not know frame-ancestors are few
	}
	h.Set("Cache-Control", cached(r, "no-store")) // it contains the board of this moment
	coding, ok := coding(r, "gzip")
	switch {
	case !ok:
		notAcceptable(w)
	case p.live:
		text := p.boards.page(p.forReaders(file.text))
		h.Set("Accept-Ranges", "none")
		h.Set("Content-Length", strconv.Itoa(len(text)))
		w.Write(text)
	default:
		board := p.boards.open(asPage, coding)
		defer board.close()
		board.send(w, r)
	}
}

// forReaders returns index.html with a link to sign out, if the board is not public.
func (p *page) forReaders(index []byte) []byte {
	if p.readers.readers == nil {
		return index
	}
	return bytes.Replace(index, []byte(`<p id="reader" hidden><a>`), []byte(`<p id="reader"><a href="sign-in">`), 1)
}

// notAcceptable answers a request that accepts neither a coding that the server has nor a text without a coding.
func notAcceptable(w http.ResponseWriter) {
	http.Error(w, "Accept-Encoding allows neither gzip nor identity", http.StatusNotAcceptable)
}

// withRows puts the board's rows where index.html has rows of its own, and names their columns in the table's tag. The
// status line tells as of when they are, to a reader without scripts and in a copy that a reader saves.
func (v *version) withRows(index []byte) []byte {
	head, rest, ok1 := bytes.Cut(index, []byte("<tbody>"))
	_, tail, ok2 := bytes.Cut(rest, []byte("</tbody>"))
	if !ok1 || !ok2 {
		return index
	}
	head = tableTag.ReplaceAllLiteral(head, view.AppendTableTag(nil, v.shown, v.zone))
	made := v.made.UTC().Format("2006-01-02 15:04:05 UTC")
	head = statusLine.ReplaceAllLiteral(head, []byte(
		`<p id="status" data-as-of="`+made+`">`+words.NotLive.String()+words.AsOf(made, true)+`</p>`))
	return slices.Concat(head, []byte("<tbody>"), v.rows, []byte("</tbody>"), tail)
}

var (
	tableTag   = regexp.MustCompile(`<table id="flights"[^>]*>`)
	statusLine = regexp.MustCompile(`<p id="status">[^<]*</p>`)
)

func contentType(name string) string {
	if path.Ext(name) == ".webmanifest" {
		return "application/manifest+json" // few systems know it
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

var streamSetting = regexp.MustCompile(`name="flightboard-stream"\s+content="([^"]*)"`)

// policy returns the content security policy: only the page's own files, and the stream that the page names, in frames
// of these sites. In a sandboxed frame without an origin WebKit matches nothing with 'self', so a page that may be
// framed names the host of the request as well: http includes https.
func policy(index []byte, embed []string, host string) string {
	self, ancestors := "'self'", "'none'"
	if len(embed) > 0 {
		ancestors = strings.Join(embed, " ")
		if hostOfPolicy.MatchString(host) {
			self += " http://" + host
		}
	}
	connect := self
	if m := streamSetting.FindSubmatch(index); m != nil {
		if u, err := url.Parse(string(m[1])); err == nil && u.Host != "" {
			connect += " " + u.Scheme + "://" + u.Host
		}
	}
	return "default-src 'none'; script-src " + self + " 'wasm-unsafe-eval'; style-src " + self + "; img-src " + self +
		"; connect-src " + connect +
		"; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors " + ancestors +
		"; require-trusted-types-for 'script'"
}

// hostOfPolicy matches hosts that a policy can name. Others, which a request may have, could end a directive.
var hostOfPolicy = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)
