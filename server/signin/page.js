// Removes what the board's service worker (sw.js) has kept: nobody has signed in, so it is somebody's who has left.

'use strict'

globalThis.caches?.delete('flightboard ' + new URL('.', location)).catch(() => {})
// The worker does it as well, after what it is still keeping.
navigator.serviceWorker?.getRegistration().then(found => found?.active?.postMessage('forget')).catch(() => {})
