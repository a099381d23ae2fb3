// Starts the page's program, a WebAssembly module, and hands it the rows that the page has brought. If that does not
// work the status line says why, and the rows stay.
//
// Nothing here needs more than this content security policy: script-src 'self' 'wasm-unsafe-eval', and trusted types.

/** Writes the status line until the program does. @param {string} state @param {string} words */
function say(state, words) {
  const status = document.querySelector('#status')
  status.textContent = words
  status.dataset.status = state
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

/** Reads the rows once, in the form of a snapshot: what a cell says, or the fuller text that it keeps aside. */
function handover() {
  const rows = [...document.querySelectorAll('#flights > tbody > tr[data-flight]')]
  const flights = rows.map(row => {
    const flight = {}
    for (const cell of row.cells) flight[cell.dataset.col] = cell.dataset.value ?? cell.textContent
    if (row.dataset.flight !== flight.flight) flight.id = row.dataset.flight
    return flight
  })
  const stream = document.querySelector('meta[name=flightboard-stream]').content
  return { rows, flights: JSON.stringify(flights), stream }
}

say('connecting', 'Connecting')
try {
  if (typeof WebAssembly !== 'object') throw new Error('this browser has none')
  await Promise.all([
    import('./built/wasm_exec.js'),
    typeof EventSource === 'undefined' && import('./built/eventsource.js'),
  ])
  const go = new Go()
  const instance = await instantiate('built/app.wasm', go.importObject)
  globalThis.flightboard = handover()
  await go.run(instance) // returns when the program has ended, which it does not do by itself
  throw new Error('the program has ended')
} catch (error) {
  console.error(error)
  if (document.querySelector('#status').dataset.status !== 'failed') {
    say('failed', `No live updates: WebAssembly does not run here (${error.message}). Reload the page to see what is new.`)
  }
}
