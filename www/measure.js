// Measures how an event stream gets from the server to this browser. See check.js.

import { heldBack } from './verdict.js'

const every = 1000
const expected = 6 // messages of the first connection
export const mostStreams = 8
const patience = 10000 // ms for an answer

/** The board's stream. */
export const stream = new URL(document.querySelector('meta[name=flightboard-stream]').content, document.baseURI)
const sameOrigin = stream.origin === location.origin
const loaded = Date.now() - performance.now()
const now = () => loaded + performance.now() // does not jump when the device's clock is set
const pause = ms => new Promise(resolve => { setTimeout(resolve, ms) })

/** Returns the address of the test stream. @param {string} query */
function sse(query) {
  const url = new URL('sse', stream)
  url.search = query
  return url.href
}

/** Fetches a body that ends by itself. @param {string} url */
async function short(url) {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), patience)
  try {
    const began = now()
    const response = await fetch(url, { cache: 'no-store', signal: giveUp.signal })
    const text = await response.text()
    return { response, text, began, ended: now() }
  } catch (error) {
    throw giveUp.signal.aborted ? new Error(`no answer within ${patience / 1000} s`) : error
  } finally {
    clearTimeout(timer)
  }
}

/** Parses an ID of the test stream: the message's number, and the server's time in milliseconds. */
function parse(id) {
  const parts = /^(\d+)-(\d+)$/.exec(id)
  return parts && { number: Number(parts[1]), sent: Number(parts[2]) }
}

/** Finds by how much the server's clock is ahead, by the quickest of five requests, and what is in the way of all. */
async function clock(f) {
  for (let i = 0; i < 5; i++) {
    const { response, text, began, ended } = await short(sse(`count=1&i=${i}`))
    if (!response.ok) f.status = response.status
    const type = response.headers.get('Content-Type') || ''
    if (!/^text\/event-stream\b/i.test(type)) f.type = type
    if (f.status || f.type !== undefined) {
      if (response.redirected) f.elsewhere = response.url
      return
    }
    const id = /^id: (.*)$/m.exec(text)
    const message = id && parse(id[1])
    if (!message) throw new Error('the answer is not the one of this server')
    if (ended - began < f.roundTrip) {
      f.roundTrip = ended - began
      f.ahead = message.sent - (began + ended) / 2
    }
  }
}

/** Compares the response's headers with those that the server says it has sent. */
async function headers(f) {
  const url = sse('count=1&headers')
  const { response, text } = await short(url)
  const data = /^event: headers\ndata: (.*)$/m.exec(text)
  if (!data) return
  const seen = JSON.parse(data[1])
  f.upstream = seen.protocol
  f.proxy = seen.proxy
  const sent = {}
  for (const name of Object.keys(seen.response)) sent[name.toLowerCase()] = seen.response[name]
  const readable = name => sameOrigin || /^(cache-control|content-type)$/.test(name)
  const ordinary = /^(date|content-length|transfer-encoding|connection|keep-alive)$/
  f.stripped = Object.keys(sent).filter(name => readable(name) && response.headers.get(name) === null)
  f.changed = Object.keys(sent).filter(name => {
    const got = response.headers.get(name)
    return got !== null && got.toLowerCase() !== sent[name].toLowerCase()
  })
  f.added = []
  response.headers.forEach((_, name) => { if (!(name in sent) && !ordinary.test(name)) f.added.push(name) })
  f.encoding = response.headers.get('Content-Encoding') || ''
  const entry = performance.getEntriesByName(url).pop()
  f.protocol = entry && entry.nextHopProtocol || ''
}

/** Reads a stream as the board does, over the end of its first connection. @param {(m: object) => void} show */
function listen(f, query, count, show) {
  return new Promise(resolve => {
    const began = now()
    const source = new EventSource(sse(query))
    const messages = []
    let timer
    const finish = () => {
      clearTimeout(timer)
      source.close()
      resolve({ messages, opened })
    }
    const wait = ms => {
      clearTimeout(timer)
      timer = setTimeout(finish, ms)
    }
    let opened
    source.onopen = () => { if (opened === undefined) opened = now() - began }
    source.onerror = () => { if (source.readyState === 2) finish() }
    source.onmessage = event => {
      const id = parse(event.lastEventId)
      if (!id) return
      const arrived = now()
      const delay = Math.max(0, arrived + f.ahead - id.sent)
      const m = { text: event.data, number: id.number, sent: id.sent, arrived, delay }
      messages.push(m)
      show(m)
      wait(patience)
      if (messages.length > count) finish() // the first of the second connection
    }
    wait(count * every + patience)
  })
}

/** Counts the streams that this browser opens at once, and closes them. */
async function countStreams(f) {
  const open = new Set()
  const sources = []
  for (let i = 0; i < mostStreams; i++) {
    const source = new EventSource(sse(`every=1m&i=${i}`))
    source.onopen = () => { open.add(source) }
    source.onerror = () => { if (source.readyState === 2) f.full = true }
    sources.push(source)
  }
  const until = now() + 3000
  while (open.size < mostStreams && now() < until) await pause(100) // longer in a page that is not visible
  for (const source of sources) source.close()
  f.sideBySide = open.size
}

/** Asks for the board as it is, which the server compresses. */
async function compression(f) {
  const url = new URL(stream.href)
  url.searchParams.set('wait', '0s')
  const { response, text } = await short(url.href)
  if (!response.ok) return
  const entry = performance.getEntriesByName(url.href).pop() || {}
  f.board = { coding: response.headers.get('Content-Encoding') || '', bytes: entry.decodedBodySize || text.length,
    transferred: entry.encodedBodySize || 0 }
}

/**
 * Runs all parts, and returns the findings. What fails after the first part is not measured.
 * @param {(text: string) => void} step is called before each part
 * @param {(m: {text: string, delay: number}) => void} show is called for each message
 */
export async function measure(step, show) {
  const f = { every, expected, messages: [], roundTrip: Infinity }
  step('Asking the server …')
  try {
    await clock(f)
  } catch (error) {
    f.error = String(error.message || error).replace(/\.$/, '')
    // A redirection to another origin fails like a network that is gone, unless it is not followed.
    const first = await fetch(sse('count=1'), { cache: 'no-store', redirect: 'manual' }).catch(() => null)
    if (first && first.type === 'opaqueredirect') f.elsewhere = 'another address'
  }
  if (f.error || f.status || f.type !== undefined) return f
  await headers(f).catch(() => {})
  step(`Listening to the stream for ${expected + 1} seconds …`)
  const { messages, opened } = await listen(f, `every=${every}ms&count=${expected}`, expected, show)
  f.messages = messages
  f.opened = opened
  if (messages.length > expected) f.resumed = messages[expected].number === expected + 1
  if (heldBack(f) === 'end') {
    step('Nothing came in time. Trying longer messages …')
    const padded = await listen(f, `every=${every}ms&count=3&pad=8192`, 3, () => {})
    f.padded = heldBack(Object.assign({}, f, { messages: padded.messages, expected: 3 })) !== 'end'
  } else {
    step('Opening several streams …')
    await countStreams(f)
  }
  await compression(f).catch(() => {})
  return f
}
