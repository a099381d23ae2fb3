// Shows the page in another language than English. Boot.js loads this module when one is asked for: readers of English
// make no request for it.
//
// A file of the folder languages has a translation for each English text: of the page, which this module replaces, and
// of package words, which the program looks up itself. The README of the folder wasm tells how to add one.

const html = document.documentElement
const own = { lang: html.lang, dir: html.dir }
const attributes = ['aria-label', 'placeholder', 'title', 'alt']

/** The English texts of text nodes, attributes and style rules, and those that were put in their place. */
const replaced = new WeakMap()
const files = new Map()
let wanted // the language that was set last

/**
 * Sets the page's language, and dispatches languagechange when the texts are there.
 * @param {string} tag as in BCP 47 @param {string} [file] its texts; there is none for English
 */
export async function setLanguage(tag, file) {
  wanted = tag
  const language = file ? await load(file) : { texts: {} }
  if (wanted !== tag) return
  const { texts, direction } = language
  html.lang = file ? tag : own.lang
  html.dir = direction ?? own.dir
  Object.assign(flightboard, { texts, catalogue: Object.entries(texts).flat().join('\x1f') })
  const plural = new Intl.PluralRules(html.lang || undefined)
  const translate = text => {
    const n = /^\d+(?= )/.exec(text)?.[0]
    if (!n) return texts[text] ?? text
    const key = text.replace(n, '{n}')
    return (texts[`${key}_${plural.select(n)}`] ?? texts[key + '_other'] ?? text).replace('{n}', n)
  }
  keepSaved(translate)
  translateDocument(translate)
  for (const sheet of document.styleSheets) translateRules(sheet, translate)
  dispatchEvent(new Event('languagechange'))
}

/** Keeps the texts that boot.js shows in a saved copy of the page, which loads no language from a disk. */
function keepSaved(translate) {
  const texts = ['Opened from disk, not live', ', board as of {clock}'].map(text => [text, translate(text)])
  document.querySelector('#status').dataset.texts = JSON.stringify(Object.fromEntries(texts))
}

/** Loads a file once. @param {string} file */
function load(file) {
  if (!files.has(file)) {
    const loading = fetch(new URL(file, document.baseURI)).then(response => {
      if (!response.ok) throw new Error(`the server answers ${response.status} to ${file}`)
      return response.json()
    })
    loading.catch(() => files.delete(file)) // it may be there the next time
    files.set(file, loading)
  }
  return files.get(file)
}

/**
 * Returns a text that was English at first in the language of translate. A text that others have changed since is taken
 * to be English again.
 * @param {object} place where the text is @param {string} name @param {string} text
 */
function reword(place, name, text, translate) {
  if (!replaced.has(place)) replaced.set(place, {})
  const known = replaced.get(place)
  const english = known[name]?.shown === text ? known[name].english : text
  const trimmed = english.trim()
  const shown = english.replace(trimmed, () => translate(trimmed))
  if (shown !== text || known[name]) known[name] = { english, shown }
  return shown
}

/** Translates the page's own texts, but not the rows: a city's name may be the same as a text. */
function translateDocument(translate) {
  const walker = document.createTreeWalker(html, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, node =>
    node.matches?.('#flights > tbody, script, style') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
  for (let node; (node = walker.nextNode());) {
    if (node.nodeType === Node.TEXT_NODE) {
      const isTitle = node.parentNode.localName === 'title' // alerts.js writes news before it, into another node
      const at = isTitle ? node.data.lastIndexOf(' · ') : -1
      const own = at < 0 ? 0 : at + 3
      const shown = node.data.slice(0, own) +
        reword(isTitle ? node.parentNode : node, 'data', node.data.slice(own), translate)
      if (shown !== node.data) node.data = shown
      continue
    }
    for (const name of attributes) {
      const text = node.getAttribute(name)
      if (text) node.setAttribute(name, reword(node, name, text, translate))
    }
  }
}

/** Translates the texts that a style sheet, or a rule with further ones, has as content. */
function translateRules(sheet, translate) {
  let rules
  try { rules = sheet.cssRules } catch { return } // it is another origin's
  for (const rule of rules ?? []) {
    const [, text] = /^"([^"\\]+)"$/.exec(rule.style?.content ?? '') ?? []
    if (text) rule.style.content = JSON.stringify(reword(rule, 'content', text, translate))
    if (rule.cssRules?.length) translateRules(rule, translate)
  }
}
