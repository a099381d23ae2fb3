package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A chromiumTab is a session with one page.
type chromiumTab struct {
	browser         *chromium
	window, session string
	target          string
	beside          bool // it is not the first of its window
	report          func(Message)

	mu    sync.Mutex
	loads map[string]chan struct{} // by the document's loader; closed at its load event
}

func (t *chromiumTab) call(ctx context.Context, method string, params, result any) error {
	return t.browser.wire.call(ctx, t.session, method, params, result)
}

// prepare enables the page's events and applies the options.
func (t *chromiumTab) prepare(ctx context.Context, options PageOptions) error {
	scheme, motion, colours := "light", "no-preference", "none"
	if options.Dark {
		scheme = "dark"
	}
	if options.ReducedMotion {
		motion = "reduce"
	}
	if options.ForcedColours {
		colours = "active"
	}
	for _, command := range []struct {
		method string
		params object
	}{
		{"Page.enable", object{}},
		{"Page.setLifecycleEventsEnabled", object{"enabled": true}},
		{"Runtime.enable", object{}},
		{"Log.enable", object{}},
		{"Emulation.setDeviceMetricsOverride", object{
			"width": options.Width, "height": options.Height, "deviceScaleFactor": 1, "mobile": false,
		}},
		{"Emulation.setEmulatedMedia", object{"features": []object{
			{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion},
			{"name": "forced-colors", "value": colours},
		}}},
		{"Emulation.setScriptExecutionDisabled", object{"value": options.NoScript}},
		{"Security.setIgnoreCertificateErrors", object{"ignore": options.AnyCertificate}},
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
	if t.beside {
		return t.browser.wire.call(ctx, "", "Target.closeTarget", object{"targetId": t.target}, nil)
	}
	return t.browser.wire.call(ctx, "", "Target.disposeBrowserContext", object{"browserContextId": t.window}, nil)
}

func (t *chromiumTab) freeze(ctx context.Context, frozen bool) error {
	state := "active"
	if frozen {
		state = "frozen"
	}
	err := t.call(ctx, "Page.setWebLifecycleState", object{"state": state}, nil)
	if err == nil && !frozen { // Chromium has hidden it.
		err = t.call(ctx, "Page.bringToFront", object{}, nil)
	}
	return err
}

// crash does not wait for an answer, because there is none.
func (t *chromiumTab) crash(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := t.call(ctx, "Page.crash", object{}, nil); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
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

// loaded closes the channel. Chromium reports the events of a document that is there already twice.
func (t *chromiumTab) loaded(loader string) {
	c := t.load(loader)
	select {
	case <-c:
	default:
		close(c)
	}
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
			t.loaded(e.LoaderID)
		}
	case "Runtime.consoleAPICalled":
		var text []string
		for _, a := range e.Args {
			text = append(text, a.String())
		}
		t.report(Message{e.Type, strings.Join(text, " ")})
	case "Runtime.exceptionThrown":
		t.report(Message{"exception", e.ExceptionDetails.String()})
	case "Log.entryAdded":
		t.report(Message{e.Entry.Level, strings.TrimSpace(e.Entry.Text + " " + e.Entry.URL)})
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
