package words

// Modules are the texts of the page's modules for some addresses, kiosk.js and voice.js, which look up their
// translations themselves.
var Modules = []Message{
	"rows is a number from 1 to 60. The board has as many rows as fit on the screen.",
	"rotate is a time from 3s to 60m. The pages turn every 15 seconds.",
	"lang is a list of languages, such as en,he. The board keeps its language.",
	"the page has no texts in this language.",
	"No live updates: the program of this page does not answer.",
	"This browser has no voice to read aloud with.",
	"This browser reads aloud only after a click or a key.",
}

// Display are the texts of display.js, in which the reader chooses the page's theme and language. The languages have
// the names that the browser knows.
var Display = []Message{
	"Display", "Theme", "Language", "Automatic", "Light", "Dark", "High contrast", "Split-flap", Close,
}
