// A place on the board, and the flaps of its letters. While one of them waits or turns, a picture covers the letters in
// the cell that are not to be seen yet.

import { boxOf, fontOf, pictureOf, size } from './letters.js'
import { Flap, Flips } from './schedule.js'

/** The flaps of the board that do not rest. */
export const flips = new Flips()

/** The flap of one letter. */
class Letter extends Flap {
  constructor(place, index, column) {
    super(' ', column)
    this.place = place
    this.x = index * size.width
  }

  /** Draws the flap as it is at this time. One that rests has no picture: the cell's text is seen. */
  draw(now) {
    const { context: to, picture } = this.place
    if (this.state === 'resting') return to.clearRect(this.x, 0, size.width, size.height)
    if (this.state === 'waiting') return picture.copy(to, this.x, this.shown)
    const fallen = flips.fallen(this, now), high = Math.abs(Math.cos(Math.PI * fallen)), half = size.height / 2
    picture.copyUpper(to, this.x, this.next)
    picture.copyLower(to, this.x, this.shown)
    if (fallen < .5) picture.copyUpper(to, this.x, this.shown, high)
    else picture.copyLower(to, this.x, this.next, high)
    to.globalAlpha = .6 * (1 - high)
    to.fillRect(this.x, fallen < .5 ? half * (1 - high) : half, size.width, half * high)
    to.globalAlpha = 1
  }
}

/** A place has the text of one cell, by its row from the top and its column. */
export class Place {
  /** @type {Letter[]} */ #letters = []
  /** @type {HTMLCanvasElement} when it is first needed */ #canvas
  #layer

  /** @param {string} text @param {HTMLElement} layer of the pictures */
  constructor(text, layer) {
    this.text = text
    this.#layer = layer
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

  /** Shows another text: letters that differ turn. @param {object} [flaps] of measure @param {DOMRect} at the layer */
  turn(shown, flaps, at, now) {
    const before = [...this.text], after = [...shown]
    this.text = shown
    if (!flaps) return this.remove()
    const { x, y, most } = flaps, first = Math.round((x - at.left) / size.width)
    this.#put(x, y, most, at)
    this.picture = pictureOf(flaps)
    for (let i = 0; i < Math.min(most, Math.max(before.length, after.length)); i++) {
      const letter = this.#letters[i] ??= new Letter(this, i, first + i)
      if (letter.state === 'resting') letter.shown = letter.target = before[i] ?? ' '
      flips.set(letter, after[i] ?? ' ', now)
    }
    for (const letter of this.#letters.splice(most)) flips.settle(letter)
    this.context.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
    for (const letter of this.#letters) if (letter.state !== 'resting') letter.draw(now)
    this.rest()
  }

  /** Removes the picture if all flaps rest. */
  rest() {
    if (this.#letters.every(letter => letter.state === 'resting')) this.#canvas?.remove()
  }

  /** Removes the picture, and lets all flaps rest. */
  remove() {
    for (const letter of this.#letters) flips.settle(letter)
    this.#canvas?.remove()
  }

  /** Puts the picture above the cell. */
  #put(x, y, letters, at) {
    const { width, height, scale } = size, canvas = this.#canvas ??= document.createElement('canvas')
    this.context ??= canvas.getContext('2d')
    const [w, h] = [Math.ceil(letters * width * scale), Math.ceil(height * scale)]
    if (canvas.width !== w || canvas.height !== h) { // setting them clears the picture
      Object.assign(canvas, { width: w, height: h })
      canvas.style.width = w / scale + 'px'
      canvas.style.height = h / scale + 'px'
      this.context.setTransform(scale, 0, 0, scale, 0, 0)
    }
    const snap = length => Math.round(length * scale) / scale // to whole pixels, where letters are sharp
    canvas.style.transform = `translate(${snap(x) - at.left}px, ${snap(y) - at.top}px)`
    if (!canvas.isConnected) this.#layer.append(canvas)
  }
}
