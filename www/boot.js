// Starts the page's program, a WebAssembly module, and hands it the rows that the page has brought and the event
// stream that is under way meanwhile. If that does not work the status line says why, and the rows stay.
//
// Nothing here needs more than this content security policy: script-src 'self' 'wasm-unsafe-eval', and trusted types.

// Where the files are, the page says: it is the only one that is asked for each time, so it may name new ones.
const files = document.querySelector('script[data-program]').dataset

/** Writes the status line until the program does. @param {string} state @param {string} words */
function say(state, words) {
  const status = document.querySelector('#status')
  status.textContent = words
  status.dataset.status = state
  if (state === 'failed') document.querySelector('#spoken').textContent = words
}

/**
 * Loads a module. A static host may not know what WebAssembly is and serve it under another type; then it is
 * compiled when all of it is there instead of while it arrives.
 * @param {string} url @param {WebAssembly.Imports} imports
 */
async function instantiate(url, imports) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`the server answers ${response.status} to ${url}`)
  const type = response.headers.get('Content-Type') ?? ''
  const { instance } = WebAssembly.instantiateStreaming && /^application\/wasm\s*$/i.test(type)
    ? await WebAssembly.instantiateStreaming(response, imports)
    : await WebAssembly.instantiate(await response.arrayBuffer(), imports)
  return instance
}

/**
 * Where the stream is. The server that has sent this page understands the wish for many changes in one event; another
 * one may take the query for another page.
 */
function address() {
  const stream = document.querySelector('meta[name=flightboard-stream]').content
  let origin
  try { origin = new URL(stream, document.baseURI).origin } catch { /* The address is none; the program says so. */ }
  return origin === location.origin && !stream.includes('?') ? stream + '?batch' : stream
}

/** Opens the stream and keeps what comes until the program takes both. Heartbeats are of no use when they are old. */
function listen(stream) {
  const events = []
  const types = ['message', 'flightStateUpdate', 'flightRemoval', 'flightAddition', 'flightSnapshot', 'flightChanges',
    'closedConnection', 'reload']
  const keep = event => { events.push(event) }
  try {
    const source = new EventSource(stream)
    for (const type of types) source.addEventListener(type, keep)
    return { source, events, release() { for (const type of types) source.removeEventListener(type, keep) } }
  } catch {
    return {} // The address is none. The program tries it again, and says so.
  }
}

/** Reads the rows once, in the form of a snapshot: what a cell says, or the fuller text that it keeps aside. */
function board() {
  const rows = [...document.querySelectorAll('#flights > tbody > tr[data-flight]')]
  const flights = rows.map(row => {
    const flight = {}
    for (const cell of row.cells) flight[cell.dataset.col] = cell.dataset.value ?? cell.textContent
    const { word, feed, byHand } = row.dataset
    Object.assign(flight, word && { word }, feed && { feed }, byHand && { overridden: byHand.split(' ') })
    if (row.dataset.flight !== flight.flight) flight.id = row.dataset.flight
    return flight
  })
  return { rows, flights: JSON.stringify(flights) }
}

const encoder = new TextEncoder()
const said = new Uint8Array(512 * 1024)

/** Copies an event's ID and, behind a line feed, its data, for the program to read at once. */
function copy({ lastEventId, data }) {
  const text = lastEventId + '\n' + data
  return text.length * 3 > said.length ? encoder.encode(text) : said.subarray(0, encoder.encodeInto(text, said).written)
}

say('connecting', 'Connecting')
let early = {}
try {
  if (typeof WebAssembly !== 'object') throw new Error('this browser has none')
  if (typeof EventSource === 'undefined') await import(new URL(files.eventsource, document.baseURI))
  const stream = address()
  early = listen(stream)
  await import(new URL(files.go, document.baseURI))
  const go = new Go()
  go.env.GOGC = '50' // a collection is cheap where little is thrown away, and memory that a page has taken it keeps
  const instance = await instantiate(files.program, go.importObject)
  globalThis.flightboard = { stream, copy, ...early, ...board() }
  await go.run(instance) // returns when the program has ended, which it does not do by itself
  throw new Error('the program has ended')
} catch (error) {
  console.error(error)
  early.source?.close()
  if (document.querySelector('#status').dataset.status !== 'failed') {
    say('failed', `No live updates: this page's WebAssembly does not run (${error.message}). Reload the page to see what is new.`)
  }
}
