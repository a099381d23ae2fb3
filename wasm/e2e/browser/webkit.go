package browser

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"flightboard/wasm/e2e/transcript"
)

// The programs beside MiniBrowser: Debian's packages webkit2gtk-driver and xvfb.
const (
	webDriver = "WebKitWebDriver"
	xvfb      = "Xvfb"
)

// webkit is a display on which pages are opened. WebDriver has one session a process, and a session has
// one user, so each user has a WebKitWebDriver and a MiniBrowser.
type webkit struct {
	path    string // of MiniBrowser
	product string // "MiniBrowser/2.50.6"
	screen  *process
	display string // ":99"

	mu    sync.Mutex
	users map[*webkitUser]struct{}
}

// startWebKit starts the display, and opens a page to learn the version and whether pages open at all.
func startWebKit(ctx context.Context, path string) (driver, error) {
	w := &webkit{path: path, users: make(map[*webkitUser]struct{})}
	if err := w.startScreen(); err != nil {
		return nil, err
	}
	first, err := w.newTab(ctx, PageOptions{Width: 800, Height: 600}, nil)
	if err != nil {
		return nil, errors.Join(err, w.close(ctx))
	}
	return w, first.close(ctx)
}

// startScreen starts Xvfb on a display of its own choice, which it writes to descriptor 3. The screen is
// large enough for the largest page and the browser's toolbar.
func (w *webkit) startScreen() error {
	number, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer number.Close()
	output := transcript.New()
	args := func(string) ([]string, error) {
		return []string{"-displayfd", "3", "-screen", "0", "2560x2048x24", "-nolisten", "tcp"}, nil
	}
	w.screen, err = command{path: xvfb, args: args, stderr: output, files: []*os.File{out}}.start()
	out.Close()
	if err != nil {
		return err
	}
	line, err := bufio.NewReader(number).ReadString('\n') // It ends with the process, at the latest.
	if err != nil {
		killTree(w.screen.cmd)
		return fmt.Errorf("%s reports no display: %w, after it wrote: %s", xvfb, err, output)
	}
	w.display = ":" + strings.TrimSpace(line)
	return nil
}

// close ends the display's pages, then the display, which removes its lock file when it is asked to end.
func (w *webkit) close(ctx context.Context) error {
	w.mu.Lock()
	users := slices.Collect(maps.Keys(w.users))
	w.mu.Unlock()
	var errs []error
	for _, u := range users {
		errs = append(errs, u.close(ctx))
	}
	w.screen.cmd.Process.Signal(os.Interrupt)
	return errors.Join(append(errs, w.screen.end(ctx))...)
}

func (w *webkit) version() string { return w.product }
func (w *webkit) profile() string { return w.screen.profile }

func (w *webkit) newTab(ctx context.Context, options PageOptions, report func(Message)) (tab, error) {
	if options.ForcedColours {
		return nil, fmt.Errorf("webkit has no forced colours: %w", errors.ErrUnsupported)
	}
	t := &webkitTab{beside: options.Beside != nil}
	if t.beside {
		t.user = options.Beside.tab.(*webkitTab).user
		return t, t.open(ctx, options, report)
	}
	t.user = &webkitUser{browser: w, turn: make(chan struct{}, 1), reports: make(map[string]func(Message))}
	err := t.user.start(ctx, options)
	if err == nil {
		err = t.open(ctx, options, report)
	}
	if err != nil {
		return nil, errors.Join(err, t.close(ctx))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[t.user] = struct{}{}
	w.product = cmp.Or(w.product, t.user.product)
	return t, nil
}

// environment keeps a page away from the user's session bus, settings and accessibility services. Without a graphics
// processor compositing would double the time in which a page opens.
func (w *webkit) environment() []string {
	return []string{
		"DISPLAY=" + w.display, "GDK_BACKEND=x11", "WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1",
		"DBUS_SESSION_BUS_ADDRESS=disabled:", "GSETTINGS_BACKEND=memory", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=",
		"XDG_DATA_HOME=", "GTK_THEME=", "GST_REGISTRY=" + filepath.Join(w.profile(), "gst"),
		"WEBKIT_DISABLE_COMPOSITING_MODE=1",
	}
}
