package browser

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"flightboard/wasm/e2e/transcript"
)

// chromium is a browser that speaks the DevTools protocol: JSON messages that end with a zero byte,
// on the file descriptors 3 (in) and 4 (out). Each page is a session in a browser context.
type chromium struct {
	process *process
	wire    *wire

	mu   sync.Mutex
	tabs map[string]*chromiumTab // by session
}

func chromiumArgs(profile string) []string {
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check", "--no-startup-window", "--mute-audio",
		// Nothing leaves this machine, and nothing is fetched that no page asked for.
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
		"--disable-breakpad", "--disable-extensions",
		// A page keeps its pace although nobody looks at it.
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding",
		"--disable-backgrounding-occluded-windows",
		// The same pixels everywhere, and small containers have a small /dev/shm.
		"--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars", "--disable-dev-shm-usage",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium's sandbox refuses to work for root.
	}
	return args
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
	said := transcript.New()
	process, err := startProcess(path, chromiumArgs, said, commands, answers)
	commands.Close() // The browser has its own copies.
	answers.Close()
	if err != nil {
		toBrowser.Close()
		fromBrowser.Close()
		return nil, err
	}
	c := &chromium{process: process, tabs: make(map[string]*chromiumTab)}
	c.wire = newWire(&pipes{to: toBrowser, from: fromBrowser, lines: bufio.NewReader(fromBrowser)}, c.event)
	if err := c.wire.call(ctx, "", "Browser.getVersion", object{}, nil); err != nil {
		c.close(ctx)
		return nil, fmt.Errorf("%w, after it said: %s", err, said)
	}
	return c, nil
}

// object is a JSON object.
type object = map[string]any

func (c *chromium) close(ctx context.Context) error {
	c.wire.call(ctx, "", "Browser.close", object{}, nil) // If it does not obey it is killed.
	return errors.Join(c.process.end(ctx), c.wire.close())
}

func (c *chromium) profile() string { return c.process.profile }

func (c *chromium) newTab(ctx context.Context, options PageOptions, say func(Message)) (tab, error) {
	t := &chromiumTab{browser: c, say: say, loads: make(map[string]chan struct{})}
	var window struct{ BrowserContextID string }
	if err := c.wire.call(ctx, "", "Target.createBrowserContext", object{}, &window); err != nil {
		return nil, err
	}
	t.window = window.BrowserContextID
	var target struct{ TargetID string }
	if err := c.wire.call(ctx, "", "Target.createTarget", object{"url": "about:blank", "browserContextId": t.window}, &target); err != nil {
		return nil, err
	}
	var session struct{ SessionID string }
	if err := c.wire.call(ctx, "", "Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return nil, err
	}
	t.session = session.SessionID
	c.mu.Lock()
	c.tabs[t.session] = t
	c.mu.Unlock()
	return t, t.prepare(ctx, options)
}

// event hands an event to its page.
func (c *chromium) event(session, method string, params json.RawMessage) {
	c.mu.Lock()
	t := c.tabs[session]
	c.mu.Unlock()
	if t != nil {
		t.event(method, params)
	}
}

// A chromiumTab is a session with one page.
type chromiumTab struct {
	browser         *chromium
	window, session string
	say             func(Message)

	mu    sync.Mutex
	loads map[string]chan struct{} // by the document's loader; closed at its load event
}

func (t *chromiumTab) call(ctx context.Context, method string, params, result any) error {
	return t.browser.wire.call(ctx, t.session, method, params, result)
}

