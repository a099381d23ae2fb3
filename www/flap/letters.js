// The pictures of letters. Each letter is drawn once for a font and a colour, and copied from then on.

const root = document.documentElement

/** The size of a flap in CSS pixels: whole ones, so that texts and pictures are at the same place. */
export const size = { font: '', width: 0, height: 0, space: 0, gap: 0, baseline: 0, ascent: 0, descent: 0, scale: 1 }

/** What the pictures depend on beside the font: the theme's properties. */
export const look = { background: '', edge: '', step: 0 }

let pictures = new Map()

/**
 * Measures the letters of a cell, and tells the style how wide a flap is. Returns whether anything has changed.
 * @param {HTMLElement} cell @param {HTMLElement} layer where to measure
 */
export function measure(cell, layer) {
  const cellStyle = getComputedStyle(cell)
  const probe = document.createElement('span'), foot = document.createElement('span')
  foot.style.display = 'inline-block' // an empty one stands on the baseline
  probe.style.font = fontOf(cellStyle)
  probe.append('0'.repeat(50), foot)
  layer.append(probe)
  const box = boxOf(probe.firstChild), bottom = foot.getBoundingClientRect().bottom
  probe.remove()
  const em = parseFloat(cellStyle.fontSize), letter = box.width / 50, width = Math.round(letter * 1.35)
  const height = Math.round(em * .75) * 2, ascent = bottom - box.top, descent = box.bottom - bottom
  const now = {
    font: cellStyle.fontSize, width, height, space: width - letter, gap: Math.max(1, Math.round(em / 24)),
    ascent, descent, baseline: Math.round((height + ascent - descent) / 2), scale: devicePixelRatio,
  }
  const style = getComputedStyle(root)
  const get = name => style.getPropertyValue(name).trim()
  const theme = { background: get('--flap'), edge: get('--flap-edge'), step: parseFloat(get('--flap-step')) || 32 }
  const before = JSON.stringify([size, look])
  Object.assign(size, now)
  Object.assign(look, theme)
  if (JSON.stringify([size, look]) === before) return false
  pictures = new Map()
  for (const name of ['width', 'height', 'space', 'gap']) root.style.setProperty('--flap-' + name, size[name] + 'px')
  return true
}

/** Returns the box of the text in a node. @returns {DOMRect} */
export function boxOf(node) {
  const range = document.createRange()
  range.selectNodeContents(node)
  return range.getBoundingClientRect()
}

/** Returns the picture of all letters in a font and a colour. */
export function pictureOf({ font, color }) {
  const key = font + color
  if (!pictures.has(key)) pictures.set(key, new Picture(font, color))
  return pictures.get(key)
}

/** Returns a font as a canvas takes it. A style's own `font` is empty if it has figures of another kind. */
export const fontOf = ({ fontWeight, fontSize, fontFamily }) => `${fontWeight} ${fontSize} ${fontFamily}`

class Picture {
  /** @type {Map<string, HTMLCanvasElement>} */ #letters = new Map()
  #width = Math.ceil(size.width * size.scale)
  #height = Math.ceil(size.height * size.scale / 2) * 2

  constructor(font, color) {
    Object.assign(this, { font, color })
  }

  /** Copies a flap. */
  copy(to, x, letter) {
    to.drawImage(this.#letter(letter), x, 0, size.width, size.height)
  }

  /** Copies the upper half of a flap, as high as a leaf that hangs on the middle is seen. @param {number} high to 1 */
  copyUpper(to, x, letter, high = 1) {
    const half = size.height / 2, [w, h] = [this.#width, this.#height / 2]
    to.drawImage(this.#letter(letter), 0, 0, w, h, x, half * (1 - high), size.width, half * high)
  }

  copyLower(to, x, letter, high = 1) {
    const half = size.height / 2, [w, h] = [this.#width, this.#height / 2]
    to.drawImage(this.#letter(letter), 0, h, w, h, x, half, size.width, half * high)
  }

  /** Returns the picture of a letter. It draws the letter when that is first asked. */
  #letter(letter) {
    if (this.#letters.has(letter)) return this.#letters.get(letter)
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: this.#width, height: this.#height })
    this.#letters.set(letter, canvas)
    const { width, height, space, gap, baseline, scale } = size, to = canvas.getContext('2d')
    to.scale(scale, scale)
    to.fillStyle = look.background
    to.fillRect(0, 0, width, height)
    to.fillStyle = look.edge
    to.fillRect(0, 0, gap, height)
    to.fillRect(0, Math.floor((height - gap) / 2), width, gap)
    to.font = this.font
    to.fillStyle = this.color
    to.fillText(letter, space / 2, baseline)
    return canvas
  }
}
