// Says in a sentence what the figures of check.js mean, and which setting would mend it.

/**
 * What check.js has found. Times are in milliseconds; what was not measured is undefined.
 * @typedef {object} Findings
 * @property {string} [error] why the server's endpoint was not reached
 * @property {number} [status] the status of an answer that is not 200
 * @property {string} [type] the content type of an answer that is not an event stream
 * @property {string} [elsewhere] the address to which the request was redirected
 * @property {number} every the time between two messages, as sent
 * @property {number} expected the number of messages that the server sends before it ends the stream
 * @property {{number: number, sent: number, delay: number, arrived: number}[]} messages
 *   sent by the server's clock, arrived by the browser's
 * @property {boolean} [resumed] the browser's last event ID got to the server after a cut
 * @property {boolean} [padded] messages with some kilobytes each come in time
 * @property {string} [upstream] the HTTP version in which the server got the request
 * @property {string[]} [stripped] response headers that did not arrive
 * @property {string[]} [added] response headers that something in between has added
 * @property {string[]} [changed] those that arrived with another value
 * @property {string} [encoding] the content coding in which the stream arrived
 * @property {string} [protocol] the HTTP version of the browser's connection
 * @property {number} [sideBySide] how many streams were open at once
 * @property {boolean} [full] the server turned some of them away
 */

/** @typedef {'no' | 'end' | 'next' | 'slow'} Held */

/**
 * Tells how messages were held back on the way.
 * @param {Findings} f @returns {Held}
 */
export function heldBack(f) {
  const m = f.messages.slice(0, f.expected)
  if (m.length < 2) return 'end'
  const took = m[m.length - 1].arrived - m[0].arrived
  if (took < (m.length - 1) * f.every / 3) return 'end' // sent over seconds, and arrived together
  // A box that waits for the next message sends each of them just after that one was sent, and the last at the end.
  const afterNext = m.slice(0, -1).map((one, i) => one.sent + one.delay - m[i + 1].sent)
  const together = afterNext.filter(after => after > -0.1 * f.every && after < 0.4 * f.every)
  if (together.length === afterNext.length && m[m.length - 1].delay < f.every / 2) return 'next'
  const delays = m.map(one => one.delay).sort((a, b) => a - b)
  return delays[Math.floor(delays.length / 2)] > 1000 ? 'slow' : 'no'
}

/** @param {Findings} f @returns {string} the setting against a box that holds the stream back until its end */
function unbuffer(f) {
  if (f.encoding) {
    return `It compresses the stream (${f.encoding}), and collects it for that. Exclude text/event-stream from its ` +
      'compression: in nginx leave it out of gzip_types, in Traefik add it to excludedContentTypes.'
  }
  let text = 'In nginx: proxy_buffering off; and no proxy_ignore_headers X-Accel-Buffering. ' +
    'In a CDN or a dev server: do not buffer, cache or transform text/event-stream.'
  if (f.upstream === 'HTTP/1.0') text = 'In nginx: proxy_http_version 1.1; as well. ' + text
  return text
}

/**
 * @param {Findings} f
 * @returns {{level: 'good' | 'warn' | 'bad', text: string, setting: string}}
 */
export function verdict(f) {
  const bad = (text, setting) => ({ level: 'bad', text, setting })
  const warn = (text, setting) => ({ level: 'warn', text, setting })
  const between = 'Something between this browser and the server'
  if (f.elsewhere) {
    return bad(`${between} sends the request elsewhere, to ${f.elsewhere}.`,
      'If that is a login page, log in there and check again. Or let the paths sse and events through without a login.')
  }
  if (f.status === 429 || f.status === 503) {
    return bad(`The server turns this browser away (${f.status}): it has its maximum number of viewers, or it stops.`,
      'Check again in a moment. The flag -viewers sets the number; behind a proxy all viewers have one address.')
  }
  if (f.status) {
    return bad(`The server, or something before it, answers ${f.status} to the stream.`,
      'Let the paths sse and events through to the server.')
  }
  if (f.error) {
    return bad(`The server cannot be reached: ${f.error}.`,
      'Is it running, and does this network let the browser to it?')
  }
  if (f.type !== undefined) {
    return bad(`${between} answers in the server's place: what comes is "${f.type}" and not an event stream.`,
      'If that is a login or a warning page, open it and check again. Or let the paths sse and events through.')
  }
  switch (heldBack(f)) {
    case 'end':
      if (f.padded) {
        return bad(`${between} holds the stream back until it has collected some kilobytes.`, unbuffer(f))
      }
      return bad(`${between} holds the stream back until it ends.`, unbuffer(f))
    case 'next':
      return bad(`${between} holds each message back until the next one comes.`,
        'Antivirus programs and firewalls that inspect web traffic do so: make an exception for this address.')
    case 'slow':
      return warn('Messages arrive more than a second after they were sent.', 'The connection is slow or crowded.')
  }
  if (f.resumed === false) {
    return warn('The stream gets through, but after a cut it begins anew: the last event ID is lost on the way.',
      'Let the request header Last-Event-ID through, and do not cache text/event-stream.')
  }
  if (f.encoding) {
    return warn(`The stream gets through, but ${between.toLowerCase()} compresses it (${f.encoding}).`,
      'It may hold back longer messages: exclude text/event-stream from its compression.')
  }
  const lost = (f.stripped || []).concat(f.changed || []).filter(name => /^(cache-control|content-type)$/.test(name))
  if (lost.length) {
    return warn(`The stream gets through, but ${between.toLowerCase()} takes away or changes ${lost.join(' and ')}.`,
      'Let these response headers through: they tell caches and proxies to leave the stream alone.')
  }
  const six = f.protocol === 'http/1.1' && f.sideBySide !== undefined && f.sideBySide <= 6 && !f.full
  return { level: 'good', text: 'This network lets the stream through.',
    setting: six ? `Over HTTP/1.1 this browser keeps ${f.sideBySide} streams at once, in all its tabs together. ` +
      'HTTP/2, which needs https, lifts that.' : '' }
}
