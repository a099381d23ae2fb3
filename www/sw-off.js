// Takes the place of sw.js to switch it off: the server sends it under that name with -offline=false; on a static host,
// copy it over sw.js. Browsers look for a new sw.js whenever the page is opened. This one removes what the worker has
// kept, and the worker.

'use strict'

addEventListener('install', () => skipWaiting())
addEventListener('activate', event => event.waitUntil((async () => {
  await caches.delete('flightboard ' + registration.scope)
  await registration.unregister()
})()))
