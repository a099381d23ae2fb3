// Removes what the board's service worker (sw.js) has kept: nobody has signed in, so it is somebody's who has left.

'use strict'

globalThis.caches?.delete('flightboard ' + new URL('.', location)).catch(() => {})
