package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// PageOptions describe how a page is opened. The zero value is a light window of a desktop's size.
type PageOptions struct {
	Width, Height  int    // The viewport in CSS pixels; 1280 × 800 if zero.
	Dark           bool   // The user prefers a dark colour scheme.
	ReducedMotion  bool   // The user prefers reduced motion.
	ForcedColours  bool   // The user's colours replace the page's.
	NoScript       bool   // Pages' scripts do not run. Eval still does.
	AnyCertificate bool   // Certificates of https are not checked.
	Preload        string // A script that runs in every document before the document's own.
	Beside         *Page  // A page of the same user, who has several tabs then; nil: the page has a user of its own.
}

// A Page is one tab. Its user has no other, unless they are opened Beside it.
type Page struct {
	tab tab

	mu       sync.Mutex
	messages []Message
}

// A Message is a console message of a page, or an uncaught exception.
type Message struct {
	Level string // "log", "info", "warning", "error", "debug", …, or "exception"
	Text  string
}

func (m Message) String() string { return m.Level + ": " + m.Text }

// A tab is one page in the terms of its browser's protocol.
type tab interface {
	navigate(ctx context.Context, url string) error
	// evaluate returns the string that the expression's promise is resolved with.
	evaluate(ctx context.Context, expression string) (string, error)
	click(ctx context.Context, x, y float64) error
	point(ctx context.Context, x, y float64) error
	drag(ctx context.Context, x, y, right float64, finger bool) error
	print(ctx context.Context) (pdf []byte, err error)
	press(ctx context.Context, key key) error
	screenshot(ctx context.Context) ([]byte, error)
	throttle(ctx context.Context, conditions Conditions) error
	work(ctx context.Context) (Work, error)
	collect(ctx context.Context) error
	freeze(ctx context.Context, frozen bool) error
	crash(ctx context.Context) error
	close(ctx context.Context) error
}

// NewPage opens an empty page.
func (b *Browser) NewPage(ctx context.Context, options PageOptions) (*Page, error) {
	if options.Width == 0 || options.Height == 0 {
		options.Width, options.Height = 1280, 800
	}
	p := new(Page)
	var err error
	if p.tab, err = b.driver.newTab(ctx, options, p.report); err != nil {
		return nil, fmt.Errorf("browser: open a page: %w", err)
	}
	return p, nil
}

// Freeze stops the page's script and timers, as a browser does with tabs in the background, or lets them go on. Only
// Chromium can.
func (p *Page) Freeze(ctx context.Context, frozen bool) error { return p.tab.freeze(ctx, frozen) }

// Crash ends the page's process. Only Chromium can.
func (p *Page) Crash(ctx context.Context) error { return p.tab.crash(ctx) }

// Close closes the page. Of a user's first page it also forgets what the user stored.
func (p *Page) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return p.tab.close(ctx)
}

// Navigate loads a URL and returns after the document's load event.
func (p *Page) Navigate(ctx context.Context, url string) error {
	if err := p.tab.navigate(ctx, url); err != nil {
		return fmt.Errorf("browser: go to %s: %w", url, err)
	}
	return nil
}

// Eval evaluates a JavaScript expression in the page, waits if it is a promise, and decodes its value,
// as JSON, into result, unless result is nil.
func (p *Page) Eval(ctx context.Context, expression string, result any) error {
	answer, err := p.tab.evaluate(ctx, fmt.Sprintf(evalScript, expression))
	if err != nil {
		return fmt.Errorf("browser: evaluate %s: %w", expression, err)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal([]byte(answer), result); err != nil {
		return fmt.Errorf("browser: evaluate %s: %w", expression, err)
	}
	return nil
}

// evalScript uses a promise only if the expression is one: where scripts are off, Firefox still
// evaluates, but never gets to the continuation of a promise.
const evalScript = `(value => {
  const json = value => JSON.stringify(value) ?? 'null'
  return value instanceof Promise ? value.then(json) : json(value)
})(%s)`

// defaultWait is how long WaitFor waits if its context has no deadline.
const defaultWait = 90 * time.Second

// errNotTrue is returned by WaitFor before the context's deadline, so that the caller can still inspect the page.
var errNotTrue = errors.New("still not true")

// WaitFor waits until a JavaScript expression is true in the page: it is evaluated at once, after
// every change of the document, and every 50 milliseconds. It may be a promise. An exception counts as not
// true. It gives up shortly before the context's deadline, or after 90 seconds.
func (p *Page) WaitFor(ctx context.Context, expression string) error {
	wait := defaultWait
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)-time.Second)
	}
	var last string
	watch := fmt.Sprintf(watchScript, expression, wait.Milliseconds())
	if err := p.Eval(ctx, watch, &last); err != nil {
		return err
	}
	if last != "true" {
		return fmt.Errorf("browser: wait: %w after %v: %s\nit was: %s", errNotTrue, wait.Round(time.Second), expression, last)
	}
	return nil
}

