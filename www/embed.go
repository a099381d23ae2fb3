// Package www holds the page: its HTML, its style, its boot script, and what ./build.sh puts into built.
package www

import "embed"

// Files are the files of the page, as a static host would serve them.
//
//go:embed index.html style.css theme.js boot.js language.js languages stars.js alerts.js display.js icon.svg built
//go:embed kiosk.js kiosk.css voice.js
//go:embed offline.js sw.js sw-off.js manifest.webmanifest embedded.js flight-board.js
//go:embed check.html check.css check.js measure.js verdict.js
//go:embed flap/*.js flap/style.css
var Files embed.FS
