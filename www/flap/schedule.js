// Decides which letters of a split-flap board turn, and when. It knows no document and no clock: board.js passes the
// times of frames, in milliseconds, and place.js draws.

/** The letters that a flap has, in the order in which it shows them. After the last comes the first. */
export const alphabet = ' ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:.,-+/\'&()'

/** Returns a letter's place in the alphabet. One with a mark has that of the letter without, others have none: -1. */
const placeOf = letter => alphabet.indexOf(letter.normalize('NFD')[0])

/** A flap shows one letter of a text. */
export class Flap {
  /** @param {string} letter that it shows @param {number} column of the board, from 0 */
  constructor(letter, column) {
    this.shown = this.target = letter
    this.column = column
    this.state = 'resting' // or 'waiting', or 'turning'
    this.since = 0 // when it began to wait, or when the leaf that falls now began to fall
  }

  /** The letter on the leaf that falls. */
  get next() {
    const place = (placeOf(this.shown) + 1) % alphabet.length
    return place === placeOf(this.target) ? this.target : alphabet[place]
  }
}

/** The flaps of a board that do not rest. */
export class Flips {
  /**
   * @param {object} [options]
   * @param {number} [options.most] how many flaps turn at once
   * @param {number} [options.step] how long a leaf falls
   * @param {number} [options.stagger] how much later each column begins than the one before
   * @param {number} [options.patience] how long a flap waits; then its letter changes without turning, so that a busy
   *   board does not show what was
   */
  constructor({ most = 40, step = 32, stagger = 16, patience = 4000 } = {}) {
    Object.assign(this, { most, step, stagger, patience })
    /** @type {Set<Flap>} */ this.turning = new Set()
    /** @type {Set<Flap>} in the order in which they are to begin, but for the columns */ this.waiting = new Set()
  }

  /**
   * Tells a flap which letter to show. One that turns goes on from where it is; one that waits keeps its place. A
   * letter that is not in the alphabet changes without turning, and so do the next one, and the mark on a letter.
   */
  set(flap, letter, now) {
    const from = placeOf(flap.shown), to = placeOf(letter)
    flap.target = letter
    if (from < 0 || to < 0 || from === to && flap.state !== 'turning') this.settle(flap)
    else if (flap.state === 'resting') {
      flap.state = 'waiting'
      flap.since = now
      this.waiting.add(flap)
    }
  }

  /** Makes a flap show its letter at once. */
  settle(flap) {
    flap.shown = flap.target
    this.#rest(flap)
  }

  /** Reports whether all flaps rest. */
  get still() { return this.turning.size + this.waiting.size === 0 }

  /** Moves the flaps to where they are at this time, and returns those that have come to rest. */
  frame(now) {
    const ended = []
    for (const flap of this.turning) {
      while (flap.state === 'turning' && now - flap.since >= this.step) {
        flap.shown = flap.next
        flap.since += this.step
        if (flap.shown === flap.target) this.#rest(flap)
      }
      if (flap.state === 'resting') ended.push(flap)
    }
    for (const flap of this.waiting) {
      if (now - flap.since > this.patience + flap.column * this.stagger) {
        this.settle(flap)
        ended.push(flap)
      } else if (this.turning.size < this.most && now - flap.since >= flap.column * this.stagger) {
        this.waiting.delete(flap)
        flap.state = 'turning'
        flap.since = now
        this.turning.add(flap)
      }
    }
    return ended
  }

  /** Returns how far the leaf of a turning flap has fallen: from 0 to 1. */
  fallen(flap, now) { return Math.min(1, Math.max(0, (now - flap.since) / this.step)) }

  #rest(flap) {
    flap.state = 'resting'
    this.turning.delete(flap)
    this.waiting.delete(flap)
  }
}

/** Finds out whether a device is too slow for flaps: it has fewer than 40 frames in a second of turning. */
export class Pace {
  #frames = 0
  #time = 0
  longest = 25 // the average time of a frame, in milliseconds

  /**
   * Takes the time since the frame before, and reports whether the frames of the last second took longer than that on
   * the average. A long frame counts for three: single ones come when the computer wakes up, and when a page turns.
   */
  isSlow(duration) {
    this.#frames++
    this.#time += Math.min(duration, 50)
    if (this.#time < 1000) return false
    const slow = this.#time / this.#frames > this.longest
    this.#frames = this.#time = 0
    return slow
  }
}
