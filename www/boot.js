// Starts the page's program, a WebAssembly module. The program gets the page's rows and its event stream, which is
// opened while the program loads. If the program cannot run, the status line shows why, and the rows stay.
//
// This content security policy is enough for it: script-src 'self' 'wasm-unsafe-eval', and trusted types.
//
// It is a classic script, because browsers run no module of a page that is opened from disk; the braces keep its names
// to itself. It is longer than 400 lines because all of it runs at the start: parts would be requests before that.

'use strict'
{
  // The page has the addresses of the files, which may contain hashes: browsers request the page on each visit.
  const script = document.querySelector('script[data-program]')
  const files = script.dataset
  const asked = new URLSearchParams(location.search)

  /** Returns the file of a language's texts, or '' for English; undefined: the page has none. @param {string} tag */
  const textsOf = tag => /^en\b/i.test(tag) ? '' : /^zh-(hant|tw|hk|mo)/i.test(tag) ? undefined
    : script.getAttribute('data-lang-' + tag.split('-')[0]) ?? undefined
  const isKnown = tag => textsOf(tag) !== undefined

  /**
   * The languages that the reader has chosen and the page has: those of the address, ?lang=en,he, or else, unless the
   * page hangs on a wall, the one that display.js has kept.
   */
  function chosenLanguages() {
    const known = list => list?.match(/\b[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2}|-\d{3})?\b/gi)?.filter(isKnown) ?? []
    const inAddress = known(new URLSearchParams(location.search).get('lang'))
    if (inAddress.length || asked.has('kiosk')) return inAddress
    try { return known(localStorage.getItem('flightboard.lang')) } catch { return [] }
  }

  /** The same, or the first of the browser's languages that the page has. */
  function languages() {
    const chosen = chosenLanguages()
    return chosen.length ? chosen : [navigator.languages.find(isKnown) ?? 'en']
  }

  let translator
  globalThis.flightboard = {
    languages: languages(), chosenLanguages,
    /** Shows the page in a language, or in its own. Until its texts have come the former one stays. */
    async setLanguage(tag = languages()[0]) {
      const file = textsOf(tag)
      if (file === undefined) throw new RangeError('the page has no texts in ' + tag)
      if (!file && !translator) return
      translator ??= import(new URL(files.language, document.baseURI))
      await (await translator).setLanguage(tag, file)
    },
  }

  /** Returns a text in the page's language. @param {string} text @param {string} [value] of its placeholder */
  const say = (text, value) => (flightboard.texts?.[text] ?? text).replace(/{\w+}/, () => value)

  /** Loads one of the page's modules, and calls a function with it. @param {string} name */
  function load(name, use) { import(new URL(files[name], document.baseURI)).then(use).catch(console.error) }

  /** Writes the status line, until the program does. @param {string} state @param {string} text */
  function showStatus(state, text) {
    const status = document.querySelector('#status')
    status.textContent = text
    status.dataset.status = state
    if (state === 'failed') document.querySelector('#spoken').textContent = text
  }

  /**
   * Loads a module and compiles it while it arrives. A static host may serve it with another type than
   * application/wasm; then it is compiled after it has arrived. WebKit takes what the page preloads for a request of
   * this mode only, and otherwise fetches the module twice. In a sandbox the page's own files are another origin's.
   * A download that breaks off is tried again after pauses, in milliseconds.
   * @param {string} url @param {WebAssembly.Imports} imports @param {number[]} [pauses]
   */
  async function instantiate(url, imports, pauses = [1000, 4000]) {
    const isOwn = new URL(url, document.baseURI).origin === origin
    try {
      const response = await fetch(url, isOwn ? { mode: 'no-cors', credentials: 'include' } : {})
      if (!response.ok) throw new Error(`the server answers ${response.status} to ${url}`)
      const type = response.headers.get('Content-Type') ?? ''
      const { instance } = WebAssembly.instantiateStreaming && /^application\/wasm\s*$/i.test(type)
        ? await WebAssembly.instantiateStreaming(response, imports)
        : await WebAssembly.instantiate(await response.arrayBuffer(), imports)
      return instance
    } catch (error) {
      if (!(error instanceof TypeError) || pauses.length === 0) throw error // a TypeError: the connection broke off
      await new Promise(resolve => setTimeout(resolve, pauses[0]))
      return instantiate(url, imports, pauses.slice(1))
    }
  }

  /**
   * Returns the stream's address. The server that sent this page knows the parameter batch, with which it sends several
   * changes in one event. The address of another origin gets no parameter, which might select another resource there.
   */
  function streamAddress() {
    const stream = document.querySelector('meta[name=flightboard-stream]').content
    let origin
    try { origin = new URL(stream, document.baseURI).origin } catch { /* not an address; the program reports it */ }
    return origin === location.origin && !stream.includes('?') ? stream + '?batch' : stream
  }

  /** Whether a stream of another origin gets the reader's cookies. */
  const sendsCookies = () => document.querySelector('meta[name=flightboard-stream][data-credentials]') !== null

  /** Opens the stream and keeps its events until the program takes both. It drops heartbeats: they are soon useless. */
  function listen(stream) {
    const events = []
    const types = ['message', 'flightStateUpdate', 'flightRemoval', 'flightAddition', 'flightSnapshot', 'flightChanges',
      'flightBoard', 'closedConnection', 'refusal', 'reload']
    const keep = event => { events.push(event) }
    try {
      const source = new EventSource(stream, { withCredentials: sendsCookies() })
      for (const type of types) source.addEventListener(type, keep)
      return { source, events, release() { for (const type of types) source.removeEventListener(type, keep) } }
    } catch {
      return {} // not an address; the program tries it again, and reports the error
    }
  }

  /** Makes JSON of the program's form of a board: names and texts of fields, and an empty text after each flight. */
  function json(board) {
    const lists = ['codeshares', 'overridden']
    const texts = board.split('\x1f')
    const flights = []
    for (let i = 0, flight = {}; i < texts.length - 1; i++) {
      const name = texts[i]
      if (!name) {
        flights.push(flight)
        flight = {}
      } else {
        flight[name] = lists.includes(name) ? texts[++i].split('\n') : texts[++i]
      }
    }
    return JSON.stringify(flights)
  }

  /**
   * Returns what the service worker (sw.js) has kept: the time of the board in seconds since 1970, 0 if there is none,
   * and all of its flights, as JSON, unless there are only the page's rows. A page that the server has just sent with
   * rows of its own wants none.
   */
  async function kept() {
    const { kept } = document.querySelector('#status').dataset
    if (!kept && !document.querySelector('#flights[data-example]')) return { asOf: 0 }
    try {
      const scope = new URL('.', location)
      const board = await (await caches.match(scope + 'board', { cacheName: 'flightboard ' + scope })).json()
      const { content } = document.querySelector('meta[name=flightboard-stream]')
      if (board.asOf >= Number(kept ?? 0) && board.stream === content) return board
    } catch { /* There is no board, or this browser keeps none. */ }
    return { asOf: Number(kept ?? 0) }
  }

  /**
   * Returns what the page shares with its other tabs, or undefined where it cannot: a lock that one of them has, which
   * connects for all, and a channel. The program replaces `granted`, `lost` and `heard`. @param {string} stream
   */
  function tabsOf(stream) {
    let url
    try { url = new URL(stream, document.baseURI) } catch { return }
    if (!navigator.locks || typeof BroadcastChannel === 'undefined' || url.origin !== location.origin) return
    const name = 'flightboard 1 ' + url + (flightboard.languages[0] === 'en' ? '' : ' ' + flightboard.languages[0])
    let letGo = () => {}
    let channel // closed while the tab takes no part: else browsers would not keep the page in the back/forward cache
    const join = () => {
      channel ??= new BroadcastChannel(name)
      channel.onmessage = ({ data }) => tabs.heard(data)
    }
    const tabs = {
      id: String(Math.random()), held: false, granted() {}, lost() {}, heard() {},
      /** Requests the lock in place of the request before. @param {'signal' | 'steal' | 'ifAvailable' | ''} how */
      request(how) {
        letGo()
        letGo = () => {}
        if (!how) {
          channel?.close()
          channel = undefined
          return
        }
        if (how !== 'ifAvailable') join()
        let current = true
        const controller = new AbortController()
        const until = new Promise(resolve => {
          letGo = () => { current = tabs.held = false; resolve(); controller.abort() }
        })
        return navigator.locks.request(name, { [how]: how === 'signal' ? controller.signal : true }, lock => {
          if (!lock || !current) return
          tabs.held = true
          tabs.granted()
          return until
        }).catch(error => {
          if (!current) return
          current = tabs.held = false
          tabs.lost(error)
        })
      },
      /** Sends a message to the other tabs. @param {string} head @param {string} data @param {boolean} isBoard */
      post(head, data, isBoard) {
        join()
        channel.postMessage({ lastEventId: head, data: isBoard ? json(data) : data })
      },
    }
    return tabs
  }

  /**
   * Opens the stream, unless another tab has. If the browser does not answer soon, it opens it. Resolves to a function
   * that returns what the program takes. @param {string} stream
   */
  async function open(stream) {
    const tabs = tabsOf(stream)
    if (!tabs) {
      const preopened = listen(stream)
      return () => preopened
    }
    let shared = true
    const first = await new Promise(resolve => {
      tabs.granted = () => resolve(true)
      tabs.lost = error => { shared = error.name === 'AbortError'; resolve(true) } // or another tab has taken the lock
      tabs.request('ifAvailable').then(() => resolve(tabs.held))
      setTimeout(resolve, 500, true)
    })
    const preopened = first ? listen(stream) : {}
    return () => {
      if (!shared) return preopened
      if (tabs.held) return { ...preopened, tabs }
      preopened.release?.()
      preopened.source?.close()
      return { tabs }
    }
  }

  /** Returns the rows, and their flights as the JSON of a snapshot. A field is its cell's data-value or else text. */
  function readRows() {
    const rows = [...document.querySelectorAll('#flights > tbody > tr[data-flight]')]
    const flights = rows.map(row => {
      const flight = {}
      for (const cell of row.cells) flight[cell.dataset.col] = cell.dataset.value ?? cell.textContent
      const { word, feed, dated, byHand } = row.dataset
      Object.assign(flight, word && { word }, feed && { feed }, dated && { dated },
        byHand && { overridden: byHand.split(' ') })
      if (row.dataset.flight !== flight.flight) flight.id = row.dataset.flight
      return flight
    })
    return { rows, flights: JSON.stringify(flights) }
  }

  /** Reports whether a reload would take the reader's place from them. What they have chosen is in the address. */
  function isInUse() {
    return document.activeElement !== document.body || scrollY > 0 || !getSelection().isCollapsed ||
      document.querySelector('dialog[open], details[open]') !== null
  }

  /**
   * Starts a module that the address asks for by its name. If the module does not arrive, it is requested again: under
   * another address, because browsers may remember the failure.
   */
  function add(name, attempt = 0) {
    if (!asked.has(name)) return
    const url = new URL(files[name], document.baseURI)
    if (attempt) url.search = attempt
    import(url).then(module => module.start(files), () => setTimeout(add, 5000, name, attempt + 1))
  }

  /**
   * Loads a new release of the page while it is hidden, or after ten minutes in which nobody used it. The page names
   * its program by its hash, so it tells which release it is. Nobody uses a kiosk, and nobody reloads it if it has
   * failed.
   */
  function renew() {
    const pause = 600_000
    const isKiosk = asked.has('kiosk')
    const began = Date.now()
    let looked = 0
    let used = began
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll']) {
      addEventListener(type, () => { used = Date.now() }, { capture: true, passive: true })
    }
    const states = ['live', 'quiet', 'ended', 'failed'] // others have a board that a reload might lose
    const state = () => document.querySelector('#status').dataset.status
    const mayReload = () => isKiosk || states.includes(state()) &&
      (document.visibilityState === 'hidden' || Date.now() - used >= pause && !isInUse())
    const look = async () => {
      const isOver = isKiosk && ['ended', 'failed'].includes(state())
      if (Date.now() - (isOver ? Math.max(looked, began) : looked) < (isOver ? 50_000 : pause) || !mayReload()) return
      looked = Date.now()
      try {
        const response = await fetch(location.href, { cache: 'no-store' })
        const program = / data-program="([^"]+)"/.exec(await response.text())?.[1]
        if (!response.ok || !program || !isOver && program === files.program || !mayReload()) return
        // WebKit would reload the page with the program that it has in its memory.
        if (state() === 'failed') await fetch(new URL(program, document.baseURI), { cache: 'reload' })
        location.reload()
      } catch { /* The server is away; the page has its own words for that. */ }
    }
    document.addEventListener('visibilitychange', look)
    setInterval(look, 60_000)
  }

  /** Brings a reader who signs in again back to where they had scrolled. What they have chosen is in the address. */
  function keepPlace() {
    const name = 'flightboard.place'
    const status = document.querySelector('#status'), link = document.querySelector('#sign-in')
    try {
      link.addEventListener('click', () => { if (!link.target) sessionStorage.setItem(name, scrollY) })
      const y = Number(sessionStorage.getItem(name))
      sessionStorage.removeItem(name)
      if (!y) return
      const observer = new MutationObserver(() => {
        if (status.dataset.status !== 'live') return // the rows that the search leaves are drawn with that
        observer.disconnect()
        requestAnimationFrame(() => { if (scrollY === 0) scrollTo(0, y) })
      })
      observer.observe(status, { attributes: true })
    } catch { /* The browser keeps nothing. */ }
  }

  const encoder = new TextEncoder()
  const buffer = new Uint8Array(512 * 1024)

  /** Encodes an event's ID, a line feed, and its data. The bytes are valid until the next call. */
  function copy({ lastEventId, data }) {
    const text = lastEventId + '\n' + data
    if (text.length * 3 > buffer.length) return encoder.encode(text)
    return buffer.subarray(0, encoder.encodeInto(text, buffer).written)
  }

  /** Takes a whole event stream of our servers apart. An event without an ID has the one before it. */
  copy.events = text => {
    let id = ''
    return text.split('\n\n').slice(0, -1).map(block => {
      const event = { type: 'message' }
      for (const line of block.split('\n')) {
        const [, name, value] = /^([^:]*):? ?([^]*)$/.exec(line)
        if (name === 'event') event.type = value
        else if (name === 'id') id = value
        else if (name === 'data') event.data = 'data' in event ? event.data + '\n' + value : value
      }
      event.lastEventId = id
      return event
    }).filter(event => 'data' in event)
  }

  /**
   * Writes a text into a cell of each row: into its text node, if that is all that the cell has.
   * @param {string} texts the texts, divided by zeros, each after a character for the place of its cell: 0 is the first
   */
  function write(texts, ...rows) {
    for (const [i, text] of texts.split('\0').entries()) {
      const cell = rows[i].cells[text.charCodeAt(0) - 48], node = cell.firstChild
      if (node?.nodeType === Node.TEXT_NODE && !node.nextSibling) node.data = text.slice(1)
      else cell.textContent = text.slice(1)
    }
  }

  /** Runs the program, as long as it runs. */
  async function start() {
    showStatus('connecting', say('Connecting'))
    const { asOf, kept: isKept } = document.querySelector('#status').dataset
    if (isKept) document.querySelector('#status').append(say(', board as of {clock}', asOf))
    const follow = () => { flightboard.setLanguage().catch(console.error) }
    follow()
    addEventListener('storage', ({ key }) => { if (key === 'flightboard.lang') follow() }) // tabs share a status
    document.querySelector('#display')?.addEventListener('click', () => load('display', display => display.open()))
    if (document.documentElement.dataset.theme === 'flap') load('flap', flap => flap.start(files))
    renew()
    keepPlace()
    for (const name of ['kiosk', 'voice']) add(name)
    let opening
    try {
      if (typeof WebAssembly !== 'object') throw new Error('this browser has none')
      if (typeof EventSource === 'undefined') await import(new URL(files.eventsource, document.baseURI))
      const stream = streamAddress()
      opening = open(stream)
      const stars = files.stars && import(new URL(files.stars, document.baseURI)).catch(console.error)
      const store = kept()
      await import(new URL(files.go, document.baseURI))
      const go = new Go()
      go.env.GOGC = '50' // collections are cheap, because there is little garbage, and a module cannot give memory back
      const instance = await instantiate(files.program, go.importObject)
      const buttons = (await stars)?.stars(files.alerts) ?? { start() {}, reword() {}, mark() {}, tell() {} }
      const { program } = files
      Object.assign(flightboard, { withCredentials: sendsCookies(), stream, copy, write, json, program, stars: buttons,
        store: await store, ...(await opening)(), ...readRows() })
      const run = go.run(instance)
      import(new URL(files.offline, document.baseURI)).catch(() => { /* there is no board without the server */ })
      await run // returns only if the program has ended, by a panic or by an exit
      throw new Error('the program has ended')
    } catch (error) {
      console.error(error)
      opening?.then(take => { const { source, tabs } = take(); source?.close(); tabs?.request('') })
      if (document.querySelector('#status').dataset.status === 'failed') return
      showStatus('failed', say(
        `No live updates: this page's WebAssembly does not run ({reason}). Reload the page to see what is new.`,
        error.message))
    }
  }

  /**
   * Shows that the page was opened from disk: a saved copy has the status and the rows of when it was saved, and from
   * language.js the texts that it needs here. What needs the program is hidden.
   */
  function showSaved() {
    const { asOf, texts } = document.querySelector('#status').dataset
    if (texts) flightboard.texts = JSON.parse(texts)
    showStatus('saved', say('Opened from disk, not live'))
    if (asOf) document.querySelector('#status').append(say(', board as of {clock}', asOf))
    document.querySelector('#flights').toggleAttribute('data-stale', true)
    const useless = '.tools, .buttons, .star, #feed, #spoken, #clock'
    for (const element of document.querySelectorAll(useless)) element.hidden = true
  }

  if (asked.has('embed')) import(new URL(files.embedded, document.baseURI))
  if (location.protocol.startsWith('http')) start()
  else showSaved()
}
