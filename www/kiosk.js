// Hangs the page on a wall: ?kiosk, or for example ?kiosk&rows=12&rotate=10s&lang=en,he. The rows fill the screen,
// pages turn by themselves, and nothing can be operated, so everything recovers by itself.
//
// boot.js imports this file and calls start. What it decides is in the functions above start, which read neither the
// page nor a clock: a test calls them in Node.

const most = { rows: 60, rotate: 3_600_000 }, least = { rows: 1, rotate: 3000 }
const usual = { rotate: 15_000 }

/** Returns a text in the language of the page. @param {string} text */
const say = text => globalThis.flightboard?.texts?.[text] ?? text

/**
 * Reads the address's parameters. One that cannot be used has its default, and a sentence in problems.
 * @param {string} search
 * @returns {{ rows: number, rotate: number, languages: string[], problems: string[] }} rows is 0 if as many shall be
 * shown as fit; rotate is in milliseconds
 */
export function parametersOf(search) {
  const asked = new URLSearchParams(search), problems = []
  const use = (name, read, problem) => {
    const text = asked.get(name)
    if (text === null) return
    const value = read(text.trim())
    if (value === undefined) problems.push(`${name}=${text}: ${say(problem)}`)
    return value
  }
  const within = (name, number) => number >= least[name] && number <= most[name] ? number : undefined
  const rows = use('rows', text => within('rows', /^\d+$/.test(text) ? Number(text) : 0),
    'rows is a number from 1 to 60. The board has as many rows as fit on the screen.')
  const rotate = use('rotate', text => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|min|)$/.exec(text) ?? []
    return within('rotate', number * (unit?.startsWith('m') ? 60_000 : 1000))
  }, 'rotate is a time from 3s to 60m. The pages turn every 15 seconds.')
  const languages = use('lang', text => {
    const list = text.split(/\s*,\s*/)
    return list.every(language => /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language)) ? list : undefined
  }, 'lang is a list of languages, such as en,he. The board keeps its language.')
  return { rows: rows ?? 0, rotate: rotate ?? usual.rotate, languages: languages ?? [], problems }
}

/**
 * Returns how many rows fit: of 48 pixels or more, and on a screen of more than 1080 pixels of as much of it, because
 * readers are as far away. kiosk.css has the same measures for what is above and below the rows.
 * @param {number} width of the window, in CSS pixels @param {number} height
 */
export function rowsThatFit(width, height) {
  const side = Math.min(width, height)
  const others = 10.4 * Math.max(8, side / 100), row = 48 * Math.max(1, side / 1080)
  return Math.min(Math.max(Math.floor((height - others) / row), least.rows), most.rows)
}

/**
 * Returns what is shown next: the page in each of the languages, then the next page. So whoever reads only one of them
 * sees it in every other turn, and no reader misses a page.
 * @param {{ page: number, language: number }} shown page counts from 1, language from 0
 * @param {number} pages @param {number} languages how many
 */
export function next({ page, language }, pages, languages) {
  if (language + 1 < languages) return { page: Math.min(page, pages), language: language + 1 }
  return { page: page < pages ? page + 1 : 1, language: 0 }
}

/**
 * Returns by how many pixels the board is shifted right and down, so that no edge burns in: a pixel every quarter of an
 * hour, to and fro within eight, and a row lower after each way. A reload continues where it was.
 * @param {number} time in milliseconds since 1970 @returns {[number, number]}
 */
export function shiftAt(time) {
  const step = Math.floor(time / 900_000)
  const swing = n => Math.abs((n + 8) % 16 - 8) - 4
  return [swing(step), swing(Math.floor(step / 8))]
}

const patience = 2000 // how long a connection may be bad before it fills the head: a short cut is for the lamp alone
const noticeTime = 60_000

/** Adds the style sheet, again if it does not arrive. @param {string} url */
function dress(url) {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = url
  link.onerror = () => setTimeout(() => { link.remove(); dress(url) }, 5000)
  document.head.append(link)
}

