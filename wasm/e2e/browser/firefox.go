package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/coder/websocket"

	"flightboard/wasm/e2e/transcript"
)

// firefox is a browser that speaks WebDriver BiDi over a WebSocket on a port that it picks itself.
// Each page is a browsing context of a user context.
type firefox struct {
	process *process
	wire    *wire
	product string // "firefox/153.8.0"

	mu   sync.Mutex
	tabs map[string]*firefoxTab // by browsing context
}

// settings are preferences of Firefox: scrollbars take no width, as on a telephone.
const settings = `user_pref("ui.useOverlayScrollbars", 1);` + "\n"

func firefoxArgs(profile string) ([]string, error) {
	return []string{
		"--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0",
		"--remote-allow-system-access", // for firefoxTab.override
		"about:blank",
	}, os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings), 0o600)
}

var listening = regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`)

func startFirefox(ctx context.Context, path string) (driver, error) {
	output := transcript.New()
	process, err := command{path: path, args: firefoxArgs, stderr: output}.start()
	if err != nil {
		return nil, err
	}
	f := &firefox{process: process, tabs: make(map[string]*firefoxTab)}
	if err := f.connect(ctx, output); err != nil {
		return nil, errors.Join(err, f.close(ctx))
	}
	return f, nil
}

// connect opens the one session that Firefox allows.
func (f *firefox) connect(ctx context.Context, output *transcript.Transcript) error {
	address, err := output.Find(ctx, f.process.exited, listening)
	if err != nil {
		return err
	}
	conn, _, err := websocket.Dial(ctx, address+"/session", nil)
	if err != nil {
		return err
	}
	conn.SetReadLimit(-1) // A screenshot is one message.
	f.wire = newWire(socket{conn}, f.event)
	var session struct {
		Capabilities struct{ BrowserName, BrowserVersion string }
	}
	if err := f.wire.call(ctx, "", "session.new", object{"capabilities": object{
		"alwaysMatch": object{"acceptInsecureCerts": true},
	}}, &session); err != nil {
		return err
	}
	f.product = session.Capabilities.BrowserName + "/" + session.Capabilities.BrowserVersion
	return f.wire.call(ctx, "", "session.subscribe", object{"events": []string{"log.entryAdded"}}, nil)
}

func (f *firefox) close(ctx context.Context) error {
	if f.wire == nil {
		killTree(f.process.cmd)
		return f.process.end(ctx)
	}
	f.wire.call(ctx, "", "browser.close", object{}, nil) // If it does not obey it is killed.
	return errors.Join(f.process.end(ctx), f.wire.close())
}

func (f *firefox) version() string { return f.product }
func (f *firefox) profile() string { return f.process.profile }

func (f *firefox) newTab(ctx context.Context, options PageOptions, report func(Message)) (tab, error) {
	if options.ForcedColours {
		return nil, fmt.Errorf("firefox's driver has no forced colours: %w", errors.ErrUnsupported)
	}
	t := &firefoxTab{browser: f, report: report}
	if options.Beside != nil {
		t.user, t.beside = options.Beside.tab.(*firefoxTab).user, true
	} else {
		var user struct{ UserContext string }
		if err := f.wire.call(ctx, "", "browser.createUserContext", object{}, &user); err != nil {
			return nil, err
		}
		t.user = user.UserContext
	}
	var created struct{ Context string }
	window := object{"type": "window", "userContext": t.user}
	if err := f.wire.call(ctx, "", "browsingContext.create", window, &created); err != nil {
		return nil, err
	}
	t.context = created.Context
	f.mu.Lock()
	f.tabs[t.context] = t
	f.mu.Unlock()
	return t, t.prepare(ctx, options)
}

// event passes a page's message to the page.
func (f *firefox) event(_, method string, params json.RawMessage) {
	var e struct {
		Type, Level, Method, Text string
		Source                    struct{ Context string }
		StackTrace                json.RawMessage
	}
	if method != "log.entryAdded" || json.Unmarshal(params, &e) != nil {
		return
	}
	f.mu.Lock()
	t := f.tabs[e.Source.Context]
	f.mu.Unlock()
	if t == nil {
		return
	}
	if e.Type == "javascript" && e.StackTrace != nil { // Without one it is an error of the network.
		e.Method = "exception"
	}
	t.report(Message{cmp.Or(e.Method, e.Level), e.Text})
}

// A firefoxTab is one browsing context.
type firefoxTab struct {
	browser       *firefox
	user, context string
	beside        bool // it is not the first of its user
	report        func(Message)
}

// call adds the browsing context to the parameters.
func (t *firefoxTab) call(ctx context.Context, method string, params object, result any) error {
	params["context"] = t.context
	return t.browser.wire.call(ctx, "", method, params, result)
}

// prepare applies the options to the page.
func (t *firefoxTab) prepare(ctx context.Context, options PageOptions) error {
	viewport := object{"width": options.Width, "height": options.Height}
	params := object{"viewport": viewport, "devicePixelRatio": 1}
	if err := t.call(ctx, "browsingContext.setViewport", params, nil); err != nil {
		return err
	}
	if options.Preload != "" {
		script := object{"functionDeclaration": "() => {" + options.Preload + "\n}", "contexts": []string{t.context}}
		if err := t.browser.wire.call(ctx, "", "script.addPreloadScript", script, nil); err != nil {
			return err
		}
	}
	if options.Dark || options.ReducedMotion || options.NoScript {
		return t.override(ctx, options)
	}
	return nil
}

// override sets what BiDi has no commands for as Firefox's own developer tools do: by properties of
// the browsing context, which only a script in the browser's own window can reach.
func (t *firefoxTab) override(ctx context.Context, options PageOptions) error {
	var windows struct{ Contexts []struct{ Context string } }
	chrome := object{"moz:scope": "chrome"}
	if err := t.browser.wire.call(ctx, "", "browsingContext.getTree", chrome, &windows); err != nil {
		return err
	}
	if len(windows.Contexts) == 0 {
		return errors.New("firefox has no window")
	}
	window := &firefoxTab{browser: t.browser, context: windows.Contexts[0].Context}
	_, err := window.evaluate(ctx, fmt.Sprintf(`(({ dark, still, noScript }) => {
	  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
	  const context = NavigableManager.getBrowsingContextById('%s')
	  if (dark) context.prefersColorSchemeOverride = 'dark'
	  if (still) context.prefersReducedMotionOverride = 'reduce'
	  if (noScript) context.allowJavascript = false
	  return ''
	})({ dark: %t, still: %t, noScript: %t })`, t.context, options.Dark, options.ReducedMotion, options.NoScript))
	return err
}

func (t *firefoxTab) close(ctx context.Context) error {
	t.browser.mu.Lock()
	delete(t.browser.tabs, t.context)
	t.browser.mu.Unlock()
	if t.beside {
		return t.call(ctx, "browsingContext.close", object{}, nil)
	}
	return t.browser.wire.call(ctx, "", "browser.removeUserContext", object{"userContext": t.user}, nil)
}

func (t *firefoxTab) freeze(context.Context, bool) error {
	return fmt.Errorf("firefox's driver freezes no pages: %w", errors.ErrUnsupported)
}

func (t *firefoxTab) crash(context.Context) error {
	return fmt.Errorf("firefox's driver crashes no pages: %w", errors.ErrUnsupported)
}

func (t *firefoxTab) navigate(ctx context.Context, url string) error {
	return t.call(ctx, "browsingContext.navigate", object{"url": url, "wait": "complete"}, nil)
}

func (t *firefoxTab) evaluate(ctx context.Context, expression string) (string, error) {
	var answer struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	err := t.browser.wire.call(ctx, "", "script.evaluate", object{
		"expression": expression, "awaitPromise": true, "userActivation": true,
		"target": object{"context": t.context},
	}, &answer)
	if err == nil && answer.Type == "exception" {
		err = errors.New(answer.ExceptionDetails.Text)
	}
	return answer.Result.Value, err
}

func (t *firefoxTab) click(ctx context.Context, x, y float64) error {
	return t.call(ctx, "input.performActions", object{"actions": []object{{
		"type": "pointer", "id": "mouse", "actions": []object{
			{"type": "pointerMove", "x": int(x), "y": int(y)},
			{"type": "pointerDown", "button": 0},
			{"type": "pointerUp", "button": 0},
		},
	}}}, nil)
}

func (t *firefoxTab) press(ctx context.Context, k key) error {
	return t.call(ctx, "input.performActions", object{"actions": []object{{
		"type": "key", "id": "keyboard", "actions": []object{
			{"type": "keyDown", "value": k.point},
			{"type": "keyUp", "value": k.point},
		},
	}}}, nil)
}

func (t *firefoxTab) screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data []byte }
	err := t.call(ctx, "browsingContext.captureScreenshot", object{"origin": "viewport"}, &shot)
	return shot.Data, err
}

func (t *firefoxTab) throttle(ctx context.Context, c Conditions) error {
	if (c != Conditions{Offline: c.Offline}) {
		return fmt.Errorf("firefox can only be offline: %w", errors.ErrUnsupported)
	}
	params := object{"contexts": []string{t.context}, "networkConditions": nil}
	if c.Offline {
		params["networkConditions"] = object{"type": "offline"}
	}
	return t.browser.wire.call(ctx, "", "emulation.setNetworkConditions", params, nil)
}

// socket carries a message in each WebSocket message.
type socket struct{ conn *websocket.Conn }

func (s socket) Send(ctx context.Context, message []byte) error {
	return s.conn.Write(ctx, websocket.MessageText, message)
}

func (s socket) Receive() ([]byte, error) {
	_, b, err := s.conn.Read(context.Background())
	return b, err
}

// Close returns no error: the browser has closed its end already, which CloseNow reports as one.
func (s socket) Close() error {
	s.conn.CloseNow()
	return nil
}
