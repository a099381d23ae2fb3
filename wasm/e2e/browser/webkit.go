package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
)

// The programs beside MiniBrowser: Debian's packages webkit2gtk-driver and xvfb.
const (
	webDriver = "WebKitWebDriver"
	xvfb      = "Xvfb"
)

// webkit has users, whose pages see nothing of each other. WebDriver has one session a process, and a session has one
// user, so each has a display, a WebKitWebDriver and a MiniBrowser.
type webkit struct {
	path    string // of MiniBrowser
	product string // "MiniBrowser/2.50.6"
	folder  string // has the users' profiles

	mu    sync.Mutex
	users map[*webkitUser]struct{}
}

// startWebKit opens a page to learn the version and whether pages open at all.
func startWebKit(ctx context.Context, path string) (driver, error) {
	folder, err := os.MkdirTemp("", "flightboard-browser-")
	if err != nil {
		return nil, err
	}
	w := &webkit{path: path, folder: folder, users: make(map[*webkitUser]struct{})}
	first, err := w.newTab(ctx, PageOptions{Width: 800, Height: 600}, nil)
	if err != nil {
		return nil, errors.Join(err, w.close(ctx))
	}
	return w, first.close(ctx)
}

// close ends the users' pages.
func (w *webkit) close(ctx context.Context) error {
	w.mu.Lock()
	users := slices.Collect(maps.Keys(w.users))
	w.mu.Unlock()
	var errs []error
	for _, u := range users {
		errs = append(errs, u.close(ctx))
	}
	return errors.Join(append(errs, os.RemoveAll(w.folder))...)
}

func (w *webkit) version() string { return w.product }
func (w *webkit) profile() string { return w.folder }

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
