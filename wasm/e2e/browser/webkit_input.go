package browser

import (
	"context"
	"errors"
	"fmt"
)

// navigate returns after the load event. WebDriver does not report that a URL cannot be loaded; what
// remains then is an empty document.
func (t *webkitTab) navigate(ctx context.Context, url string) error {
	if err := t.call(ctx, "POST", "/url", object{"url": url}, nil); err != nil {
		return err
	}
	at, err := t.evaluate(ctx, "document.URL")
	if err == nil && at == "about:blank" && url != at {
		err = errors.New("the page cannot be loaded")
	}
	return err
}

func (t *webkitTab) evaluate(ctx context.Context, expression string) (string, error) {
	const script = `const done = arguments[arguments.length - 1]
try {
  Promise.resolve(%s).then(value => done({ value }), error => done({ error: String(error) }))
} catch (error) {
  done({ error: String(error) })
}`
	if err := t.allowScript(ctx, true); err != nil {
		return "", err
	}
	defer t.allowScript(ctx, false)
	var answer struct{ Value, Error string }
	params := object{"script": fmt.Sprintf(script, expression), "args": []any{}}
	if err := t.call(ctx, "POST", "/execute/async", params, &answer); err != nil {
		return "", err
	}
	if answer.Error != "" {
		return "", errors.New(answer.Error)
	}
	return answer.Value, nil
}

// perform performs actions of one input device, and releases the keys and buttons that they press.
func (t *webkitTab) perform(ctx context.Context, device object, actions ...object) error {
	device["actions"] = actions
	return t.call(ctx, "POST", "/actions", object{"actions": []object{device}}, nil)
}

func pointer(kind string) object {
	return object{"type": "pointer", "id": kind, "parameters": object{"pointerType": kind}}
}

func moveTo(x, y float64) object {
	return object{"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0}
}

func (t *webkitTab) click(ctx context.Context, x, y float64) error {
	return t.perform(ctx, pointer("mouse"), moveTo(x, y),
		object{"type": "pointerDown", "button": 0}, object{"type": "pointerUp", "button": 0})
}

func (t *webkitTab) point(ctx context.Context, x, y float64) error {
	return t.perform(ctx, pointer("mouse"), moveTo(x, y))
}

func (t *webkitTab) drag(ctx context.Context, x, y, right float64, finger bool) error {
	if finger {
		return fmt.Errorf("webkit has no touch screen: %w", errors.ErrUnsupported)
	}
	return t.perform(ctx, pointer("mouse"), moveTo(x, y), object{"type": "pointerDown", "button": 0},
		moveTo(x+right/2, y), moveTo(x+right, y), object{"type": "pointerUp", "button": 0})
}

func (t *webkitTab) press(ctx context.Context, k key) error {
	return t.perform(ctx, object{"type": "key", "id": "keyboard"},
		object{"type": "keyDown", "value": k.point}, object{"type": "keyUp", "value": k.point})
}

// screenshot waits for a frame: WebDriver would take the picture of before the last change.
func (t *webkitTab) screenshot(ctx context.Context) (png []byte, err error) {
	if _, err := t.evaluate(ctx, twoFrames); err != nil {
		return nil, err
	}
	err = t.call(ctx, "GET", "/screenshot", nil, &png)
	return png, err
}

func (t *webkitTab) print(context.Context) ([]byte, error) {
	return nil, fmt.Errorf("webkit's driver does not print: %w", errors.ErrUnsupported)
}

func (t *webkitTab) throttle(_ context.Context, c Conditions) error {
	if c == (Conditions{}) {
		return nil
	}
	return fmt.Errorf("webkit's network and processor are this machine's: %w", errors.ErrUnsupported)
}

func (t *webkitTab) work(context.Context) (Work, error) {
	return Work{}, fmt.Errorf("webkit does not report it: %w", errors.ErrUnsupported)
}

func (t *webkitTab) collect(context.Context) error {
	return fmt.Errorf("webkit has no command for it: %w", errors.ErrUnsupported)
}

func (t *webkitTab) freeze(context.Context, bool) error {
	return fmt.Errorf("webkit freezes no pages: %w", errors.ErrUnsupported)
}

func (t *webkitTab) crash(context.Context) error {
	return fmt.Errorf("webkit's driver crashes no pages: %w", errors.ErrUnsupported)
}
