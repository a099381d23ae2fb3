// The interface, as WebIDL has it. In browsers the suite compares it with the native one's, too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './leave.mjs';
import { twins } from './twins.mjs';

const url = 'http://127.0.0.1:9/'; // No server listens there.

for (const [twin, EventSource] of twins) {
  /** @param {(source: any) => void} body */
  const withSource = (body) => {
    const source = new EventSource(url);
    body(source);
    source.close();
  };

  test(`${twin}: constructor`, () => {
    assert.equal(EventSource.name, 'EventSource');
    assert.equal(EventSource.length, 1);
    assert.throws(() => EventSource(url), TypeError, 'without new');
    assert.throws(() => new EventSource(), TypeError, 'without a URL');
    for (const init of [1, 'x', true, Symbol('init')]) {
      assert.throws(() => new EventSource(url, init), TypeError, `init is ${String(init)}`);
    }
    assert.throws(() => new EventSource(Symbol('url')), TypeError);
    for (const bad of ['relative without a base', 'http://', 'http://this is invalid/', 'http://a b/']) {
      assert.throws(() => new EventSource(bad), { name: 'SyntaxError', code: 12 }, bad);
    }
  });

  test(`${twin}: arguments are converted once, the URL first`, () => {
    /** @type {string[]} */
    const log = [];
    const source = new EventSource(
      { toString: () => log.push('url') && url },
      { get withCredentials() { return log.push('withCredentials') && 'yes'; } },
    );
    source.close();
    assert.deepEqual(log, ['url', 'withCredentials']);
    assert.equal(source.withCredentials, true);
    assert.throws(() => new EventSource({ toString() { throw new RangeError(); } }, 1), RangeError);
    for (const init of [undefined, null, {}, () => {}]) {
      const source = new EventSource(url, init);
      source.close();
      assert.equal(source.withCredentials, false);
    }
  });

  test(`${twin}: constants, on the class and its prototype`, () => {
    Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 }).forEach(([name, value]) => {
      const want = { value, writable: false, enumerable: true, configurable: false };
      assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource, name), want);
      assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource.prototype, name), want);
    });
  });

  test(`${twin}: attributes are accessors of the prototype`, () => {
    for (const name of ['url', 'readyState', 'withCredentials', 'lastEventId', 'reconnectionTime']) {
      const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, name) ?? {};
      assert.deepEqual(
        [get?.name, get?.length, set, enumerable, configurable],
        [`get ${name}`, 0, undefined, true, true],
      );
      assert.throws(() => EventSource.prototype[name], /^TypeError: Illegal invocation$/, `brand check of ${name}`);
      assert.throws(() => get?.call({}), TypeError, `brand check of ${name}`);
      assert.throws(() => get?.call(undefined), TypeError, `brand check of ${name}`);
    }
    withSource((source) => assert.deepEqual(Object.keys(source), []));
  });

  test(`${twin}: methods`, () => {
    for (const name of ['close', 'reset']) {
      const { value, ...flags } = Object.getOwnPropertyDescriptor(EventSource.prototype, name) ?? {};
      assert.deepEqual([value.name, value.length], [name, 0]);
      assert.deepEqual(flags, { writable: true, enumerable: true, configurable: true });
      assert.throws(() => value.call(new EventTarget()), TypeError, 'brand check');
      assert.throws(() => new value(), TypeError, 'not a constructor');
    }
  });

  test(`${twin}: it is an EventTarget, and a class like others`, () => {
    withSource((source) => {
      assert(source instanceof EventTarget);
      assert.equal(String(source), '[object EventSource]');
      assert.equal(source.constructor, EventSource);
    });
    const tag = Object.getOwnPropertyDescriptor(EventSource.prototype, Symbol.toStringTag);
    assert.deepEqual(tag, { value: 'EventSource', writable: false, enumerable: false, configurable: true });
    const Sub = /** @type {any} */ (class extends EventSource {});
    const sub = new Sub(url);
    sub.close();
    assert(sub instanceof Sub && sub.readyState === 2);
  });

  test(`${twin}: event handlers`, () => {
    withSource((source) => {
      /** @type {unknown[]} */
      const log = [];
      for (const type of ['open', 'message', 'error']) {
        const name = `on${type}`;
        const { get, set, enumerable, configurable } =
          Object.getOwnPropertyDescriptor(EventSource.prototype, name) ?? {};
        assert.deepEqual([get?.name, set?.name, set?.length], [`get ${name}`, `set ${name}`, 1]);
        assert.deepEqual([enumerable, configurable], [true, true]);
        assert.throws(() => set?.call({}, null), TypeError, 'brand check');
        assert.equal(source[name], null);
        log.length = 0;
        const fire = () => source.dispatchEvent(new Event(type, { cancelable: true }));
        source.addEventListener(type, () => log.push('first'));
        source[name] = () => log.push('old');
        source.addEventListener(type, () => log.push('last'));
        const handler = /** @this {unknown} @param {Event} event */ function (event) {
          log.push(this === source && event.type);
          return false;
        };
        source[name] = handler;
        assert.equal(source[name], handler);
        assert.equal(fire(), false, 'false cancels');
        assert.deepEqual(log, ['first', type, 'last'], 'a new handler keeps the place of the old');
        for (const value of [1, 'code()', true, undefined, Symbol('x')]) {
          source[name] = handler;
          source[name] = value;
          assert.equal(source[name], null, 'a value that is not an object becomes null');
        }
        const object = { handleEvent: () => log.push('never') };
        source[name] = object;
        assert.equal(source[name], object, 'an object is kept');
        log.length = 0;
        assert.equal(fire(), true, 'and not called');
        source[name] = null;
        source[name] = () => log.push('anew');
        log.length = 0;
        fire();
        assert.deepEqual(log, ['first', 'last', 'anew'], 'after null, a handler takes the last place');
      }
    });
  });

  test(`${twin}: fromReadableStream`, async () => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(EventSource, 'fromReadableStream') ?? {};
    assert.deepEqual([value.name, value.length], ['fromReadableStream', 1]);
    assert.deepEqual(flags, { writable: true, enumerable: true, configurable: true });
    for (const bad of [undefined, null, {}, { getReader() {} }, 'data']) {
      assert.throws(() => EventSource.fromReadableStream(bad), TypeError);
    }
    let canceled = false;
    const stream = new ReadableStream({ cancel: () => void (canceled = true) });
    const source = EventSource.fromReadableStream(stream);
    assert(source instanceof EventSource);
    assert.deepEqual([source.readyState, source.url, source.withCredentials], [0, 'about:event-stream', false]);
    assert.deepEqual([source.lastEventId, source.reconnectionTime], ['', 3000]);
    assert.throws(() => EventSource.fromReadableStream(stream), TypeError, 'a locked stream');
    source.onopen = source.onerror = () => assert.fail('an event after close()');
    source.close();
    assert.deepEqual([source.readyState, canceled], [2, true]);
    await new Promise((resolve) => setImmediate(resolve));
  });

  test(`${twin}: reset forgets an unfinished event`, async () => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const source = EventSource.fromReadableStream(readable);
    /** @type {string[]} */
    const seen = [];
    source.onmessage = (/** @type {MessageEvent} */ { data, lastEventId }) => seen.push(`${lastEventId}:${data}`);
    await writer.write(Buffer.from('id: 1\ndata: a\n\nid: 2\ndata: b\nda'));
    source.reset();
    await writer.write(Buffer.from('\ufeffdata: c\n\n'));
    assert.deepEqual(seen, ['1:a', '1:c']);
    source.close();
  });
}

test('eventsource.js: the global property is as a native interface\'s', () => {
  const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, 'EventSource') ?? {};
  assert.equal(value, twins[0][1]);
  assert.deepEqual(flags, { writable: true, enumerable: false, configurable: true });
});

test('eventsource.mjs: is another class, and not global', () => {
  assert.notEqual(twins[0][1], twins[1][1]);
});
