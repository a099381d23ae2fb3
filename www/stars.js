// The stars with which a reader follows flights: a button in the last cell of each row. The program decides which rows
// have one that is pressed, and what there is to tell; alerts.js, which is loaded when it is first needed, tells it.

/** Returns what the program uses of this file. @param {string} file the address of alerts.js */
export function stars(file) {
  const table = document.querySelector('#flights')
  const blank = document.createElement('td')
  blank.className = 'star'
  blank.append(Object.assign(document.createElement('button'), { type: 'button', tabIndex: -1 }))

  /** Calls a function of alerts.js. @param {string} name */
  async function alert(name, ...args) {
    try {
      await (await import(new URL(file, document.baseURI)))[name](...args)
    } catch (error) { console.error(error) }
  }

  // One star of the table can be reached with the Tab key, so that the table is one stop and not a thousand.
  let stop
  const setStop = star => {
    if (stop) stop.tabIndex = -1
    stop = star
    if (stop) stop.tabIndex = 0
  }
  const first = () => table.querySelector('tr[data-flight] .star button')

  /** Tells the program that a flight's star was pressed, or, without a key, that another tab may have stars. */
  const changed = (key = '') => { table.dispatchEvent(new CustomEvent('star', { detail: key })) }

  /** Gives the focus to the star of the flight above a row, or below it. @param {1 | -1} by */
  function move(row, by) {
    const rows = [...table.querySelectorAll('tr[data-flight]')]
    rows[rows.indexOf(row) + by]?.querySelector('.star button').focus()
  }

  /** Handles the key f as the program handles single keys: not while the reader writes, or has switched them off. */
  function press(event) {
    const { key, target, ctrlKey, altKey, metaKey, isComposing } = event
    if (key !== 'f' || ctrlKey || altKey || metaKey || isComposing || document.querySelector('dialog[open]') ||
      target.closest('input, select, textarea') || isOff()) return
    const star = target.closest('tr[data-flight]')?.querySelector('.star button')
    if (star) star.click()
    else first()?.focus()
    event.preventDefault()
  }
  let label, dialogTexts
  const name = star => star.setAttribute('aria-label', label.replace('{}', () => star.value))
  const isOff = () => { try { return localStorage.getItem('flightboard.keys') === 'off' } catch { return false } }

  return {
    /** Begins to listen. @param {string} texts words.Stars */
    start(texts) {
      this.reword(texts)
      table.addEventListener('click', ({ target }) => {
        const key = target.closest('.star button')?.closest('tr').dataset.flight
        if (key) changed(key)
      })
      table.addEventListener('focusin', ({ target }) => { if (target.matches('.star button')) setStop(target) })
      table.addEventListener('keydown', event => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
        if (!by || !event.target.matches('.star button')) return
        event.preventDefault()
        move(event.target.closest('tr'), by)
      })
      document.addEventListener('keydown', event => {
        if (event.key === 'Tab' && !(stop?.isConnected && stop.closest('tr[data-flight]'))) setStop(first())
        press(event)
      }, true)
      document.querySelector('#alerts')?.addEventListener('click', () => { alert('open', dialogTexts) })
      addEventListener('storage', ({ key }) => {
        if (key?.startsWith('flightboard.stars')) changed()
        if (key?.startsWith('flightboard.news')) alert('show')
      })
      addEventListener('pageshow', event => { if (event.persisted) changed() }) // it has missed the others' events
      try {
        if (localStorage.getItem('flightboard.news' + location.pathname)) alert('show')
      } catch { /* The browser keeps nothing. */ }
    },
    /** Sets the texts. @param {string} texts words.Stars */
    reword(texts) {
      [label, ...dialogTexts] = texts.split('\n')
      table.querySelectorAll('.star button').forEach(name)
    },
    /** Gives a row its star. @param {string} number the flight's */
    mark(row, number, on) {
      if (row.lastElementChild?.className !== 'star') row.append(blank.cloneNode(true))
      const star = row.lastElementChild.firstElementChild
      star.value = number
      name(star)
      star.setAttribute('aria-pressed', on)
      row.toggleAttribute('data-starred', on)
    },
    /** Tells a change. @param {string} news what alerts.js takes, one a line */
    tell(news) { alert('tell', ...news.split('\n')) },
  }
}
