// Checks whether an event stream gets from the server to this browser, and says in words and numbers what it finds.
// measure.js reads GET /sse, the sibling of the board's stream, and verdict.js draws the conclusion.
//
// This content security policy is enough for it: script-src 'self', and trusted types. It needs no syntax that is
// younger than modules.

import { measure, mostStreams, stream } from './measure.js'
import { verdict } from './verdict.js'

const get = selector => document.querySelector(selector)
const ms = n => n < 1000 ? `${Math.round(n)} ms` : `${(n / 1000).toFixed(1)} s`
const list = names => names.length ? names.join(', ') : 'nothing'

/** Returns the findings as pairs of words. */
function facts(f) {
  const rows = [['Server', stream.origin]]
  const add = (name, text) => { if (text) rows.push([name, text]) }
  if (isFinite(f.roundTrip)) add('Round trip', ms(f.roundTrip))
  if (f.ahead !== undefined && Math.abs(f.ahead) > 1000) {
    add('Clocks', `this device's is ${ms(Math.abs(f.ahead))} ${f.ahead > 0 ? 'behind' : 'ahead of'} the server's`)
  }
  if (f.opened !== undefined) add('First byte', `after ${ms(f.opened)}`)
  const delays = f.messages.slice(0, f.expected).map(m => m.delay)
  if (delays.length) {
    const range = `${ms(Math.min(...delays))} to ${ms(Math.max(...delays))}`
    add('Messages', `${delays.length} of ${f.expected}, each ${range} on its way`)
  } else if (f.upstream) {
    add('Messages', `none of ${f.expected}`)
  }
  if (f.resumed !== undefined) {
    add('After a cut', f.resumed ? 'it resumes where it was' : 'it begins anew: Last-Event-ID is lost')
  }
  if (f.protocol !== undefined) {
    add('HTTP version', `${f.protocol || 'unknown'} here, ${f.upstream} at the server`)
  }
  if (f.board) {
    add('Compression', f.board.coding ? `${f.board.coding}: ${f.board.transferred} bytes for ${f.board.bytes}`
      : 'none, although the server compresses for browsers')
  }
  if (f.sideBySide !== undefined) {
    add('Streams at once', f.sideBySide < mostStreams ? String(f.sideBySide) : `${mostStreams} or more`)
  }
  if (f.proxy) add('Proxies', f.proxy.length ? `seen by the server: ${list(f.proxy)}` : 'none that says so')
  if (f.stripped) add('Headers taken away', list(f.stripped))
  if (f.changed) add('Headers changed', list(f.changed))
  if (f.added) add('Headers added', list(f.added))
  return rows
}

function show(f) {
  const end = verdict(f)
  get('#verdict').textContent = end.text
  get('#verdict').dataset.level = end.level
  get('#setting').textContent = end.setting
  get('#setting').hidden = !end.setting
  const rows = facts(f)
  get('#facts').textContent = ''
  for (const [name, text] of rows) {
    for (const [tag, words] of [['dt', name], ['dd', text]]) {
      get('#facts').appendChild(document.createElement(tag)).textContent = words
    }
  }
  get('#facts').hidden = false
  const lines = [end.text, end.setting, ''].concat(rows.map(([name, text]) => `${name}: ${text}`))
  lines.push('', `${new Date().toISOString()} ${navigator.userAgent}`)
  get('#report textarea').value = lines.filter((line, i) => line || i > 1).join('\n')
}

async function run() {
  for (const button of ['#again', '#copy-report']) get(button).disabled = true
  for (const id of ['#setting', '#facts', '#report']) get(id).hidden = true
  get('.buttons').hidden = false
  get('#messages').textContent = ''
  get('#copied').textContent = ''
  const step = text => {
    get('#verdict').textContent = text
    get('#verdict').dataset.level = ''
  }
  try {
    const findings = await measure(step, m => {
      console.log(m.text)
      const item = document.createElement('li')
      item.textContent = m.text + ' '
      item.appendChild(document.createElement('span')).textContent = ms(m.delay)
      get('#messages').appendChild(item)
    })
    if (findings.messages.length) console.log('The stream is closed.')
    show(findings)
    get('#copy-report').disabled = false
  } catch (error) { // no EventSource, for instance
    step(`The check cannot be made in this browser: ${error.message}.`)
    get('#verdict').dataset.level = 'bad'
  }
  get('#again').disabled = false
}

async function copy() {
  const area = get('#report textarea')
  try {
    await navigator.clipboard.writeText(area.value) // only in secure contexts
    get('#copied').textContent = 'Copied.'
  } catch (_) {
    get('#report').hidden = false
    area.select()
    get('#copied').textContent = document.execCommand('copy') ? 'Copied.' : 'Copy the selected text.'
  }
}

get('#again').onclick = run
get('#copy-report').onclick = copy
run()
