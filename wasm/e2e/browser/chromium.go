package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"flightboard/wasm/e2e/transcript"
)

// chromium is a browser that speaks the DevTools protocol: JSON messages that end with a zero byte,
// on the file descriptors 3 (in) and 4 (out). Each page is a session in a browser context.
type chromium struct {
	process *process
	wire    *wire
	product string // "Chrome/156.0.8078.108"

	mu   sync.Mutex
	tabs map[string]*chromiumTab // by session
}

func chromiumArgs(profile string) ([]string, error) {
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check", "--no-startup-window", "--mute-audio",
		// Nothing leaves this machine, and nothing is fetched that no page asked for.
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
		"--disable-breakpad", "--disable-crash-reporter", "--disable-extensions",
		// Timers and frames of a page that is not visible are not slowed down.
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding",
		"--disable-backgrounding-occluded-windows",
		// The same pixels everywhere, and small containers have a small /dev/shm.
		"--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars", "--disable-dev-shm-usage",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium's sandbox refuses to work for root.
	}
	return args, nil
}

func startChromium(ctx context.Context, path string) (driver, error) {
	commands, toBrowser, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fromBrowser, answers, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	output := transcript.New()
	process, err := command{
		path: path, args: chromiumArgs, stderr: output, files: []*os.File{commands, answers},
	}.start()
	commands.Close() // The browser has its own copies.
	answers.Close()
	if err != nil {
		toBrowser.Close()
		fromBrowser.Close()
		return nil, err
	}
	c := &chromium{process: process, tabs: make(map[string]*chromiumTab)}
	c.wire = newWire(&pipes{to: toBrowser, from: fromBrowser, lines: bufio.NewReader(fromBrowser)}, c.event)
	var version struct{ Product string }
	if err := c.wire.call(ctx, "", "Browser.getVersion", object{}, &version); err != nil {
		c.close(ctx)
		return nil, fmt.Errorf("%w, after it wrote: %s", err, output)
	}
	c.product = version.Product
	return c, nil
}

// object is a JSON object.
type object = map[string]any

func (c *chromium) close(ctx context.Context) error {
	c.wire.call(ctx, "", "Browser.close", object{}, nil) // If it does not obey it is killed.
	return errors.Join(c.process.end(ctx), c.wire.close())
}

func (c *chromium) version() string { return c.product }
func (c *chromium) profile() string { return c.process.profile }

func (c *chromium) newTab(ctx context.Context, options PageOptions, report func(Message)) (tab, error) {
	t := &chromiumTab{browser: c, report: report, loads: make(map[string]chan struct{})}
	if options.Beside != nil {
		t.window, t.beside = options.Beside.tab.(*chromiumTab).window, true
	} else {
		var window struct{ BrowserContextID string }
		if err := c.wire.call(ctx, "", "Target.createBrowserContext", object{}, &window); err != nil {
			return nil, err
		}
		t.window = window.BrowserContextID
	}
	var target struct{ TargetID string }
	// Of the tabs of one window only one is visible.
	blank := object{"url": "about:blank", "browserContextId": t.window}
	if options.Beside != nil {
		blank["newWindow"] = true
	}
	if err := c.wire.call(ctx, "", "Target.createTarget", blank, &target); err != nil {
		return nil, err
	}
	t.target = target.TargetID
	var session struct{ SessionID string }
	flat := object{"targetId": target.TargetID, "flatten": true}
	if err := c.wire.call(ctx, "", "Target.attachToTarget", flat, &session); err != nil {
		return nil, err
	}
	t.session = session.SessionID
	c.mu.Lock()
	c.tabs[t.session] = t
	c.mu.Unlock()
	return t, t.prepare(ctx, options)
}

// event passes an event to its page.
func (c *chromium) event(session, method string, params json.RawMessage) {
	c.mu.Lock()
	t := c.tabs[session]
	c.mu.Unlock()
	if t != nil {
		t.event(method, params)
	}
}
