// Package browser drives a real browser, headless, the way a person would: it opens pages, clicks
// and types through real input, takes pictures, and evaluates JavaScript. Chromium is driven by the
// DevTools protocol through two pipes, Firefox by WebDriver BiDi through a WebSocket, WebKitGTK by
// WebDriver through HTTP and by its inspector's protocol. Chromium and Firefox need nothing else; WebKitGTK
// needs its driver and Xvfb. What a browser cannot do returns an error that wraps errors.ErrUnsupported.
//
// Every page has cookies, a cache and connections of its own. No method sleeps: Navigate waits for the
// browser's load event, and WaitFor makes the page watch itself.
//
// Every method takes a context and returns when it is done. All methods may be called concurrently,
// but the effect of two at once on the same page depends on the browser.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Kind is a browser that can be driven.
type Kind string

const (
	Chromium Kind = "chromium"
	Firefox  Kind = "firefox"
	WebKit   Kind = "webkit" // WebKitGTK's MiniBrowser
)

// Kinds lists the browsers. Chromium can do everything.
var Kinds = []Kind{Chromium, Firefox, WebKit}

// executables are looked for in this order.
var executables = map[Kind][]string{
	Chromium: {
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
	},
	Firefox: {"firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"},
	WebKit: {
		"/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
		"/usr/lib/webkit2gtk-4.1/MiniBrowser",
	},
}

// companions are the programs without which a browser cannot be driven.
var companions = map[Kind][]string{WebKit: {webDriver, xvfb}}

// ErrNotInstalled is wrapped by the error of Find when there is no such browser on this machine.
var ErrNotInstalled = errors.New("not installed")

// Find returns the path of the browser's executable. The environment variable with the kind's name in
// capitals, such as CHROMIUM, comes before the usual places.
func Find(kind Kind) (string, error) {
	for _, name := range companions[kind] {
		if _, err := exec.LookPath(name); err != nil {
			return "", fmt.Errorf("browser: %s is %w: it needs %s", kind, ErrNotInstalled, name)
		}
	}
	names := executables[kind]
	if name := os.Getenv(strings.ToUpper(string(kind))); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if matches, err := filepath.Glob(name); err == nil && len(matches) > 0 {
			name = matches[0]
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("browser: %s is %w: looked for %q", kind, ErrNotInstalled, names)
}

// A Browser is one running browser.
type Browser struct {
	kind   Kind
	driver driver
}

// A driver speaks one browser's protocol.
type driver interface {
	newTab(ctx context.Context, options PageOptions, report func(Message)) (tab, error)
	close(ctx context.Context) error
	version() string // The browser's name and version, such as firefox/153.8.0.
	profile() string // The folder that the browser's processes have in their command lines.
}

// Start starts the browser of this machine. Close must be called, or its processes stay.
func Start(ctx context.Context, kind Kind) (*Browser, error) {
	path, err := Find(kind)
	if err != nil {
		return nil, err
	}
	b := &Browser{kind: kind}
	switch kind {
	case Chromium:
		b.driver, err = startChromium(ctx, path)
	case Firefox:
		b.driver, err = startFirefox(ctx, path)
	case WebKit:
		b.driver, err = startWebKit(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("browser: start %s: %w", path, err)
	}
	return b, nil
}

// Kind returns which browser it is.
func (b *Browser) Kind() Kind { return b.kind }

// Version returns the browser's name and version.
func (b *Browser) Version() string { return b.driver.version() }

// Close ends the browser with all its pages and processes. It takes a few seconds at most.
func (b *Browser) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return b.driver.close(ctx)
}
