// The places of the board, and the flaps of their letters. While one of them waits or turns, a picture above the row
// covers the letters in the cell that are not to be seen yet.

import { boxOf, fontOf, pictureOf, size } from './letters.js'
import { Flap, Flips } from './schedule.js'

/** The flaps of the board that do not rest. */
export const flips = new Flips()

/** The flap of one letter. */
class Letter extends Flap {
  constructor(place, index, column) {
    super(' ', column)
    this.place = place
    this.index = index
  }

  /** Draws the flap as it is at this time. One that rests has no picture: the cell's text is seen. */
  draw(now) {
    const { picture, row: { context }, left, top } = this.place, x = left + this.index * size.width
    if (this.state === 'resting') context.clearRect(x, top, size.width, size.height)
    else if (this.state === 'waiting') picture.copy(context, x, top, this.shown)
    else picture.copy(context, x, top, this.shown, this.next, flips.fallen(this, now))
  }
}

/** A place has the text of one cell, by its row from the top and its column. */
class Place {
  text = ''
  /** @type {Letter[]} */ letters = []

  /** @param {Row} row */
  constructor(row) {
    this.row = row
  }

  /** Returns where the flaps of a cell are, or undefined if its letters have none. Nothing is written meanwhile. */
  measure(cell, shown) {
    const { ascent, descent, baseline, space, width } = size
    const style = getComputedStyle(cell), box = cell.getBoundingClientRect(), text = boxOf(cell)
    const left = box.left + parseFloat(style.paddingLeft), letters = [...shown].length
    const top = letters ? text.top : (box.top + box.bottom - ascent - descent) / 2
    const isLike = (a, b) => letters === 0 || Math.abs(a - b) < 1
    if (!isLike(text.left, left) || !isLike(text.width, letters * width)) return
    return { x: left - space / 2, y: top + ascent - baseline, most: Math.floor((box.right - left) / width),
      font: fontOf(style), color: style.color }
  }

  /** Shows another text: letters that differ turn. @param {object} [flaps] of measure @param {DOMRect} box of its row */
  turn(shown, flaps, box, now) {
    const before = [...this.text], after = [...shown]
    this.text = shown
    if (!flaps) return this.settle()
    const { x, y, most } = flaps, first = Math.round((x - box.left) / size.width)
    Object.assign(this, { left: snap(x) - snap(box.left), top: snap(y) - snap(box.top), picture: pictureOf(flaps) })
    for (let i = 0; i < Math.min(most, Math.max(before.length, after.length)); i++) {
      const letter = this.letters[i] ??= new Letter(this, i, first + i)
      if (letter.state === 'resting') letter.shown = letter.target = before[i] ?? ' '
      flips.set(letter, after[i] ?? ' ', now)
    }
    for (const letter of this.letters.splice(most)) flips.settle(letter)
  }

  /** Lets all flaps rest. */
  settle() {
    for (const letter of this.letters) flips.settle(letter)
  }
}

/** The places of a row, and their picture: one for all of them, because browsers take a while for each. */
export class Row {
  /** @type {Map<string, Place>} by the names of columns */ #places = new Map()
  #canvas = document.createElement('canvas')
  #layer

  /** @param {HTMLElement} layer of the pictures */
  constructor(layer) {
    this.#layer = layer
    this.context = this.#canvas.getContext('2d')
  }

  /** Returns the place in a column. */
  at(column) {
    if (!this.#places.has(column)) this.#places.set(column, new Place(this))
    return this.#places.get(column)
  }

  /** Puts the picture above a row, and draws the flaps that do not rest. @param {DOMRect} box of the row */
  draw(box, layer, now) {
    const letters = this.#moving()
    if (letters.length === 0) return this.#canvas.remove()
    const { scale } = size, canvas = this.#canvas
    const [w, h] = [Math.ceil(box.width * scale), Math.ceil(box.height * scale)]
    if (canvas.width !== w || canvas.height !== h) { // setting them clears the picture
      Object.assign(canvas, { width: w, height: h })
      canvas.style.width = w / scale + 'px'
      canvas.style.height = h / scale + 'px'
      this.context.setTransform(scale, 0, 0, scale, 0, 0)
    }
    canvas.style.transform = `translate(${snap(box.left) - layer.left}px, ${snap(box.top) - layer.top}px)`
    this.context.clearRect(0, 0, w, h)
    for (const letter of letters) letter.draw(now)
    if (!canvas.isConnected) this.#layer.append(canvas)
  }

  /** Removes the picture if all flaps rest. */
  rest() {
    if (this.#moving().length === 0) this.#canvas.remove()
  }

  /** Removes the picture, and lets all flaps rest. */
  remove() {
    for (const place of this.#places.values()) place.settle()
    this.#canvas.remove()
  }

  #moving() {
    return [...this.#places.values()].flatMap(({ letters }) => letters.filter(({ state }) => state !== 'resting'))
  }
}

/** Rounds a length to whole pixels of the screen, where letters are sharp. */
const snap = length => Math.round(length * size.scale) / size.scale
