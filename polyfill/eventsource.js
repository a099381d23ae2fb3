// Defines EventSource on the global object where it is missing, to the letter of the HTML standard's
// chapter "Server-sent events" (https://html.spec.whatwg.org/multipage/server-sent-events.html), on
// top of fetch() and streams: in windows, in workers of all kinds, and in Node. Load it as it is;
// where there is an EventSource it does nothing.
//
// Made from eventsource.mjs by twin.mjs: edit that, then run "node polyfill/twin.mjs".
//
// Comments name the standard's steps, with its terms: announce, reestablish and fail the
// connection. Where the standard leaves a choice, or a script cannot follow it, they say so.

(() => {
  'use strict';

  // A native EventSource, or another script's, stays as it is.
  if (globalThis.EventSource) return;

  const CONNECTING = 0;
  const OPEN = 1;
  const CLOSED = 2;

  const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;
  const { origin } = globalThis; // Outside of browsers there is none, and no other origin either.

  /**
   * What the standard associates with an EventSource object, and what it takes to reconnect.
   *
   * @typedef {object} State
   * @property {EventSource} source
   * @property {string} url
   * @property {boolean} withCredentials
   * @property {number} readyState
   * @property {string} lastEventId       the last event ID string
   * @property {number} reconnectionTime  in milliseconds
   * @property {string} [origin]          of the latest event stream's final URL
   * @property {number} failures          attempts in a row that did not open
   * @property {Record<string, unknown>} handlers  event handlers, by event type
   * @property {(bytes: BufferSource) => void} parse
   * @property {AbortController} controller
   * @property {ReturnType<typeof setTimeout>} [timer]
   */

  /** @type {WeakMap<object, State>} */
  const states = new WeakMap();

  /** Those that hold a connection, which a page has to let go of when it leaves. @type {Set<State>} */
  const connected = new Set();

  const ignore = () => {};

  class EventSource extends EventTarget {
    /**
     * @param {string | URL} url
     * @param {EventSourceInit | null} [init]
     */
    constructor(url, init = null) {
      // WebIDL: too few arguments are a TypeError; the first is converted to a string, then the second
      // to a dictionary.
      const string = `${url}`;
      const options = init ?? {};
      if (!arguments.length || Object(options) !== options) throw new TypeError('Illegal arguments');
      // Steps 6 and 7: credentials go to another origin only if withCredentials is true.
      const withCredentials = !!options.withCredentials;
      // Steps 3 and 4: parse the URL relative to the document or the worker. Failure is a SyntaxError.
      let record;
      try {
        record = new URL(string, globalThis.document?.baseURI ?? globalThis.location?.href);
      } catch {}
      // Some browsers' parsers let through, escaped, what the URL standard forbids in a host name.
      if (!record || /^http.*%/.test(record.protocol + record.hostname)) {
        throw new DOMException(`Invalid URL: ${string}`, 'SyntaxError');
      }
      // Steps 1, 2 and 5: the object, and its URL.
      super();
      const state = associate(this, record.href, withCredentials);
      // Steps 8 to 16: fetch in parallel, and return.
      connect(state);
    }
  }

  /** @param {EventSource} source @param {string} url @param {boolean} withCredentials */
  function associate(source, url, withCredentials) {
    const state = /** @type {State} */ ({
      source,
      url,
      withCredentials,
      readyState: CONNECTING,
      lastEventId: '',
      reconnectionTime: 3000,
      failures: 0,
      handlers: {},
    });
    states.set(source, state);
    return state;
  }

  /** Every member begins with this, WebIDL's brand check. @param {object} source */
  function stateOf(source) {
    const state = states.get(source);
    if (!state) throw new TypeError('Illegal invocation');
    return state;
  }

  // In an object literal, accessors and methods are what WebIDL wants: enumerable, configurable,
  // rightly named, and not constructors.
  const members = {
    /** @this {EventSource} */
    close() {
      // Set the ready state to CLOSED and abort the fetch. Everything that would fire an event looks
      // at the ready state, or at the signal of its own fetch, first.
      const state = stateOf(this);
      state.readyState = CLOSED;
      release(state);
    },
    /** @this {EventSource} Forgets an unfinished event, before another stream is piped in (proposed). */
    reset() {
      const state = stateOf(this);
      state.parse = parser(state);
    },
  };

  const statics = {
    /** @param {ReadableStream<BufferSource>} stream */
    fromReadableStream(stream) {
      // Throws a TypeError if it is no stream, or locked.
      const reader = /** @type {ReadableStreamDefaultReader<BufferSource>} */ (
        ReadableStream.prototype.getReader.call(stream)
      );
      // An object of this class whose constructor has not run: there is nothing to fetch.
      const source = Reflect.construct(EventTarget, [], EventSource);
      const state = associate(source, 'about:event-stream', false);
      state.origin = 'null';
      state.controller = new AbortController();
      // The end of this stream, or its loss, is final.
      interpret(state, reader).then(() => fail(state));
      return source;
    },
  };

  /** @param {object} to @param {object} from */
  const define = (to, from) => Object.defineProperties(to, Object.getOwnPropertyDescriptors(from));

  /** @this {EventSource} The one listener of all event handlers. @param {Event} event */
  function handle(event) {
    const handler = stateOf(this).handlers[event.type];
    // An object that cannot be called may be set, and does nothing. A handler's false cancels.
    if (typeof handler == 'function' && handler.call(this, event) === false) event.preventDefault();
  }

  // The last two are proposed, for scripts that reconnect by themselves (whatwg/html#12272).
  for (const key of /** @type {const} */ (['url', 'withCredentials', 'readyState', 'lastEventId', 'reconnectionTime'])) {
    define(members, {
      get [key]() {
        return stateOf(this)[key];
      },
    });
  }

  for (const type of ['open', 'message', 'error']) {
    define(members, {
      get [`on${type}`]() {
        return stateOf(this).handlers[type] || null;
      },
      /** @param {unknown} value */
      set [`on${type}`](value) {
        const { handlers } = stateOf(this);
        // WebIDL: what is not an object is null. Setting null removes the listener; setting a value
        // adds it, which does nothing if it is there, so a new value keeps the place of the old one.
        handlers[type] = Object(value) === value ? value : null;
        (handlers[type] ? addEventListener : removeEventListener).call(this, type, handle);
      },
    });
  }

  for (const target of [EventSource, EventSource.prototype]) {
    ['CONNECTING', 'OPEN', 'CLOSED'].forEach((name, value) =>
      Object.defineProperty(target, name, { value, enumerable: true }));
  }
  define(EventSource, statics);
  define(EventSource.prototype, members);
  Object.defineProperty(EventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true });

  /**
   * Fetches the event stream, and does what the standard's processResponse says.
   *
   * @param {State} state @param {number} [way] 2: send the last event ID in the header, 1: in the query, 0: not at all
   */
  async function connect(state, way = 2) {
    const { signal } = (state.controller = new AbortController());
    connected.add(state);
    const headers = new Headers();
    // Step 10: the request has `Accept`, `text/event-stream`.
    headers.set('Accept', 'text/event-stream');
    // Reestablish, step 6: if the last event ID string is not empty, it is sent, encoded as UTF-8,
    // in `Last-Event-ID`. fetch() takes a header's value as one code unit for each byte.
    const url = new URL(state.url);
    const id = state.lastEventId;
    if (way == 1) url.searchParams.set('lastEventId', id);
    else if (id && way) headers.set('Last-Event-ID', unescape(encodeURIComponent(id)));
    /** @type {RequestInit} */
    const request = {
      headers,
      signal,
      // Step 8: a potential-CORS request. Its mode is "cors", which is fetch()'s default.
      credentials: state.withCredentials ? 'include' : 'same-origin',
      // Step 11: its cache mode is "no-store".
      cache: 'no-store',
    };
    let response;
    try {
      response = await fetch(url.href, request);
    } catch {}
    // Was close() called meanwhile, or is the page leaving?
    if (signal.aborted) return;
    const type = /** @type {string} */ (response?.headers.get('Content-Type'));
    const good = response?.status == 200 && /(^|,)\s*text\/event-stream\s*(;("[^"]*"|[^,"])*)?$/i.test(type);
    // Another origin may refuse the header, which a native client sends without asking: it gets the ID in the query. If
    // it refuses that as well, by anything but 204: the bare address, which a native client would have reached. It may
    // have been the network, so each attempt begins with the header. But of those after one in vain every other ends
    // with it, too, so that a dead server gets two requests an attempt on average.
    const another = id && way && origin && origin != state.origin && (state.failures % 2 || !state.failures);
    if (another && !good && (way > 1 ? !response : response?.status != 204)) {
      release(state);
      connect(state, way - 1);
      return;
    }
    if (!response) {
      // processResponse, step 2: a network error reestablishes the connection, unless that is futile.
      const futile = await isFutile(state, request);
      if (!signal.aborted) (futile ? fail : reestablish)(state);
      return;
    }
    // processResponse, step 3: another status than 200, or another type, fails the connection.
    if (!good) {
      fail(state);
      return;
    }
    // processResponse, step 4: announce the connection, and interpret the body line by line.
    // The origin of its messages is that of the URL after redirects.
    state.origin = new URL(response.url || url).origin;
    await interpret(state, response.body?.getReader());
    // processEventSourceEndOfBody: its end, or its loss, reestablishes the connection.
    if (!signal.aborted) reestablish(state);
  }

  /**
   * Tells whether a connection that has never opened never will: its URL cannot be fetched, or the server
   * refuses this origin. That looks like a dead network, except that the same request in mode "no-cors"
   * then has an answer, which nobody may read.
   *
   * @param {State} state @param {RequestInit} request
   */
  async function isFutile(state, request) {
    if (state.origin) return;
    // fetch() does not take user names and passwords in a URL either.
    if (!/^https?:\/\/[^/@]*\//.test(state.url)) return true;
    try {
      return origin && (await fetch(state.url, { ...request, mode: 'no-cors' })).type == 'opaque';
    } catch {}
  }

  /**
   * Announces the connection, and reads an event stream to its end. An error ends it, too.
   *
   * @param {State} state @param {ReadableStreamDefaultReader<BufferSource>} [reader]
   */
  async function interpret(state, reader) {
    const { signal } = state.controller;
    signal.onabort = () => reader?.cancel().catch(ignore);
    state.parse = parser(state);
    state.failures = 0;
    // Announce, not before who called has set its handlers: if the ready state is not CLOSED, set it
    // to OPEN, and fire an event named open.
    await null;
    if (signal.aborted) return;
    state.readyState = OPEN;
    fire(state, new Event('open'));
    try {
      while (reader) {
        const { done, value } = await reader.read();
        if (done) return;
        state.parse(value);
      }
    } catch {}
  }

  /**
   * Makes a parser for one event stream: a function to be called with its chunks, cut anywhere.
   *
   * @param {State} state @returns {(bytes: BufferSource) => void}
   */
  function parser(state) {
    // Decodes as UTF-8, malformed bytes as U+FFFD, and strips one leading BOM.
    const decoder = new TextDecoder();
    // The three buffers start empty; but the standard's own tests, and all browsers, carry the last
    // event ID over to the next connection.
    let data = '';
    let type = '';
    let id = state.lastEventId;
    // The line that has not ended yet, and whether the one before it ended with a CR.
    let rest = '';
    let afterCR = false;
    return (bytes) => {
      let text = decoder.decode(bytes, { stream: true });
      if (!text) return;
      // A line ends with CR LF, LF or CR. A CR ends it at once: the LF that may follow, in the next
      // chunk, belongs to it.
      if (afterCR && text[0] == '\n') text = text.slice(1);
      afterCR = text.endsWith('\r');
      const lines = text.split(/\r\n?|\n/);
      lines[0] = rest + lines[0];
      // What the stream does not end is discarded with it.
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) {
        // A listener may have called close().
        if (state.readyState == CLOSED) return;
        if (!line) {
          // A blank line dispatches the event. Step 1: set the last event ID string.
          state.lastEventId = id;
          // Steps 2 to 8: without data there is no event; the data's final LF is removed; the type is
          // message unless a field has named one.
          const init = { data: data.slice(0, -1), origin: state.origin, lastEventId: id };
          if (data) fire(state, new MessageEvent(type || 'message', init));
          data = type = '';
          continue;
        }
        // A field's name and value are what stands before and after the first colon; one space at the
        // value's start is dropped. Without a colon the value is empty.
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] == ' ' ? 2 : 1));
        if (name == 'data') {
          data += value + '\n';
        } else if (name == 'event') {
          type = value;
        } else if (name == 'id') {
          // Unless it contains NULL.
          if (!value.includes('\0')) id = value;
        } else if (name == 'retry') {
          // If it consists of ASCII digits only.
          if (/^\d+$/.test(value)) state.reconnectionTime = +value;
        }
        // Every other field is ignored. So is a comment: its line begins with the colon.
      }
    };
  }

  /** Reestablishes the connection. @param {State} state */
  function reestablish(state) {
    release(state);
    // Step 1: set the ready state to CONNECTING, and fire an event named error.
    state.readyState = CONNECTING;
    fire(state, new Event('error'));
    // A listener may have called close().
    if (state.readyState == CLOSED) return;
    // Steps 2 and 3: wait for the reconnection time. After attempts that failed wait longer, by up to
    // 1, 3, 7, then 15 seconds, at random, so that clients do not come back in step.
    const backOff = 1000 * Math.random() * (2 ** Math.min(state.failures++, 4) - 1);
    // Steps 4 to 6: fetch again. No timer can be set to more than 2 ** 31 - 1 ms.
    state.timer = setTimeout(connect, Math.min(state.reconnectionTime + backOff, 0x7fffffff), state);
  }

  /** Fails the connection, for good. @param {State} state */
  function fail(state) {
    // If the ready state is not CLOSED, set it to CLOSED, and fire an event named error.
    if (state.readyState == CLOSED) return;
    state.readyState = CLOSED;
    const event = new Event('error');
    fire(state, event);
    release(state);
  }

  /** Aborts the fetch, cancels the stream, or stops waiting for the next. @param {State} state */
  function release(state) {
    connected.delete(state);
    clearTimeout(state.timer);
    state.controller.abort();
  }

  /** @param {State} state @param {Event} event */
  const fire = (state, event) => dispatchEvent.call(state.source, event);

  // The back/forward cache keeps no connections. As whatwg/html#12381 has it, a page that leaves lets
  // go of them, and one that comes back connects again, without an error event and without waiting.
  // Workers and Node have no such events.
  globalThis.addEventListener?.('pagehide', () => {
    for (const state of connected) {
      release(state);
      state.readyState = CONNECTING;
      const resume = () => state.readyState == CLOSED || connect(state);
      globalThis.addEventListener('pageshow', resume, { once: true });
    }
  });

  // WebIDL: an interface's property is not enumerable.
  Object.defineProperty(globalThis, 'EventSource', {
    value: EventSource,
    writable: true,
    configurable: true,
  });
})();
