// A document for Node: the parts of the DOM that the client uses, as the standard has them. In a browser the tests use
// the browser's own. This is the body of a function; it returns nothing and defines globals.
class Node_ {
  parent = null
  children_ = []
  get nextSibling() { return this.parent?.children_[this.parent.children_.indexOf(this) + 1] ?? null }
  get firstChild() { return this.children_[0] ?? null }
  get children() { return this.children_.filter(child => child instanceof Element_) }
  get textContent() { return this.children_.map(child => child.textContent).join('') }
  set textContent(text) { this.replaceChildren(...(text === '' ? [] : [String(text)])) }
  remove() {
    if (this.parent) this.parent.children_ = this.parent.children_.filter(child => child !== this)
    this.parent = null
  }
  insertBefore(node, before) {
    node.remove()
    const at = before === null ? this.children_.length : this.children_.indexOf(before)
    if (at < 0) throw new Error('NotFoundError: the node before which to insert is not a child')
    this.children_.splice(at, 0, node)
    node.parent = this
    return node
  }
  append(...nodes) { for (const node of nodes) this.insertBefore(node instanceof Node_ ? node : new Text_(node), null) }
  prepend(...nodes) { for (const node of nodes.reverse()) this.insertBefore(node, this.firstChild) }
  after(...nodes) {
    const parent = this.parent, siblings = parent.children_
    const next = siblings.find((node, i) => i > siblings.indexOf(this) && !nodes.includes(node)) ?? null
    for (const node of nodes) parent.insertBefore(node, next)
  }
  before(node) { this.parent.insertBefore(node, this) }
  get parentNode() { return this.parent }
  get childElementCount() { return this.children.length }
  get nextElementSibling() {
    for (let node = this.nextSibling; node; node = node.nextSibling) if (node instanceof Element_) return node
    return null
  }
  replaceChildren(...nodes) {
    for (const child of [...this.children_]) child.remove()
    this.append(...nodes)
  }
  listeners = {}
  addEventListener(type, f) { (this.listeners[type] ??= []).push(f) }
  removeEventListener(type, f) { this.listeners[type] = (this.listeners[type] ?? []).filter(g => g !== f) }
  dispatchEvent(event) {
    event.target ??= this
    for (const f of [...this.listeners[event.type] ?? []]) f(event)
    if (event.bubbles && this.parent) this.parent.dispatchEvent(event)
  }
}

class Text_ extends Node_ {
  nodeType = 3
  constructor(data) { super(); this.data = data }
  get textContent() { return this.data }
}

class Element_ extends Node_ {
  nodeType = 1
  attributes_ = {}
  constructor(name) { super(); this.localName = name }
  get cells() { return this.children }
  get tBodies() { return this.children.filter(child => child.localName === 'tbody') }
  setAttribute(name, value) { this.attributes_[name] = String(value) }
  getAttribute(name) { return this.attributes_[name] ?? null }
  hasAttribute(name) { return name in this.attributes_ }
  removeAttribute(name) { delete this.attributes_[name] }
  toggleAttribute(name, on) { on ? this.setAttribute(name, '') : this.removeAttribute(name) }
  get className() { return this.getAttribute('class') ?? '' }
  set className(value) { this.setAttribute('class', value) }
  get id() { return this.getAttribute('id') ?? '' }
  set id(value) { this.setAttribute('id', value) }
  get hidden() { return this.hasAttribute('hidden') }
  set hidden(on) { this.toggleAttribute('hidden', on) }
  get disabled() { return this.hasAttribute('disabled') }
  set disabled(on) { this.toggleAttribute('disabled', on) }
  value = ''
  offsetWidth = 100
  style = { setProperty: (name, value) => { this.setAttribute('style', name + ': ' + value) } }
  closest(name) {
    if (this.localName === name) return this
    return this.parent instanceof Element_ ? this.parent.closest(name) : null
  }
  contains(node) {
    return node === this ||
      this.children_.some(child => child === node || child instanceof Element_ && child.contains(node))
  }
  focus() { document.activeElement = this }
  click() { if (!this.disabled) this.dispatchEvent({ type: 'click', bubbles: true }) }
  cloneNode() {
    const copy = new Element_(this.localName)
    Object.assign(copy.attributes_, this.attributes_)
    copy.append(...this.children_.map(child => child instanceof Text_ ? child.data : child.cloneNode()))
    return copy
  }
  matches_(part) {
    const [, name, id, attribute, value] = /^(\w+)?(?:#([\w-]+))?(?:\[([\w-]+)="([^"]*)"\])?$/.exec(part)
    return (!name || this.localName === name) && (!id || this.id === id) &&
      (!attribute || this.getAttribute(attribute) === value)
  }
  * descendants_() { for (const child of this.children) { yield child; yield * child.descendants_() } }
  querySelector(selector) { // parts that descend from each other; > is treated as a space
    const [part, ...rest] = selector.split(/ > | /)
    for (const element of this.descendants_()) {
      if (element.matches_(part)) {
        const found = rest.length ? element.querySelector(rest.join(' ')) : element
        if (found) return found
      }
    }
    return null
  }
}

const document = new Element_('#document')
document.createElement = name => new Element_(name)
document.body = new Element_('body')
document.append(document.body)
document.activeElement = document.body
document.documentElement = { lang: 'en' }
const events = new Node_()
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
define('document', document)
document.getSelection = () => ({ isCollapsed: true, anchorNode: null })
define('location', { search: '', pathname: '/', hash: '' })
define('history', {
  pushState(_, __, address) { location.search = /\?.*|$/.exec(address)[0] },
  replaceState(_, __, address) { location.search = /\?.*|$/.exec(address)[0] },
})
const kept = {}
define('localStorage', { getItem: name => kept[name] ?? null, setItem(name, value) { kept[name] = value } })
define('getComputedStyle', () => ({ direction: 'ltr' }))
for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) define(name, events[name].bind(events))
