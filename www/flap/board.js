// The split-flap theme. The cells have their texts, which are real and new at once. While a letter's flap waits or
// turns, a picture covers it. Flaps belong to places on the board: when a row enters, the rows below it turn.
//
// Letters change without turning where the reader prefers reduced motion or has colours of their own, on a narrow
// screen, in a table of many rows, in a cell whose letters differ in width, and for an hour after frames took too long.

import { look as theme, measure, size } from './letters.js'
import { flips, Row } from './place.js'
import { Pace } from './schedule.js'

export { flips, pace }

const mostRows = 60 // with that of the headings
const root = document.documentElement
const table = document.querySelector('#flights')
const still = ['(prefers-reduced-motion: reduce)', '(forced-colors: active)', '(max-width: 64rem)']
  .map(query => matchMedia(query))
const layer = document.createElement('div') // of the pictures, above the table
const pace = new Pace()
let slowUntil = 0 // after frames that took too long
let before // the time of the frame before; 0 for the first, undefined while no flap turns

/** @type {Row[]} the places of each row from the top; undefined while letters do not turn */
let places

const rows = () => [...table.tBodies].flatMap(body => [...body.rows])
const firstCell = () => table.querySelector('tbody td')
const textOf = cell => cell.textContent.toUpperCase()

/** Reports whether letters turn now. The style highlights changed cells if they do not. */
function turns() {
  const on = root.dataset.theme === 'flap' && size.width > 0 && table.rows.length <= mostRows && !document.hidden &&
    !still.some(query => query.matches)
  const word = performance.now() < slowUntil ? 'slow' : on ? 'on' : 'still'
  if (root.dataset.flaps !== word) root.dataset.flaps = word
  return word === 'on'
}

/** Compares the cells with the places. It runs after the texts were written and before they are painted. */
function compare() {
  if (!turns()) return settle()
  const now = performance.now(), all = rows(), changed = []
  places ??= adopt(all)
  for (const row of places.splice(all.length)) row.remove()
  for (const [i, element] of all.entries()) {
    const row = places[i] ??= new Row(layer), cells = []
    for (const cell of element.cells) {
      const place = row.at(cell.dataset.col), text = textOf(cell)
      if (place.text !== text) cells.push({ place, cell, text })
    }
    if (cells.length > 0) changed.push({ row, element, cells })
  }
  if (changed.length > 0 && getComputedStyle(firstCell()).fontSize !== size.font) return resize()
  const at = changed.length > 0 && layer.getBoundingClientRect() // first all is read, then all is written
  for (const change of changed) {
    change.box = change.element.getBoundingClientRect()
    for (const letters of change.cells) letters.flaps = letters.place.measure(letters.cell, letters.text)
  }
  for (const { row, box, cells } of changed) {
    for (const { place, text, flaps } of cells) place.turn(text, flaps, box, now)
    row.draw(box, at, now)
  }
  if (flips.still || before !== undefined) return
  before = 0
  requestAnimationFrame(frame)
}

/** Returns places with the texts that rows have. */
function adopt(rows) {
  return rows.map(element => {
    const row = new Row(layer)
    for (const cell of element.cells) row.at(cell.dataset.col).text = textOf(cell)
    return row
  })
}

/** Shows all texts as they are. */
function settle() {
  for (const row of places ?? []) row.remove()
  places = undefined
}

function frame(now) {
  if (before && pace.isSlow(now - before)) {
    slowUntil = now + 3_600_000
    before = undefined
    return compare()
  }
  for (const flap of flips.frame(now)) {
    flap.draw(now)
    flap.place.row.rest()
  }
  for (const flap of flips.turning) flap.draw(now)
  before = flips.still ? undefined : now
  if (!flips.still) requestAnimationFrame(frame)
}

/** Measures the letters again, and lets nothing turn that has another size now. */
function resize() {
  const cell = firstCell()
  if (cell && measure(cell, layer)) {
    flips.step = theme.step
    settle()
  }
  compare()
}

/** Copies the texts of selected cells as they are, not in capitals as they are drawn. */
function copy(event) {
  const selection = getSelection()
  if (selection.isCollapsed || !table.contains(selection.getRangeAt(0).commonAncestorContainer)) return
  const selected = selection.getRangeAt(0).cloneContents(), lines = [...selected.querySelectorAll('tr')]
  const cells = row => Array.from(row.children).filter(cell => !cell.matches('.star'))
  const text = row => cells(row).map(cell => cell.textContent).join('\t')
  const plain = lines.length ? lines.map(text).join('\n') : text(selected) || selected.textContent
  event.clipboardData.setData('text/plain', plain)
  event.preventDefault()
}

let started = false

/** Begins once, when the theme's style is there. @param {object} files the addresses of the page's files */
export function start({ flapStyle }) {
  if (started) return
  started = true
  const link = document.createElement('link')
  Object.assign(link, { rel: 'stylesheet', href: flapStyle })
  link.addEventListener('load', () => {
    layer.className = 'flaps'
    layer.setAttribute('aria-hidden', 'true')
    table.parentElement.prepend(layer) // below the banner
    new ResizeObserver(resize).observe(table)
    new MutationObserver(resize).observe(root, { attributeFilter: ['data-theme'] }) // the reader has chosen another one
    new MutationObserver(compare).observe(table, { childList: true, characterData: true, subtree: true })
    for (const query of still) query.addEventListener('change', compare)
    document.addEventListener('visibilitychange', compare)
    document.addEventListener('copy', copy)
  })
  document.head.append(link)
}
