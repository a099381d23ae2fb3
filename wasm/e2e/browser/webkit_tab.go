package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// A webkitTab is a window of a user's.
type webkitTab struct {
	user           *webkitUser
	handle, number string // WebDriver's and the inspector's names of it
	beside         bool   // it is not the user's first
	noScript       bool
}

// open opens the window with the wanted viewport, and applies the options.
func (t *webkitTab) open(ctx context.Context, options PageOptions, report func(Message)) (err error) {
	u := t.user
	if t.handle, t.number, err = u.window(ctx); err != nil {
		return err
	}
	u.mu.Lock()
	u.reports[t.number] = report
	u.mu.Unlock()
	if err := u.inspector.attach(ctx, t.number); err != nil {
		return err
	}
	motion := "NoPreference"
	if options.ReducedMotion {
		motion = "Reduce"
	}
	for _, command := range []struct {
		method string
		params object
	}{
		{"Page.enable", object{}},
		{"Console.enable", object{}},
		{"Page.overrideUserPreference", object{"name": "PrefersReducedMotion", "value": motion}},
		{"Page.setBootstrapScript", object{"source": options.Preload}},
	} {
		if err := u.wire.call(ctx, t.number, command.method, command.params, nil); err != nil {
			return err
		}
	}
	if err := t.resize(ctx, options.Width, options.Height); err != nil {
		return err
	}
	t.noScript = options.NoScript
	return t.allowScript(ctx, !t.noScript)
}

// allowScript lets scripts run, or not. Those of WebDriver are no exception.
func (t *webkitTab) allowScript(ctx context.Context, allow bool) error {
	if !t.noScript {
		return nil
	}
	setting := object{"setting": "ScriptEnabled", "value": allow}
	return t.user.wire.call(ctx, t.number, "Page.overrideSetting", setting, nil)
}

// resize makes the viewport as large as wanted. WebDriver sets the window, which has a toolbar, and the page gets its
// new size some time later.
func (t *webkitTab) resize(ctx context.Context, width, height int) error {
	wanted := [2]int{width, height}
	for outer := wanted; ; {
		rect := object{"x": 0, "y": 0, "width": outer[0], "height": outer[1]}
		if err := t.call(ctx, "POST", "/window/rect", rect, nil); err != nil {
			return err
		}
		answer, err := t.evaluate(ctx, twoFrames+`.then(() => JSON.stringify([innerWidth, innerHeight]))`)
		var inner [2]int
		if err == nil {
			err = json.Unmarshal([]byte(answer), &inner)
		}
		if err != nil || inner == wanted {
			return err
		}
		const most = 200 // a toolbar is smaller: what differs more is an old size
		if bar := outer[1] - inner[1]; inner[0] <= outer[0] && outer[0] < inner[0]+most && 0 <= bar && bar < most {
			outer = [2]int{width + outer[0] - inner[0], height + bar}
		}
	}
}

const twoFrames = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(''))))`

// call sends a command to the window, which becomes the session's current one. A session's commands are carried out
// one after the other.
func (t *webkitTab) call(ctx context.Context, method, path string, params, result any) error {
	u := t.user
	if err := u.take(ctx); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer u.give()
	if u.current != t.handle {
		if err := u.send(ctx, "POST", "/window", object{"handle": t.handle}, nil); err != nil {
			return err
		}
		u.current = t.handle
	}
	return u.send(ctx, method, path, params, result)
}

// thrown matches messages about exceptions. Others of the same source are about answers that WebKit refuses.
var thrown = regexp.MustCompile(`^(Unhandled Promise Rejection|\w*(Error|Exception))\b`)

// unknown begins messages that say what this WebKit lacks and other browsers need, such as manifest-src.
const unknown = "Unrecognized Content-Security-Policy directive "

// event passes a page's message to the page. It runs in the wire's reader.
func (u *webkitUser) event(window, method string, params json.RawMessage) {
	var e struct {
		Message struct {
			Source, Level, Text string
			Parameters          []remoteObject
		}
	}
	if method != "Console.messageAdded" || json.Unmarshal(params, &e) != nil ||
		strings.HasPrefix(e.Message.Text, unknown) {
		return
	}
	u.mu.Lock()
	report := u.reports[window]
	u.mu.Unlock()
	if report == nil {
		return
	}
	var text []string
	for _, p := range e.Message.Parameters {
		text = append(text, p.String())
	}
	m := Message{e.Message.Level, cmp.Or(strings.Join(text, " "), strings.TrimSpace(e.Message.Text))}
	if e.Message.Source == "javascript" && m.Level == "error" && thrown.MatchString(m.Text) {
		m.Level = "exception"
	}
	report(m)
}

// close closes the window, and with the first one all that its user has.
func (t *webkitTab) close(ctx context.Context) error {
	u := t.user
	u.mu.Lock()
	delete(u.reports, t.number)
	u.mu.Unlock()
	if t.beside {
		return t.call(ctx, "DELETE", "/window", nil, nil)
	}
	return u.close(ctx)
}