/** Shows sentences below the rows for a while. @param {() => string[]} write returns them in the page's language */
function notice(write) {
  if (!write().length) return
  console.warn(write().join(' '))
  const line = document.createElement('p')
  line.className = 'notice'
  const show = () => { line.textContent = write().join(' ') }
  show()
  addEventListener('languagechange', show)
  document.querySelector('main').append(line)
  setTimeout(() => line.remove(), noticeTime)
}

/** Lets no key and no pointer reach the page's controls. A double click, F or Enter fills the screen. */
function lock() {
  const fill = () => { document.documentElement.requestFullscreen?.()?.catch(() => {}) }
  addEventListener('keydown', event => {
    event.stopImmediatePropagation()
    if (event.key === 'Tab') event.preventDefault()
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey
    if (plain && ['f', 'F', 'Enter'].includes(event.key)) fill()
  }, true)
  addEventListener('dblclick', fill)
  addEventListener('contextmenu', event => event.preventDefault())
}

let awake
/** Keeps the screen on. Browsers end that when the page is hidden. */
async function stayAwake() {
  if (document.visibilityState !== 'visible' || awake && !awake.released) return
  try { awake = await navigator.wakeLock?.request('screen') } catch { /* the system does not let it, or not now */ }
}

/** Fills the head with the status while the connection is bad. */
function watch(status) {
  let timer
  const look = () => {
    const isWell = ['live', 'quiet'].includes(status.dataset.status)
    if (isWell) {
      clearTimeout(timer)
      timer = undefined
      document.documentElement.removeAttribute('data-lost')
    } else {
      timer ??= setTimeout(() => document.documentElement.toggleAttribute('data-lost', true), patience)
    }
  }
  new MutationObserver(look).observe(status, { attributeFilter: ['data-status'] })
  look()
}

/** Turns the pages. A program that does not hear of it any more has failed: then boot.js loads the page again. */
function turnPages({ rows, rotate }, status) {
  const root = document.documentElement
  const place = document.createElement('p')
  place.id = 'place'
  place.dir = 'ltr'
  place.setAttribute('role', 'contentinfo')
  document.body.append(place)
  const pages = () => Number(document.querySelector('#pages').textContent) || 1
  const languages = () => globalThis.flightboard?.languages ?? [] // those of the address that the page has
  let shown = { page: 1, language: 0 }
  let unheard = 0, longest = 300_000 // for how long the program hears nothing, and may: it loads at first

  const show = () => {
    const detail = { page: shown.page, rows: rows || rowsThatFit(innerWidth, innerHeight) }
    root.style.setProperty('--rows', detail.rows)
    const heard = !document.dispatchEvent(new CustomEvent('turn', { cancelable: true, detail }))
    if (heard) [unheard, longest] = [0, 60_000]
    place.textContent = pages() > 1 ? `${Math.min(shown.page, pages())}/${pages()}` : ''
    const [right, down] = shiftAt(Date.now())
    document.body.style.translate = `${right}px ${down}px`
    return heard
  }
  const starting = new MutationObserver(() => { if (show()) starting.disconnect() })
  if (!show()) starting.observe(status, { childList: true }) // the program writes the status when it starts

  addEventListener('resize', show)
  setInterval(() => {
    const before = shown
    shown = next(shown, pages(), languages().length)
    if (shown.language !== before.language) flightboard.setLanguage(languages()[shown.language]).catch(console.error)
    if (!show()) unheard += rotate
    stayAwake()
    if (unheard > longest && status.dataset.status !== 'failed') {
      status.textContent = say('No live updates: the program of this page does not answer.')
      status.dataset.status = 'failed'
    }
  }, rotate)
}

/** Returns sentences about languages that the page does not have. @param {string[]} languages */
function missing(languages) {
  const known = globalThis.flightboard?.languages ?? languages
  return languages.filter(language => !known.includes(language))
    .map(language => `lang=${language}: ${say('the page has no texts in this language.')}`)
}

/** Hangs the page. @param {{ kioskStyle: string }} files their addresses */
export function start(files) {
  const parameters = parametersOf(location.search), status = document.querySelector('#status')
  dress(files.kioskStyle)
  lock()
  stayAwake()
  document.addEventListener('visibilitychange', stayAwake)
  watch(status)
  turnPages(parameters, status)
  notice(() => [...parametersOf(location.search).problems, ...missing(parameters.languages)])
}
