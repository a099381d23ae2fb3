// node --test www/flap/*.test.mjs

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alphabet, Flap, Flips, Pace } from './schedule.js'

/** Returns what a flap shows, at each step from now on until all rest. */
function watch(flips, flap, now) {
  let seen = ''
  for (; !flips.still; now += flips.step) {
    flips.frame(now)
    if (flap.shown !== seen.at(-1)) seen += flap.shown
  }
  return seen
}

const flips = options => new Flips({ step: 10, stagger: 0, ...options })

test('letters turn through the alphabet, and from its end to its beginning', () => {
  for (const [from, to, want] of [
    ['A', 'D', 'ABCD'], ['Y', '2', 'YZ012'], [' ', 'B', ' AB'], ['8', ':', '89:'], ['(', 'A', '() A'], ['A', 'A', ''],
    ['C', 'É', 'CDÉ'], ['É', 'G', 'ÉFG'], ['E', 'É', ''], ['Ü', 'U', ''],
  ]) {
    const f = flips(), flap = new Flap(from, 0)
    f.set(flap, to, 0)
    assert.equal(watch(f, flap, 0), want, `${from} to ${to}`)
    assert.deepEqual([flap.state, flap.shown], ['resting', to])
  }
})

test('a letter that no flap has changes at once, and so does the next one', () => {
  for (const [from, to] of [['A', 'ש'], ['ש', 'A'], ['…', '!'], ['漢', '字']]) {
    const f = flips(), flap = new Flap(from, 0)
    f.set(flap, to, 0)
    assert.deepEqual([flap.shown, f.still], [to, true], `${from} to ${to}`)
  }
})

test('a turning flap that is told such a letter stops', () => {
  const f = flips(), flap = new Flap('A', 0)
  f.set(flap, 'Z', 0)
  f.frame(0)
  f.frame(25)
  assert.equal(flap.shown, 'C')
  f.set(flap, 'ש', 25)
  assert.deepEqual([flap.shown, f.still], ['ש', true])
})

test('a flap that is on its way and is told another letter goes on from where it is', () => {
  const f = flips(), flap = new Flap('A', 0)
  f.set(flap, 'F', 0)
  f.frame(0)
  f.frame(25)
  assert.deepEqual([flap.shown, flap.next, f.fallen(flap, 25)], ['C', 'D', .5])
  f.set(flap, 'H', 25)
  assert.deepEqual([flap.shown, f.fallen(flap, 25)], ['C', .5]) // the leaf that falls goes on falling
  assert.equal(watch(f, flap, 30), 'DEFGH')
  f.set(flap, 'J', 200)
  f.frame(200)
  f.frame(212)
  f.set(flap, 'G', 212) // which has passed: once round
  assert.equal(watch(f, flap, 220), 'J' + alphabet.slice(11) + alphabet.slice(0, 8))
})

test('a turning flap that is told the letter that has just passed goes once round', () => {
  const f = flips(), flap = new Flap('A', 0)
  f.set(flap, 'Z', 0)
  f.frame(0)
  f.frame(25)
  f.set(flap, 'C', 25)
  assert.equal(watch(f, flap, 30), alphabet.slice(4) + alphabet.slice(0, 4))
})

test('a flap that waits and is told the letter that it shows does not turn', () => {
  const f = flips({ stagger: 5 }), flap = new Flap('A', 3)
  f.set(flap, 'B', 0)
  f.frame(10)
  assert.equal(flap.state, 'waiting')
  f.set(flap, 'A', 12)
  assert.deepEqual([flap.state, flap.shown, f.still], ['resting', 'A', true])
})

test('columns begin one after the other', () => {
  const f = flips({ stagger: 16 }), flaps = [2, 0, 1].map(column => new Flap('A', column))
  for (const flap of flaps) f.set(flap, 'Z', 100)
  for (const [now, want] of [[99, 0], [100, 1], [115, 1], [116, 2], [131, 2], [132, 3]]) {
    f.frame(now)
    assert.equal(f.turning.size, want, `at ${now}`)
  }
  assert.deepEqual([...f.turning].map(flap => flap.column), [0, 1, 2])
})

