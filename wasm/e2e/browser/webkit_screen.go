package browser

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"flightboard/wasm/e2e/transcript"
)

// startScreen starts the user's display, Xvfb, which writes its number to descriptor 3. No window manager gives a window
// the focus; without one the window under the pointer has it. The pointer stays where it begins, in the middle of the
// screen. The screen is so small that this is in the toolbar, so that no element of a page is under the pointer.
func (u *webkitUser) startScreen() error {
	number, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer number.Close()
	output := transcript.New()
	args := func(string) ([]string, error) {
		return []string{"-displayfd", "3", "-screen", "0", "16x16x24", "-nolisten", "tcp"}, nil
	}
	u.screen, err = command{
		path: xvfb, args: args, stderr: output, files: []*os.File{out}, parent: u.browser.folder,
	}.start()
	out.Close()
	if err != nil {
		return err
	}
	line, err := bufio.NewReader(number).ReadString('\n') // It ends with the process, at the latest.
	if err != nil {
		return fmt.Errorf("%s reports no display: %w, after it wrote: %s", xvfb, err, output)
	}
	u.display = ":" + strings.TrimSpace(line)
	return nil
}

// endScreen asks the display to end: then it removes its lock file.
func (u *webkitUser) endScreen(ctx context.Context) error {
	if u.screen == nil {
		return nil
	}
	u.screen.cmd.Process.Signal(os.Interrupt)
	return u.screen.end(ctx)
}

// environment keeps a page away from the user's session bus, settings and accessibility services. Without a graphics
// processor compositing would double the time in which a page opens.
func (u *webkitUser) environment() []string {
	return []string{
		"DISPLAY=" + u.display, "GDK_BACKEND=x11", "WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1",
		"DBUS_SESSION_BUS_ADDRESS=disabled:", "GSETTINGS_BACKEND=memory", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=",
		"XDG_DATA_HOME=", "GTK_THEME=", "GST_REGISTRY=" + filepath.Join(u.browser.folder, "gst"),
		"WEBKIT_DISABLE_COMPOSITING_MODE=1",
	}
}
