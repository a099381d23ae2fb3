package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Point moves the mouse to the middle of the first element that matches the CSS selector, and presses nothing.
func (p *Page) Point(ctx context.Context, selector string) error {
	x, y, err := p.middle(ctx, selector)
	if err == nil {
		err = p.tab.point(ctx, x, y)
	}
	if err != nil {
		return fmt.Errorf("browser: point at %s: %w", selector, err)
	}
	return nil
}

// Drag takes the middle of the first element that matches the CSS selector, with the main button of the mouse or with a
// finger, moves it this many pixels to the right, and releases it. WebKit has no finger.
func (p *Page) Drag(ctx context.Context, selector string, right float64, finger bool) error {
	x, y, err := p.middle(ctx, selector)
	if err == nil {
		err = p.tab.drag(ctx, x, y, right, finger)
	}
	if err != nil {
		return fmt.Errorf("browser: drag %s: %w", selector, err)
	}
	return nil
}

// Print prints the page on A4 and returns the PDF file. Only Chromium can.
func (p *Page) Print(ctx context.Context) (pdf []byte, err error) {
	if pdf, err = p.tab.print(ctx); err != nil {
		return nil, fmt.Errorf("browser: print: %w", err)
	}
	return pdf, nil
}

// middle returns where the middle of an element is, which it scrolls into view if need be.
func (p *Page) middle(ctx context.Context, selector string) (x, y float64, err error) {
	quoted, err := json.Marshal(selector)
	if err != nil {
		return 0, 0, err
	}
	var middle struct{ X, Y float64 }
	err = p.Eval(ctx, fmt.Sprintf(`(element => {
	  if (!element) throw new Error('no element matches')
	  element.scrollIntoView({ block: 'center', behavior: 'instant' })
	  const box = element.getBoundingClientRect()
	  return { X: box.x + box.width / 2, Y: box.y + box.height / 2 }
	})(document.querySelector(%s))`, quoted), &middle)
	return middle.X, middle.Y, err
}

func (t *chromiumTab) point(ctx context.Context, x, y float64) error {
	return t.call(ctx, "Input.dispatchMouseEvent", object{"type": "mouseMoved", "x": x, "y": y}, nil)
}

func (t *chromiumTab) drag(ctx context.Context, x, y, right float64, finger bool) error {
	if finger {
		at := func(x float64) []object { return []object{{"x": x, "y": y}} }
		for _, event := range []object{
			{"type": "touchStart", "touchPoints": at(x)}, {"type": "touchMove", "touchPoints": at(x + right/2)},
			{"type": "touchMove", "touchPoints": at(x + right)}, {"type": "touchEnd", "touchPoints": []object{}},
		} {
			if err := t.call(ctx, "Input.dispatchTouchEvent", event, nil); err != nil {
				return err
			}
		}
		return nil
	}
	for _, event := range []object{
		{"type": "mouseMoved", "x": x, "y": y}, {"type": "mousePressed", "x": x, "y": y, "clickCount": 1},
		{"type": "mouseMoved", "x": x + right/2, "y": y}, {"type": "mouseMoved", "x": x + right, "y": y},
		{"type": "mouseReleased", "x": x + right, "y": y, "clickCount": 1},
	} {
		event["button"] = "left"
		if err := t.call(ctx, "Input.dispatchMouseEvent", event, nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *chromiumTab) print(ctx context.Context) ([]byte, error) {
	var file struct{ Data []byte }
	err := t.call(ctx, "Page.printToPDF", object{"paperWidth": 8.27, "paperHeight": 11.69}, &file)
	return file.Data, err
}

func (t *firefoxTab) point(ctx context.Context, x, y float64) error {
	return t.perform(ctx, "mouse", "mouse", object{"type": "pointerMove", "x": int(x), "y": int(y)})
}

func (t *firefoxTab) drag(ctx context.Context, x, y, right float64, finger bool) error {
	id, kind := "mouse", "mouse"
	if finger {
		id, kind = "finger", "touch"
	}
	return t.perform(ctx, id, kind,
		object{"type": "pointerMove", "x": int(x), "y": int(y)}, object{"type": "pointerDown", "button": 0},
		object{"type": "pointerMove", "x": int(x + right/2), "y": int(y)},
		object{"type": "pointerMove", "x": int(x + right), "y": int(y)},
		object{"type": "pointerUp", "button": 0})
}

func (t *firefoxTab) perform(ctx context.Context, id, kind string, actions ...object) error {
	return t.call(ctx, "input.performActions", object{"actions": []object{{
		"type": "pointer", "id": id, "parameters": object{"pointerType": kind}, "actions": actions,
	}}}, nil)
}

func (t *firefoxTab) print(context.Context) ([]byte, error) {
	return nil, fmt.Errorf("firefox's driver prints without telling the page: %w", errors.ErrUnsupported)
}