// prepare makes the page report and look as wanted.
func (t *chromiumTab) prepare(ctx context.Context, options PageOptions) error {
	scheme, motion := "light", "no-preference"
	if options.Dark {
		scheme = "dark"
	}
	if options.ReducedMotion {
		motion = "reduce"
	}
	for _, command := range []struct {
		method string
		params object
	}{
		{"Page.enable", object{}},
		{"Page.setLifecycleEventsEnabled", object{"enabled": true}},
		{"Runtime.enable", object{}},
		{"Log.enable", object{}},
		{"Emulation.setDeviceMetricsOverride", object{"width": options.Width, "height": options.Height, "deviceScaleFactor": 1, "mobile": false}},
		{"Emulation.setEmulatedMedia", object{"features": []object{
			{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion},
		}}},
		{"Emulation.setScriptExecutionDisabled", object{"value": options.NoScript}},
		{"Page.addScriptToEvaluateOnNewDocument", object{"source": options.Preload}},
	} {
		if err := t.call(ctx, command.method, command.params, nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *chromiumTab) close(ctx context.Context) error {
	t.browser.mu.Lock()
	delete(t.browser.tabs, t.session)
	t.browser.mu.Unlock()
	return t.browser.wire.call(ctx, "", "Target.disposeBrowserContext", object{"browserContextId": t.window}, nil)
}

func (t *chromiumTab) navigate(ctx context.Context, url string) error {
	var started struct{ LoaderID, ErrorText string }
	if err := t.call(ctx, "Page.navigate", object{"url": url}, &started); err != nil {
		return err
	}
	if started.ErrorText != "" {
		return errors.New(started.ErrorText)
	}
	if started.LoaderID == "" {
		return nil // Another place in the same document.
	}
	select {
	case <-t.load(started.LoaderID):
		return nil
	case <-t.browser.wire.done:
		return t.browser.wire.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// load returns the channel that is closed at the load event, which may come before or after.
func (t *chromiumTab) load(loader string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.loads[loader] == nil {
		t.loads[loader] = make(chan struct{})
	}
	return t.loads[loader]
}

// event runs in the wire's reader.
func (t *chromiumTab) event(method string, params json.RawMessage) {
	var e struct {
		LoaderID, Name   string                            // Page.lifecycleEvent
		Type             string                            // Runtime.consoleAPICalled
		Args             []remoteObject                    //
		Entry            struct{ Level, Text, URL string } // Log.entryAdded
		ExceptionDetails exceptionDetails                  // Runtime.exceptionThrown
	}
	if json.Unmarshal(params, &e) != nil {
		return // An event of another shape is none of these.
	}
	switch method {
	case "Page.lifecycleEvent":
		if e.Name == "load" {
			if c := t.load(e.LoaderID); c != nil {
				close(c)
			}
		}
	case "Runtime.consoleAPICalled":
		var text []string
		for _, a := range e.Args {
			text = append(text, a.String())
		}
		t.say(Message{e.Type, strings.Join(text, " ")})
	case "Runtime.exceptionThrown":
		t.say(Message{"exception", e.ExceptionDetails.String()})
	case "Log.entryAdded":
		t.say(Message{e.Entry.Level, strings.TrimSpace(e.Entry.Text + " " + e.Entry.URL)})
	}
}

// remoteObject is a value in the page.
type remoteObject struct {
	Type        string
	Value       any
	Description string
}

func (o remoteObject) String() string {
	if o.Value != nil {
		return fmt.Sprint(o.Value)
	}
	return cmp.Or(o.Description, o.Type)
}

type exceptionDetails struct {
	Text      string
	Exception remoteObject
}

func (e exceptionDetails) String() string {
	return strings.TrimSpace(e.Text + " " + e.Exception.String())
}

func (t *chromiumTab) evaluate(ctx context.Context, expression string) (string, error) {
	var answer struct {
		Result           struct{ Value string }
		ExceptionDetails *exceptionDetails
	}
	err := t.call(ctx, "Runtime.evaluate", object{
		"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &answer)
	if err == nil && answer.ExceptionDetails != nil {
		err = errors.New(answer.ExceptionDetails.String())
	}
	return answer.Result.Value, err
}

func (t *chromiumTab) click(ctx context.Context, x, y float64) error {
	for _, what := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		event := object{"type": what, "x": x, "y": y}
		if what != "mouseMoved" {
			event["button"], event["clickCount"] = "left", 1
		}
		if err := t.call(ctx, "Input.dispatchMouseEvent", event, nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *chromiumTab) press(ctx context.Context, k key) error {
	event := object{"type": "keyDown", "key": k.name, "text": k.text, "windowsVirtualKeyCode": k.code}
	if k.code != 0 {
		event["code"] = k.name
	}
	if err := t.call(ctx, "Input.dispatchKeyEvent", event, nil); err != nil {
		return err
	}
	event["type"] = "keyUp"
	return t.call(ctx, "Input.dispatchKeyEvent", event, nil)
}

func (t *chromiumTab) screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data []byte }
	err := t.call(ctx, "Page.captureScreenshot", object{"format": "png"}, &shot)
	return shot.Data, err
}

func (t *chromiumTab) throttle(ctx context.Context, c Conditions) error {
	rate := -1.0
	if c.BytesPerSecond > 0 {
		rate = c.BytesPerSecond
	}
	if err := t.call(ctx, "Network.enable", object{}, nil); err != nil {
		return err
	}
	err := t.call(ctx, "Network.emulateNetworkConditions", object{
		"offline": c.Offline, "latency": c.Latency.Milliseconds(), "downloadThroughput": rate, "uploadThroughput": rate,
	}, nil)
	if err != nil {
		return err
	}
	return t.call(ctx, "Emulation.setCPUThrottlingRate", object{"rate": max(1, c.CPU)}, nil)
}
