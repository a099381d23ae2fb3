// Tells a reader of a change of a flight that they follow: in the document's title, and by a tone or a notification. It
// has the dialog in which they switch these on. It is loaded when it is first needed, and gets all texts.

const setting = 'flightboard.alerts'
const newsSetting = 'flightboard.news' + location.pathname
let chosen = ''

/** Returns what is switched on: tone, notification, both or nothing. */
function choices() {
  try { chosen = localStorage.getItem(setting) ?? '' } catch { /* The browser keeps nothing: it is kept here. */ }
  return chosen.split(' ')
}

/** @param {string} name @param {boolean} on */
function choose(name, on) {
  chosen = [...choices().filter(other => other && other !== name), ...(on ? [name] : [])].join(' ')
  try { localStorage.setItem(setting, chosen) } catch { /* kept until the page closes */ }
}

/**
 * Opens the dialog. Its texts are in the order of words.Stars. The browser is asked for its permission when the reader
 * switches notifications on, and not before.
 * @param {string[]} texts
 */
export function open([title, about, tone, notification, refused, close]) {
  const create = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties)
    element.append(...children)
    return element
  }
  const hint = create('p', { textContent: refused, hidden: true })
  hint.setAttribute('role', 'status')
  const box = (name, text, changed) => {
    const input = create('input', { type: 'checkbox', checked: choices().includes(name) })
    input.addEventListener('change', async () => {
      input.checked = input.checked && await changed()
      choose(name, input.checked)
    })
    return create('label', {}, input, text)
  }
  const button = create('button', { type: 'button', textContent: close })
  const dialog = create('dialog', {}, create('h2', { id: 'alerts-title', textContent: title }),
    create('p', { textContent: about }),
    box('tone', tone, async () => { await play(); return true }),
    box('notification', notification, async () => {
      const granted = 'Notification' in window && await Notification.requestPermission() === 'granted'
      hint.hidden = granted
      return granted
    }), hint, button)
  dialog.setAttribute('aria-labelledby', 'alerts-title')
  button.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

// The newest change stands before the title until the reader looks at the page, in this tab or another one.
let news = ''
const prefix = () => news + ' · '

function entitle(newest) {
  const title = news && document.title.startsWith(prefix()) ? document.title.slice(prefix().length) : document.title
  news = newest
  document.title = news ? prefix() + title : title
}

/** Shows the change that is in the storage, which another tab or an earlier page has put there. */
export function show() { entitle(localStorage.getItem(newsSetting) ?? '') }

/** Ends the news: the reader is there. */
function look() {
  if (!news || document.visibilityState === 'hidden') return
  entitle('')
  try { localStorage.removeItem(newsSetting) } catch { /* nothing is kept */ }
}
for (const type of ['pointerdown', 'keydown', 'wheel', 'visibilitychange']) {
  document.addEventListener(type, look, { capture: true, passive: true })
}
addEventListener('focus', look)
new MutationObserver(() => { // the program has changed the title
  if (news && !document.title.startsWith(prefix())) document.title = prefix() + document.title
}).observe(document.querySelector('title'), { childList: true })

/**
 * Tells a change, by a tone and a notification only if no other tab does. A newer notification of a flight replaces the
 * one before. @param {string} flight its key @param {string} change the same in all tabs @param {string} number
 * @param {string} head @param {string} body
 */
export async function tell(flight, change, number, head, body) {
  entitle(body + ' · ' + number)
  try { localStorage.setItem(newsSetting, news) } catch { /* kept until the page closes */ }
  const on = choices()
  if (!await isFirst(`flightboard told ${flight} ${change}`)) return
  if (on.includes('tone')) play()
  if (!on.includes('notification') || !('Notification' in window) || Notification.permission !== 'granted') return
  const options = { body, tag: flight, renotify: true, icon: document.querySelector('link[rel=icon]').href }
  try {
    new Notification(head, options).onclick = () => { focus() }
  } catch { // on Android only a service worker may show one
    const worker = await navigator.serviceWorker?.getRegistration()
    await worker?.showNotification(head, options)
  }
}

/** Resolves to whether no other tab has told this in the last seconds. Later ones find it in the storage. */
function isFirst(name) {
  if (!navigator.locks) return true
  return new Promise(resolve => {
    navigator.locks.request(name, { ifAvailable: true }, lock => {
      resolve(lock !== null)
      return lock && new Promise(done => setTimeout(done, 10_000))
    }).catch(() => resolve(true))
  })
}

let audio

/** Plays two notes. Before the reader has first used the page, browsers let it play nothing. */
async function play() {
  audio ??= new AudioContext()
  audio.resume()
  await new Promise(done => setTimeout(done, 100))
  if (audio.state !== 'running') return
  for (const [i, frequency] of [659.3, 880].entries()) {
    const begin = audio.currentTime + i * .18
    const note = new OscillatorNode(audio, { frequency })
    const gain = new GainNode(audio, { gain: 0 })
    gain.gain.setValueAtTime(0, begin)
    gain.gain.linearRampToValueAtTime(.2, begin + .02)
    gain.gain.exponentialRampToValueAtTime(.001, begin + .4)
    note.connect(gain).connect(audio.destination)
    note.start(begin)
    note.stop(begin + .4)
  }
}
