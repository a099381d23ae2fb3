// Lets the service worker (sw.js) keep the page and the board, for when the server is off. boot.js loads it when the
// program runs. It does nothing where browsers have no service workers: they need https or localhost.

const { store, json, program } = globalThis.flightboard
const stream = document.querySelector('meta[name=flightboard-stream]').content
const pause = 60_000

/** Returns the addresses of the files that the page has loaded so far, and of those that it names. */
function loaded() {
  const named = [...document.querySelectorAll('link[href], script[src]')].map(element => element.href || element.src)
  return [...new Set([...named, ...performance.getEntriesByType('resource').map(entry => entry.name)])]
}

/** Returns the table's start tag and its rows as the server would write them, and what the head says of the board. */
function drawn() {
  const table = document.querySelector('#flights').cloneNode()
  for (const name of ['data-example', 'data-stale', 'data-long', 'aria-busy']) table.removeAttribute(name)
  const rows = [...document.querySelectorAll('#flights > tbody > tr[data-flight]')].slice(0, 100).map(row => {
    const copy = row.cloneNode(true)
    for (const cell of copy.cells) cell.removeAttribute('class')
    return copy.outerHTML
  })
  const head = [...document.querySelectorAll('#airport, #recording, #credit')].map(element => element.outerHTML)
  return { table: table.outerHTML.replace('</table>', ''), rows: rows.join('\n'), head }
}

/** Registers the worker. The page's policy wants the address of a script to be declared harmless. */
async function register() {
  const url = new URL('sw.js', document.baseURI).href
  const policy = globalThis.trustedTypes?.createPolicy('flightboard-worker', { createScriptURL: text => text })
  return navigator.serviceWorker.register(policy?.createScriptURL(url) ?? url, { updateViaCache: 'none' })
}

/** Reports whether a reader has left since this page was opened: then its board is not theirs to keep (page.js). */
function hasLeft() {
  try {
    return Number(localStorage.getItem('flightboard.left')) > performance.timeOrigin
  } catch {
    return false // the browser keeps nothing
  }
}

async function start() {
  const registration = await register()
  await navigator.serviceWorker.ready
  const send = board => {
    if (!hasLeft()) registration.active?.postMessage({ program, files: loaded(), board })
  }
  store.save = (asOf, board) => { send({ asOf, stream, flights: json(board), ...drawn() }) }
  let due = 0
  const ask = () => {
    if (document.querySelector('#status').dataset.status === 'signedOut') return // the sign-in page removes what is kept
    const began = performance.now()
    store.ask?.() // the program calls save, if its board is newer than the one saved before
    due = performance.now() + (performance.now() - began) * 10_000 // a board of 20,000 flights takes a long time
  }
  send()
  ask()
  setInterval(() => { if (document.visibilityState === 'visible' && performance.now() >= due) ask() }, pause)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') ask() })
  addEventListener('pagehide', ask)
}

// A browser that forbids workers here, as in private windows and in frames, has no board without the server.
if (navigator.serviceWorker) start().catch(() => {})