// watchScript resolves with "true", or after the deadline with the last value of the expression. It asks for no frames:
// a page that draws sixty a second, on a machine without a graphics card, costs as much as all the rest.
const watchScript = `new Promise(resolve => {
  const condition = async () => (%s)
  const observer = new MutationObserver(() => check())
  const end = what => {
    observer.disconnect()
    clearTimeout(timer)
    clearTimeout(next)
    check = tick = () => {}
    resolve(what)
  }
  let last = 'nothing yet', busy = false
  let check = async () => {
    if (busy) return
    busy = true
    try {
      const value = await condition()
      if (value === true) return end('true')
      last = String(JSON.stringify(value))
    } catch (exception) {
      last = String(exception)
    }
    busy = false
  }
  const timer = setTimeout(() => end(last), %d)
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
  let next
  let tick = () => { next = setTimeout(() => tick(), 50); check() }
  tick()
})`

// Click moves the mouse to the middle of the first element that matches the CSS selector, scrolling
// it into view if need be, and presses and releases the main button.
func (p *Page) Click(ctx context.Context, selector string) error {
	x, y, err := p.middle(ctx, selector)
	if err != nil {
		return err
	}
	if err := p.tab.click(ctx, x, y); err != nil {
		return fmt.Errorf("browser: click %s: %w", selector, err)
	}
	return nil
}

// Type presses and releases the key of each character of the text, in the element that has the
// focus.
func (p *Page) Type(ctx context.Context, text string) error {
	for _, r := range text {
		if err := p.tab.press(ctx, key{text: string(r), name: string(r), point: string(r)}); err != nil {
			return fmt.Errorf("browser: type %q: %w", text, err)
		}
	}
	return nil
}

// Press presses and releases a key by its name in the DOM, such as "Enter", "Tab" or "ArrowDown".
func (p *Page) Press(ctx context.Context, name string) error {
	k, ok := keys[name]
	if !ok {
		return fmt.Errorf("browser: press %s: no such key is known", name)
	}
	if err := p.tab.press(ctx, k); err != nil {
		return fmt.Errorf("browser: press %s: %w", name, err)
	}
	return nil
}

// Screenshot returns the viewport as a PNG.
func (p *Page) Screenshot(ctx context.Context) ([]byte, error) {
	png, err := p.tab.screenshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("browser: screenshot: %w", err)
	}
	return png, nil
}

// Messages returns the page's messages so far.
func (p *Page) Messages() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.messages)
}

func (p *Page) report(m Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, m)
}

// Conditions slow a page down, as on a telephone. The zero value does not.
type Conditions struct {
	Offline        bool
	Latency        time.Duration // added to every request
	BytesPerSecond float64       // downloads and uploads; unlimited if zero
	CPU            float64       // 4 makes scripts four times as slow
}

// Throttle sets the conditions of all that follows. Firefox can be offline and nothing else, WebKit not even that.
func (p *Page) Throttle(ctx context.Context, conditions Conditions) error {
	if err := p.tab.throttle(ctx, conditions); err != nil {
		return fmt.Errorf("browser: throttle: %w", err)
	}
	return nil
}
