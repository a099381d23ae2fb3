// The pictures of flaps. Each is drawn once for a font and a colour, and copied from then on.

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

const stages = 6 // of a leaf that falls

class Picture {
  /** @type {Map<string, CanvasImageSource>} by the letter that is and the one that comes */ #strips = new Map()
  #width = Math.ceil(size.width * size.scale)
  #height = Math.ceil(size.height * size.scale / 2) * 2

  constructor(font, color) {
    Object.assign(this, { font, color })
  }

  /** Copies a flap whose leaf has fallen so far: from 0 to 1. */
  copy(to, x, y, letter, next = letter, fallen = 0) {
    const key = letter + next, w = this.#width, stage = Math.min(Math.floor(fallen * stages), stages - 1)
    if (!this.#strips.has(key)) this.#strips.set(key, this.#strip(letter, next))
    to.drawImage(this.#strips.get(key), stage * w, 0, w, this.#height, x, y, size.width, size.height)
  }

  /** Draws all stages of a flap side by side. One whose letter stays has one stage. */
  #strip(letter, next) {
    const w = this.#width, h = this.#height, half = h / 2, from = this.#draw(letter)
    if (next === letter) return from
    const coming = this.#draw(next)
    return pictureFrom(stages * w, h, to => {
      for (let stage = 0; stage < stages; stage++) {
        const fallen = (stage + .5) / stages, high = half * Math.abs(Math.cos(Math.PI * fallen)), x = stage * w
        const isUpper = fallen < .5, y = isUpper ? half - high : half // of the leaf
        to.drawImage(coming, 0, 0, w, half, x, 0, w, half)
        to.drawImage(from, 0, half, w, half, x, half, w, half)
        to.drawImage(isUpper ? from : coming, 0, isUpper ? 0 : half, w, half, x, y, w, high)
        to.globalAlpha = .6 * (1 - high / half)
        to.fillRect(x, y, w, high)
        to.globalAlpha = 1
      }
    })
  }

  #draw(letter) {
    const { width, height, space, gap, baseline, scale } = size
    return pictureFrom(this.#width, this.#height, to => {
      to.scale(scale, scale)
      to.fillStyle = look.background
      to.fillRect(0, 0, width, height)
      to.fillStyle = look.edge
      to.fillRect(0, 0, gap, height)
      to.fillRect(0, Math.floor((height - gap) / 2), width, gap)
      to.font = this.font
      to.fillStyle = this.color
      to.fillText(letter, space / 2, baseline)
    })
  }
}

/** Returns what is drawn: a bitmap where there are any, because a canvas takes longer to copy. */
function pictureFrom(width, height, draw) {
  const canvas = window.OffscreenCanvas ? new OffscreenCanvas(width, height) : document.createElement('canvas')
  Object.assign(canvas, { width, height })
  draw(canvas.getContext('2d'))
  return canvas.transferToImageBitmap?.() ?? canvas
}
