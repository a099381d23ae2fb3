// Reads aloud what the page announces to screen readers: ?voice. An announcement is a summary of some seconds, so each
// change is heard once. While one is read only the newest of those that come meanwhile is kept.
//
// boot.js imports this file and calls start.

const longest = 60_000 // some browsers never tell that a text has been read

/** Reads each text that #spoken gets. */
export function start() {
  if (typeof SpeechSynthesisUtterance === 'undefined') {
    fail()
    return
  }
  const spoken = document.querySelector('#spoken')
  let waiting, reading, timer

  const read = () => {
    if (reading || !waiting) return
    reading = new SpeechSynthesisUtterance(waiting.text) // kept, or browsers collect it and do not tell its end
    reading.lang = waiting.lang
    waiting = undefined
    const utterance = reading
    const end = () => {
      if (reading !== utterance) return
      clearTimeout(timer)
      reading = undefined
      read()
    }
    utterance.onend = end
    utterance.onerror = ({ error }) => {
      if (error === 'not-allowed') ask()
      else if (!['canceled', 'interrupted'].includes(error)) fail()
      end()
    }
    timer = setTimeout(() => {
      utterance.onend = utterance.onerror = null
      speechSynthesis.cancel()
      setTimeout(end, 250) // Chromium drops a text that comes at once after that
    }, longest)
    speechSynthesis.speak(utterance)
  }
  new MutationObserver(() => {
    const text = spoken.textContent.trim()
    if (text) waiting = { text, lang: document.documentElement.lang }
    read()
  }).observe(spoken, { childList: true, characterData: true, subtree: true })
}

let asked = false
/** Shows, until it has been used, that the browser reads nothing before that. */
function ask() {
  if (asked) return
  asked = true
  const line = notice('This browser reads aloud only after a click or a key.')
  const end = () => { asked = false; line.remove() }
  for (const type of ['pointerup', 'keyup']) addEventListener(type, end, { capture: true, once: true })
}

let failed = false
/** Shows for a minute, once, that there is no voice: neither the browser nor the computer may have one. */
function fail() {
  if (failed) return
  failed = true
  const line = notice('This browser has no voice to read aloud with.')
  setTimeout(() => line.remove(), 60_000)
}

/** Shows a sentence below the board, in the language of the page. @param {string} text */
function notice(text) {
  const line = document.createElement('p')
  line.className = 'notice'
  const write = () => { line.textContent = globalThis.flightboard?.texts?.[text] ?? text }
  write()
  addEventListener('languagechange', write)
  document.querySelector('main').append(line)
  return line
}
