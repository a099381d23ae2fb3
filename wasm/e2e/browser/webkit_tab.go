package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// A webkitTab is a WebDriver session with the one window of a MiniBrowser.
type webkitTab struct {
	browser *webkit
	process *process // WebKitWebDriver, which starts MiniBrowser in its process group
	url     string   // of WebKitWebDriver, then of the session
	product string
}

// open starts a driver on a free port and a session whose window has the wanted viewport.
func (t *webkitTab) open(ctx context.Context, options PageOptions) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	args := func(profile string) ([]string, error) {
		if !options.ReducedMotion {
			return []string{"--port=" + port}, nil
		}
		folder := filepath.Join(profile, ".config", "gtk-3.0")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
		const settings = "[Settings]\ngtk-enable-animations=0\n"
		return []string{"--port=" + port}, os.WriteFile(filepath.Join(folder, "settings.ini"), []byte(settings), 0o600)
	}
	t.process, err = command{
		path: webDriver, args: args, env: t.browser.environment(), stderr: io.Discard, parent: t.browser.profile(),
	}.start()
	if err != nil {
		return err
	}
	t.url = "http://127.0.0.1:" + port
	if err := t.listening(ctx); err != nil {
		return err
	}
	if err := t.session(ctx, options); err != nil {
		return err
	}
	return t.resize(ctx, options.Width, options.Height)
}

// freePort returns a port of loopback that is free now. WebKitWebDriver can choose one itself, but does not
// report it.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// listening waits until the driver accepts connections. Nothing announces that, so it asks.
func (t *webkitTab) listening(ctx context.Context) error {
	for {
		err := t.call(ctx, "GET", "/status", nil, nil)
		if err == nil {
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.process.exited:
			return fmt.Errorf("%s has ended: %w", webDriver, err)
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

func (t *webkitTab) session(ctx context.Context, options PageOptions) error {
	args := []string{"--automation"}
	if options.Dark {
		args = append(args, "--dark-mode")
	}
	const forever = 24 * 3600 * 1000 // In milliseconds. The contexts of the calls end what takes too long.
	var created struct {
		SessionID    string
		Capabilities struct{ BrowserName, BrowserVersion string }
	}
	err := t.call(ctx, "POST", "/session", object{"capabilities": object{"alwaysMatch": object{
		"timeouts":                 object{"script": forever, "pageLoad": forever},
		"webkitgtk:browserOptions": object{"binary": t.browser.path, "args": args},
	}}}, &created)
	t.url += "/session/" + created.SessionID
	t.product = created.Capabilities.BrowserName + "/" + created.Capabilities.BrowserVersion
	return err
}

// resize makes the viewport as large as wanted. WebDriver sets the window, which has a toolbar.
func (t *webkitTab) resize(ctx context.Context, width, height int) error {
	rect := object{"x": 0, "y": 0, "width": width, "height": height}
	if err := t.call(ctx, "POST", "/window/rect", rect, nil); err != nil {
		return err
	}
	var inner [2]int
	answer, err := t.evaluate(ctx, "JSON.stringify([innerWidth, innerHeight])")
	if err == nil {
		err = json.Unmarshal([]byte(answer), &inner)
	}
	if err != nil {
		return err
	}
	rect["width"], rect["height"] = 2*width-inner[0], 2*height-inner[1]
	return t.call(ctx, "POST", "/window/rect", rect, nil)
}

// call sends a command and stores its answer's value unless result is nil.
func (t *webkitTab) call(ctx context.Context, method, path string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	request, err := http.NewRequestWithContext(ctx, method, t.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %s: %w", path, response.Status, err)
	}
	if response.StatusCode != http.StatusOK {
		var failure struct{ Error, Message string }
		json.Unmarshal(answer.Value, &failure) // The status is an error anyway.
		return fmt.Errorf("%s: %s: %s", path, failure.Error, failure.Message)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

// close ends the processes; a session that is deleted would only end MiniBrowser.
func (t *webkitTab) close(ctx context.Context) error {
	t.browser.mu.Lock()
	delete(t.browser.tabs, t)
	t.browser.mu.Unlock()
	if t.process == nil {
		return nil
	}
	killTree(t.process.cmd)
	return t.process.end(ctx)
}
