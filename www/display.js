// The dialog in which a reader chooses the page's theme and language. boot.js loads it when it is first opened;
// theme.js and boot.js apply what the browser has kept.

const script = document.querySelector('script[data-program]')
const root = document.documentElement
const automatic = ''

/** The names of themes, in the order in which they are offered. */
const themes = {
  [automatic]: 'Automatic', light: 'Light', dark: 'Dark', contrast: 'High contrast', flap: 'Split-flap',
}

/** Returns a text in the language of the page. @param {string} text */
const say = text => globalThis.flightboard?.texts?.[text] ?? text

/** Returns the languages that the page has, each by its own name, in the order of their tags. */
function languages() {
  const names = Array.from(script.attributes, ({ name }) => /^data-lang-(.+)/.exec(name)?.[1]).filter(Boolean)
  return Object.fromEntries([...names, 'en'].sort().map(tag => {
    const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag)
    return [tag, name[0].toLocaleUpperCase(tag) + name.slice(1)]
  }))
}

/** Keeps a choice in the browser and not in the address, whose parameter would win; or there, if it keeps nothing. */
function keep(name, value) {
  const url = new URL(location)
  url.searchParams.delete(name)
  try {
    localStorage.setItem('flightboard.' + name, value)
  } catch {
    if (value) url.searchParams.set(name, value)
  }
  history.replaceState(history.state, '', url)
}

const choices = {
  theme: {
    label: 'Theme',
    options: () => Object.entries(themes),
    chosen: () => root.dataset.theme ?? automatic,
    async choose(theme) {
      keep('theme', theme)
      if (theme) root.dataset.theme = theme
      else delete root.dataset.theme
      if (theme === 'flap') (await import(new URL(script.dataset.flap, document.baseURI))).start(script.dataset)
    },
  },
  lang: {
    label: 'Language',
    options: () => [[automatic, 'Automatic'], ...Object.entries(languages())],
    chosen: () => flightboard.chosenLanguages()[0]?.split('-')[0] ?? automatic,
    async choose(tag) {
      keep('lang', tag)
      await flightboard.setLanguage(tag || undefined)
    },
  },
}

/** Opens the dialog. */
export function open() {
  const create = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties)
    element.append(...children)
    return element
  }
  const title = create('h2', { id: 'display-title' }), button = create('button', { type: 'button' })
  const texts = [[title, 'Display'], [button, 'Close']] // elements, and their texts in English
  const fields = Object.entries(choices).map(([name, { label, options, chosen, choose }]) => {
    const caption = create('span'), select = create('select', { name })
    texts.push([caption, label])
    for (const [value, text] of options()) {
      const option = create('option', { value })
      if (name === 'lang' && value) Object.assign(option, { textContent: text, lang: value })
      else texts.push([option, text])
      select.append(option)
    }
    select.value = chosen()
    select.addEventListener('change', () => { choose(select.value).catch(console.error) })
    return create('label', {}, caption, select)
  })
  const write = () => { for (const [element, text] of texts) element.textContent = say(text) }
  write()
  addEventListener('languagechange', write)
  const dialog = create('dialog', {}, title, ...fields, button)
  dialog.setAttribute('aria-labelledby', title.id)
  button.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => {
    removeEventListener('languagechange', write)
    dialog.remove()
  })
  document.body.append(dialog)
  dialog.showModal()
}
