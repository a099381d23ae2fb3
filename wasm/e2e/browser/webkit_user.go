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
	"strconv"
	"sync"
	"time"
)

// A webkitUser is a MiniBrowser on a display of its own, whose windows are the user's pages, and the WebKitWebDriver
// that drives it.
type webkitUser struct {
	browser   *webkit
	screen    *process
	display   string     // ":99"
	processes []*process // on the display
	session   string     // the session's URL at the driver
	product   string
	inspector *inspector
	wire      *wire // the inspector's

	turn    chan struct{} // has room for the one command that is carried out, in the current window
	current string        // WebDriver's name of that window
	windows int           // how many there have been

	mu      sync.Mutex
	reports map[string]func(Message) // by window
}

// style makes MiniBrowser's toolbar narrower than a telephone.
const style = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border: 0; font-size: 1px; }"

// start starts the processes. They end with close, also after an error.
func (u *webkitUser) start(ctx context.Context, options PageOptions) error {
	if err := u.startScreen(); err != nil {
		return err
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	flags := []string{"--automation"}
	for flag, wanted := range map[string]bool{
		"--dark-mode": options.Dark, "--ignore-tls-errors": options.AnyCertificate,
	} {
		if wanted {
			flags = append(flags, flag)
		}
	}
	if err := u.run(u.browser.path, func(profile string) ([]string, error) {
		folder := filepath.Join(profile, ".config", "gtk-3.0")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
		return flags, os.WriteFile(filepath.Join(folder, "gtk.css"), []byte(style), 0o600)
	}, "WEBKIT_INSPECTOR_SERVER="+address); err != nil {
		return err
	}
	if err := u.inspect(ctx, address); err != nil {
		return err
	}
	// MiniBrowser lists its windows before a driver connects, and not afterwards.
	driver, err := freeAddress()
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(driver)
	if err := u.run(webDriver, func(string) ([]string, error) {
		return []string{"--port=" + port, "--target=" + address}, nil
	}); err != nil {
		return err
	}
	return u.connect(ctx, "http://"+driver)
}

// run starts one of the processes on the display.
func (u *webkitUser) run(path string, args func(string) ([]string, error), env ...string) error {
	p, err := command{
		path: path, args: args, env: append(u.environment(), env...), stderr: io.Discard,
		parent: u.browser.folder,
	}.start()
	if err == nil {
		u.processes = append(u.processes, p)
	}
	return err
}

// freeAddress returns an address of loopback that is free now. Both programs want to be told theirs.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// inspect connects to the inspector, and waits for the first window.
func (u *webkitUser) inspect(ctx context.Context, address string) error {
	var conn net.Conn
	err := u.listening(ctx, func() (err error) {
		conn, err = new(net.Dialer).DialContext(ctx, "tcp", address)
		return err
	})
	if err != nil {
		return err
	}
	if u.inspector, err = newInspector(conn); err != nil {
		conn.Close()
		return err
	}
	u.wire = newWire(u.inspector, u.event)
	select {
	case <-u.inspector.listed:
		return nil
	case <-u.wire.done:
		return u.wire.err
	case <-ctx.Done():
		return fmt.Errorf("%s lists no window: %w", u.browser.path, context.Cause(ctx))
	}
}

// connect opens the one session of the driver.
func (u *webkitUser) connect(ctx context.Context, url string) error {
	u.session = url
	if err := u.listening(ctx, func() error { return u.send(ctx, "GET", "/status", nil, nil) }); err != nil {
		return err
	}
	const forever = 24 * 3600 * 1000 // In milliseconds. The contexts of the calls end what takes too long.
	var created struct {
		SessionID    string
		Capabilities struct{ BrowserName, BrowserVersion string }
	}
	err := u.send(ctx, "POST", "/session", object{"capabilities": object{"alwaysMatch": object{
		"timeouts": object{"script": forever, "pageLoad": forever},
	}}}, &created)
	u.session += "/session/" + created.SessionID
	u.product = created.Capabilities.BrowserName + "/" + created.Capabilities.BrowserVersion
	return err
}

// listening waits until the newest process accepts connections. Nothing announces that, so it tries.
func (u *webkitUser) listening(ctx context.Context, try func() error) error {
	p := u.processes[len(u.processes)-1]
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-p.exited:
			return fmt.Errorf("%s has ended: %w", p.cmd.Path, err)
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

// window opens a window, and returns its names for WebDriver and for the inspector, which counts MiniBrowser's
// first window, the driver, and the other windows.
func (u *webkitUser) window(ctx context.Context) (handle, number string, err error) {
	if err := u.take(ctx); err != nil {
		return "", "", err
	}
	defer u.give()
	if u.windows++; u.windows == 1 {
		err = u.send(ctx, "GET", "/window", nil, &u.current)
		return u.current, "1", err
	}
	var opened struct{ Handle string }
	err = u.send(ctx, "POST", "/window/new", object{"type": "window"}, &opened)
	return opened.Handle, strconv.Itoa(u.windows + 1), err
}

// take waits for the turn to send commands, which ends with give.
func (u *webkitUser) take(ctx context.Context) error {
	select {
	case u.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (u *webkitUser) give() { <-u.turn }

// send sends a command of WebDriver, and stores its answer's value unless result is nil.
func (u *webkitUser) send(ctx context.Context, method, path string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	request, err := http.NewRequestWithContext(ctx, method, u.session+path, bytes.NewReader(body))
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

// close ends the processes.
func (u *webkitUser) close(ctx context.Context) error {
	u.browser.mu.Lock()
	delete(u.browser.users, u)
	u.browser.mu.Unlock()
	var errs []error
	for _, p := range u.processes {
		killTree(p.cmd)
		errs = append(errs, p.end(ctx))
	}
	if u.wire != nil {
		u.wire.close() // Its connection has ended.
	}
	return errors.Join(append(errs, u.endScreen(ctx))...)
}
