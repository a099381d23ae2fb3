// Replaces the browser's network, frames and console, so that a test decides what happens, and when. This is the body
// of a function; it returns the stage.
const stage = { sources: [], requests: [], frames: [], errors: [], visibility: 'visible' }

class EventSource {
  listeners = new Map()
  kept = new Map() // the boot script's listeners
  readyState = 0
  constructor(url) {
    if (url.includes(' ')) throw new SyntaxError('no address: ' + url)
    this.url = url
    stage.sources.push(this)
    stage.onsource?.()
  }
  addEventListener(type, f) { this.listeners.set(type, f) }
  removeEventListener(type, f) { if (this.listeners.get(type) === f) this.listeners.delete(type) }
  close() { this.readyState = 2 }
  happen(type, data, lastEventId, readyState) {
    this.readyState = readyState
    this.kept.get(type)?.({ type, data, lastEventId })
    this.listeners.get(type)?.({ type, data, lastEventId })
  }
}

const fetch = (url, options) => ({
  then(answered, lost) { stage.requests.push({ url, options, answered, lost }) },
})

// As in boot.js.
stage.listen = url => {
  const source = new EventSource(url)
  const events = []
  for (const type of ['flightSnapshot', 'flightStateUpdate', 'closedConnection', 'refusal']) {
    source.kept.set(type, event => { events.push(event) })
  }
  return { source, events, release() { source.kept.clear() } }
}
stage.copy = event => new TextEncoder().encode(event.lastEventId + '\n' + event.data)
stage.write = (texts, ...rows) => {
  for (const [i, text] of texts.split('\0').entries()) {
    const cell = rows[i].cells[text.charCodeAt(0) - 48], node = cell.firstChild
    if (node?.nodeType === 3 && !node.nextSibling) node.data = text.slice(1)
    else cell.textContent = text.slice(1)
  }
}
// As in stars.js, without its buttons.
stage.told = []
stage.stars = {
  start(texts) { stage.starTexts = texts },
  reword(texts) { stage.starTexts = texts },
  mark(row, number, on) {
    row.setAttribute('data-number', number)
    row.toggleAttribute('data-starred', on)
  },
  tell(news) { stage.told.push(news) },
}
stage.answer = (n, status, type, redirected) =>
  stage.requests[n].answered({ status, redirected, headers: { get: name => name === 'Content-Type' ? type : null } })
stage.lose = n => stage.requests[n].lost(new TypeError('lost'))
stage.frame = () => { for (const f of stage.frames.splice(0)) f(0) }
stage.see = visibility => {
  stage.visibility = visibility
  stage.fire(document, 'visibilitychange')
}
// Dispatches a real event in browsers, and a plain object on a document of dom.js.
stage.fire = (target, type) => {
  const real = typeof Event === 'function' && target instanceof (globalThis.EventTarget ?? Object)
  return target.dispatchEvent(real ? new Event(type, { bubbles: true }) : { type, bubbles: true })
}

const saved = ['EventSource', 'fetch', 'requestAnimationFrame', 'navigator']
  .map(name => [name, Object.getOwnPropertyDescriptor(globalThis, name)])
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
define('EventSource', EventSource)
define('fetch', fetch)
define('requestAnimationFrame', f => stage.frames.push(f))
define('navigator', { onLine: true })
Object.defineProperty(document, 'visibilityState', { get: () => stage.visibility, configurable: true })
const error = console.error
console.error = (...words) => { stage.errors.push(words.join(' ')) }

stage.end = () => {
  for (const [name, was] of saved) was ? Object.defineProperty(globalThis, name, was) : delete globalThis[name]
  delete document.visibilityState
  console.error = error
}

// The page's language and elements, as index.html has them, with these rows.
document.documentElement.lang ||= 'en'
const make = (name, attributes, ...children) => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}
stage.rows = rows.map(([key, sign, ...cells]) => make('tr',
  sign ? { 'data-flight': key, 'data-state': sign } : { 'data-flight': key },
  ...cells.map(([column, text]) => make('td', { 'data-col': column }, ...(text ? [text] : [])))))
document.body.replaceChildren(
  ...['previous', 'next', 'waiting', 'csv', 'keys', 'more'].map(id => make('button', { id })),
  ...['search', 'page'].map(id => make('input', { id })),
  ...['size', 'times'].map(id => make('select', { id })),
  ...['pages', 'found', 'none', 'printed', 'airport', 'recording', 'clock', 'credit'].map(id => make('span', { id })),
  make('details', { id: 'columns' }), make('main', {}),
  make('p', { id: 'status' }, 'Connecting'),
  make('p', { id: 'feed', hidden: '' }),
  make('p', { id: 'spoken' }),
  make('p', { id: 'banner', hidden: '' }),
  make('a', { id: 'check', hidden: '' }),
  make('a', { id: 'sign-in', hidden: '' }),
  make('button', { id: 'stop', hidden: '' }, 'Stop updates'), make('button', { id: 'retry', hidden: '' }, 'Retry now'),
  make('table', { id: 'flights' },
    make('thead', {}, make('tr', {}, ...columns.map((column, i) =>
      make('th', i < 4 ? { 'data-col': column } : { 'data-col': column, hidden: '' }, column)))),
    make('tbody', {}, ...stage.rows)))

stage.text = selector => document.querySelector(selector).textContent
stage.has = (selector, name) => document.querySelector(selector).hasAttribute(name)
stage.menu = document.querySelector('#columns')
stage.get = (selector, name) => document.querySelector(selector).getAttribute(name)
// The table as JSON: shown header cells, then the rows with their keys and signs.
stage.table = () => JSON.stringify({
  Head: [...document.querySelector('#flights thead tr').cells]
    .filter(th => !th.hidden).map(th => th.getAttribute('data-col')),
  Rows: [...document.querySelector('#flights').tBodies].flatMap(body => [...body.children])
    .filter(tr => tr.hasAttribute('data-flight')).map(tr => ({
    Key: tr.getAttribute('data-flight'), Sign: tr.getAttribute('data-state') ?? '',
    Born: tr.born ??= stage.born = (stage.born ?? 0) + 1,
    Cells: [...tr.cells].map(td => td.getAttribute('data-col') + '=' + td.textContent),
    Changed: [...tr.cells].filter(td => td.className === 'changed').map(td => td.getAttribute('data-col')),
  })),
})
return stage
