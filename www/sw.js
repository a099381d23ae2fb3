// The service worker of the page. It keeps the page, its files and the last board, and answers only when the server
// does not: then a reload shows that board and its age. While the server answers, the browser gets everything from it,
// so the worker cannot hold a new release back. It answers no requests but those for the page and its files.
//
// The page sends it what to keep (offline.js). To switch it off for good, see sw-off.js.

'use strict'

const { scope } = registration
const cacheName = 'flightboard ' + scope
const boardKey = scope + 'board' // nothing requests this address
const patience = 10_000 // as long as the page waits for a stream that does not open

let fresh // a page that the server has just sent, until its files are known
let keeping = Promise.resolve() // the last message has been handled
const away = new Set() // the clients that have a page of this worker's

// There is no navigation preload: Firefox shows its own error when that fails.
addEventListener('install', () => skipWaiting())

addEventListener('fetch', event => {
  const { method, mode, url } = event.request
  if (method !== 'GET') return
  if (mode === 'navigate') {
    if (/^(index\.html)?(\?.*)?$/.test(pathOf(url))) event.respondWith(answerPage(event))
  } else if (away.has(event.clientId) && isFile(url)) {
    event.respondWith(caches.match(url, { cacheName }).then(kept => kept ?? fetch(event.request)))
  }
})

/** Returns an address relative to the page's folder, or undefined if it is not in it. @param {string} url */
function pathOf(url) {
  if (url.startsWith(scope)) return url.slice(scope.length).replace(/#.*/, '')
}

/** Reports whether an address can be that of a file of the page. The stream's and the board's have no ending. */
function isFile(url) {
  return /^[\w./-]+\.(js|css|wasm|svg|png|json|webmanifest)$/.test(pathOf(url))
}

/** Answers with the server's page or, if the server does not answer or something before it fails, with the kept one. */
async function answerPage(event) {
  const answer = fetch(event.request, { cache: 'no-cache' }) // a static host may let browsers guess how long it is fresh
  let response
  try {
    response = await Promise.race([answer, new Promise((_, reject) => { setTimeout(reject, patience) })])
  } catch { /* it is thrown again below */ }
  if (response && response.status < 500) {
    if (response.ok) event.waitUntil(look(response.clone()))
    return response
  }
  await keeping
  const kept = await keptPage()
  if (!kept) return answer
  away.add(event.resultingClientId)
  return kept
}

/** Notes a page of the server's. If there is another one at this address now, the worker goes. */
async function look(response) {
  const html = await response.clone().text()
  if (html.includes('name="flightboard-stream"')) {
    fresh = { html, response }
    return
  }
  await caches.delete(cacheName)
  await registration.unregister()
}

/** Returns the kept page with the kept board in it, if that is newer than the page. */
async function keptPage() {
  const cache = await caches.open(cacheName)
  const response = await cache.match(scope)
  if (!response) return
  let html = await response.text()
  const [, own] = /<p id="status" data-as-of="(\S+ \S+) UTC"/.exec(html) ?? []
  let asOf = own ? Date.parse(own.replace(' ', 'T') + 'Z') / 1000 : 0 // without rows of the server's: 0
  const board = await (await cache.match(boardKey))?.json()
  if (board?.asOf >= asOf && html.includes(`name="flightboard-stream" content="${board.stream}"`)) {
    asOf = board.asOf
    html = html.replace(/<table id="flights"[^>]*>/, () => board.table)
      .replace(/<tbody>[^]*<\/tbody>/, () => `<tbody>${board.rows}</tbody>`)
    for (const element of board.head) {
      const [, id] = /^<p id="(\w+)"/.exec(element) ?? []
      html = html.replace(new RegExp(`<p id="${id}"[^>]*>[^<]*</p>`), () => element)
    }
  }
  if (asOf) {
    const when = new Date(asOf * 1000).toISOString().slice(0, 19).replace('T', ' ')
    html = html.replace(/<p id="status"[^>]*>[^<]*/, () =>
      `<p id="status" data-as-of="${when} UTC" data-kept="${asOf}">Not live, board as of ${when} UTC`)
  }
  const headers = new Headers(response.headers)
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
  return new Response(html, { headers })
}

addEventListener('message', event => {
  const handle = () => event.data === 'forget' ? forget() : keep(event.data)
  keeping = keeping.then(handle).catch(error => console.warn('the board is not kept:', error))
  event.waitUntil(keeping)
})

/** Removes all that is kept: the sign-in page says that the reader has left. */
async function forget() {
  fresh = undefined
  await caches.delete(cacheName)
}

/**
 * Keeps what a page sends: its files, and a board unless a newer one is kept. With the files of another release it
 * keeps the page as well, and forgets the files of the release before.
 */
async function keep({ program, files, board }) {
  const cache = await caches.open(cacheName)
  const isNew = fresh?.html.includes(`data-program="${program}"`) || !await cache.match(scope)
  if (isNew && !fresh) await look(await fetch(scope, { cache: 'no-cache' }))
  const page = fresh
  if (isNew && !page?.html.includes(`data-program="${program}"`)) return
  files = files.filter(isFile)
  await Promise.all(files.map(async file => {
    const kept = await cache.match(file)
    if (kept && (!isNew || /immutable/.test(kept.headers.get('Cache-Control')))) return
    const response = await fetch(file, { cache: /\.[0-9a-f]{24}\./.test(file) ? 'default' : 'no-cache' })
    if (!response.ok) throw new Error(`${response.status} ${file}`)
    await cache.put(file, response)
  }))
  if (isNew) {
    await cache.put(scope, page.response)
    if (fresh === page) fresh = undefined
    for (const { url } of await cache.keys()) {
      if (![scope, boardKey, ...files].includes(url)) await cache.delete(url)
    }
  }
  const before = await (await cache.match(boardKey))?.json()
  if (board && !(before?.asOf > board.asOf && before.stream === board.stream)) {
    await cache.put(boardKey, new Response(JSON.stringify(board)))
  }
}
