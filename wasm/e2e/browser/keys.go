package browser

// A key is a key of the keyboard as the two protocols name it.
type key struct {
	name  string // KeyboardEvent.key
	text  string // the text that it types, or ""
	code  int    // the code that Chromium's default actions go by
	point string // WebDriver's code point
}

// keys are the keys that type nothing printable, by name.
var keys = map[string]key{
	"Enter":      {"Enter", "\r", 13, "\ue007"},
	"Tab":        {"Tab", "", 9, "\ue004"},
	"Escape":     {"Escape", "", 27, "\ue00c"},
	"Backspace":  {"Backspace", "", 8, "\ue003"},
	"Delete":     {"Delete", "", 46, "\ue017"},
	"PageUp":     {"PageUp", "", 33, "\ue00e"},
	"PageDown":   {"PageDown", "", 34, "\ue00f"},
	"End":        {"End", "", 35, "\ue010"},
	"Home":       {"Home", "", 36, "\ue011"},
	"ArrowLeft":  {"ArrowLeft", "", 37, "\ue012"},
	"ArrowUp":    {"ArrowUp", "", 38, "\ue013"},
	"ArrowRight": {"ArrowRight", "", 39, "\ue014"},
	"ArrowDown":  {"ArrowDown", "", 40, "\ue015"},
}