test('a limited number turns at once, in the order in which they were told', () => {
  const f = flips({ most: 40 }), flaps = Array.from({ length: 360 }, (_, i) => new Flap('A', i % 30))
  for (const flap of flaps) f.set(flap, 'D', 0)
  let most = 0, now = 0
  for (; !f.still; now += 7) {
    f.frame(now)
    most = Math.max(most, f.turning.size)
    assert.ok(f.turning.size <= 40)
  }
  assert.equal(most, 40)
  assert.ok(flaps.every(flap => flap.shown === 'D' && flap.state === 'resting'))
  assert.ok(now > 9 * 30 && now < 9 * 60, `it took ${now} ms`)
})

test('a flap that waits too long changes without turning', () => {
  const f = flips({ most: 1, patience: 100 }), flaps = ['A', 'A', 'A'].map(letter => new Flap(letter, 0))
  for (const flap of flaps) f.set(flap, 'Z', 0)
  f.frame(0)
  assert.deepEqual(f.frame(99), [])
  assert.deepEqual(f.frame(101), flaps.slice(1))
  assert.deepEqual(flaps.map(flap => flap.shown), ['K', 'Z', 'Z'])
})

test('frames that are late do not slow the flaps, and report those that have come to rest', () => {
  const f = flips(), flap = new Flap('A', 0)
  f.set(flap, 'Z', 0)
  f.frame(0)
  assert.deepEqual(f.frame(249), [])
  assert.deepEqual(f.frame(1000), [flap])
  assert.equal(flap.shown, 'Z')
})

test('the times of a frame may be before those of a change', () => {
  const f = flips(), flap = new Flap('A', 0)
  f.set(flap, 'C', 100)
  f.frame(95)
  assert.equal(flap.state, 'waiting')
  f.frame(100)
  f.frame(98)
  assert.deepEqual([flap.shown, f.fallen(flap, 98)], ['A', 0])
})

test('a device is slow if the frames of a second take longer than 25 ms', () => {
  const seconds = (...durations) => {
    const pace = new Pace()
    let slow = 0
    for (let i = 0; i < 300; i++) if (pace.isSlow(durations[i % durations.length])) slow++
    return slow > 0
  }
  for (const [durations, want, why] of [
    [[16.7], false, '60 a second'], [[24.9], false, 'just in time'], [[25.5], true, 'a little late'],
    [[16, 33, 33], true, 'every other frame is late'], [[16, 16, 33], false, 'every third is late'],
    [[143], true, 'a Raspberry Pi'], [[5000, ...Array(80).fill(16)], false, 'the computer has slept'],
    [[700, 200, 150, 130, 33, 33, ...Array(40).fill(16)], false, 'a page has turned'],
  ]) assert.equal(seconds(...durations), want, why)
  const pace = new Pace()
  for (let i = 0; i < 39; i++) assert.equal(pace.isSlow(25.5), false) // not before a second
  assert.equal(pace.isSlow(25.5), true)
})

test('flaps in random order: texts are right at the end, and never too many turn', () => {
  let seed = 1
  const random = n => (seed = seed * 48271 % 2147483647) % n
  const f = flips({ most: 7, stagger: 3 }), letters = alphabet + 'ÉÜש'
  const flaps = Array.from({ length: 50 }, (_, i) => new Flap(' ', i % 10))
  for (let now = 0; now < 20_000; now += random(30)) {
    if (random(3) === 0) f.set(flaps[random(50)], [...letters][random(letters.length)], now)
    f.frame(now)
    assert.ok(f.turning.size <= 7)
    for (const flap of flaps) {
      assert.equal(f.turning.has(flap), flap.state === 'turning')
      assert.equal(f.waiting.has(flap), flap.state === 'waiting')
      if (flap.state === 'resting') assert.equal(flap.shown, flap.target)
    }
  }
  f.frame(40_000)
  assert.ok(f.still && flaps.every(flap => flap.shown === flap.target))
})
