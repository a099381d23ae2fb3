// The browsers' conformance tests for EventSource, by their names, in our own words and code; and what
// else a client owes to the standard. See harness.js for test() and the values that it passes.

test('eventsource-constructor-empty-url', async (t) => {
  equal(t.source('').url, self.document ? document.baseURI : location.href);
});

test('eventsource-constructor-url-bogus', async () => {
  throws('SyntaxError', () => new EventSource('http://this is invalid/'));
  throws('SyntaxError', () => new EventSource('http://'));
});

test('eventsource-constructor-stringify', async (t) => {
  await t.next(t.source({ toString: () => t.path('message') }), 'open');
  equal(t.source(1).url, new URL('1', location.href).href);
  equal(t.source(null).url, new URL('null', location.href).href);
  equal(t.source(undefined).url, new URL('undefined', location.href).href);
  throws('TypeError', () => new EventSource());
  throws('TypeError', () => new EventSource(Symbol('url')));
});

test('interfaces: the shape is the native class\'s', async () => {
  const describe = (object) => Object.getOwnPropertyNames(object).concat(Object.getOwnPropertySymbols(object))
    .filter((name) => !proposed.includes(name))
    .map((name) => {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, name);
      const functions = [value, get, set].map((f) => typeof f === 'function' && [f.name, f.length, 'prototype' in f]);
      return [String(name), flags, typeof value === 'object' || typeof value, functions];
    })
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const proposed = ['fromReadableStream', 'lastEventId', 'reconnectionTime', 'reset'];
  equal(describe(EventSource), describe(native));
  equal(describe(EventSource.prototype), describe(native.prototype));
  const { value, ...flags } = Object.getOwnPropertyDescriptor(self, 'EventSource');
  equal([value === EventSource, flags], [true, { writable: true, enumerable: false, configurable: true }]);
});

test('eventsource-url', async (t) => {
  equal(t.source('message').url, new URL('message', location.href).href);
  equal(t.source('a b?é#f').url, new URL('a b?é#f', location.href).href);
});

for (const url of ['ftp://example.not/', 'about:blank', 'mailto:a@example.not', "javascript:alert('no')"]) {
  test(`eventsource-constructor-non-same-origin: ${url}`, async (t) => {
    const source = t.source(url);
    const event = await t.next(source, 'error');
    equal([source.readyState, event.constructor.name, 'data' in event], [2, 'Event', false]);
  });
}

test('eventsource-prototype', async (t) => {
  EventSource.prototype.ReturnTrue = () => true;
  equal(t.source(t.path('message')).ReturnTrue(), true);
  equal(Object.hasOwn(self, 'EventSource'), true);
  delete EventSource.prototype.ReturnTrue;
});

test('eventsource-readyState and eventsource-close', async (t) => {
  const source = t.source(t.path('message'));
  equal(source.readyState, 0);
  await t.next(source, 'open');
  equal(source.readyState, 1);
  source.close();
  equal(source.readyState, 2);
});

test('eventsource-close, test events', async (t) => {
  const source = t.source(t.path('reconnect-fail'));
  const seen = [];
  for (const type of ['open', 'message', 'error']) {
    source.addEventListener(type, (event) => seen.push([type, source.readyState, event.data]));
  }
  await new Promise((resolve) => {
    source.addEventListener('error', () => source.readyState === 2 && resolve());
  });
  await t.pause(100);
  equal(seen, [
    ['open', 1, undefined],
    ['message', 1, 'opened'],
    ['error', 0, undefined],
    ['open', 1, undefined],
    ['message', 1, 'reconnected'],
    ['error', 0, undefined],
    ['error', 2, undefined],
  ]);
});

test('eventsource-close: nothing is dispatched afterwards, not even from the same chunk', async (t) => {
  const source = t.source(t.path('open', { message: 'data: 1\n\ndata: 2\n\n' }));
  await new Promise((resolve) => {
    source.onmessage = () => {
      source.close();
      resolve();
    };
  });
  source.onmessage = source.onerror = () => seen.push(1);
  const seen = [];
  await t.until(({ connections }) => connections === 0);
  await t.pause(50);
  equal(seen, []);
});

test('eventsource-close: aborts the fetch at once, before and after it has opened', async (t) => {
  for (const endpoint of ['stall', 'open']) {
    const source = t.source(t.path(endpoint));
    source.onerror = () => seen.push(endpoint);
    const seen = [];
    await t.until(({ connections }) => connections === 1);
    source.close();
    await t.until(({ connections }) => connections === 0);
    equal(seen, []);
  }
});

test('eventsource-onopen', async (t) => {
  const source = t.source(t.path('message'));
  const event = await new Promise((resolve) => (source.onopen = resolve));
  equal([source.readyState, event.bubbles, event.cancelable, Object.hasOwn(event, 'data')], [1, false, false, false]);
});

test('eventsource-onmessage and eventsource-eventtarget', async (t) => {
  const source = t.source(t.path('message'));
  const event = await new Promise((resolve) => (source.onmessage = resolve));
  equal([event.data, event.origin, event.lastEventId, event.bubbles], ['data', location.origin, '', false]);
  equal([event instanceof MessageEvent, event.target === source], [true, true]);
});

test('eventsource-reconnect', async (t) => {
  const source = t.source(t.path('sequence', { body: ['retry: 2\n', 'data: data\n\n'] }));
  equal((await t.next(source, 'error')).type, 'error');
  equal(source.readyState, 0);
  equal((await t.next(source, 'message')).data, 'data');
});

test('eventsource-reconnect: an unfinished event is lost, its ID not sent', async (t) => {
  const body = ['id: 1\nretry: 2\ndata: a\n\nid: 2\ndata: b', 'data: c\n\n'];
  const source = t.source(t.path('sequence', { body }));
  equal((await t.next(source, 'message')).data, 'a');
  await t.next(source, 'error');
  const { data, lastEventId } = await t.next(source, 'message');
  equal([data, lastEventId], ['c', '1']);
});

test('eventsource-reconnect: a first connection that is dropped comes back', async (t) => {
  const source = t.source(t.path('drop'));
  await t.next(source, 'error');
  equal(source.readyState, 0);
});

test('eventsource-cross-origin: basic use, redirect use', async (t) => {
  const target = t.other('message', { cors: '' });
  for (const url of [target, t.other('redirect', { cors: '', location: target })]) {
    const { data, origin } = await t.next(t.source(url, { withCredentials: true }), 'message');
    equal([data, origin], ['data', new URL(otherOrigin).origin]);
  }
});

test('eventsource-cross-origin: a same-origin URL that is redirected there', async (t) => {
  const source = t.source(t.path('redirect', { location: t.other('message', { cors: '', origin: '*' }) }));
  equal((await t.next(source, 'message')).origin, new URL(otherOrigin).origin);
});

for (const query of [{}, { cors: '', origin: 'http://example.org' }, { cors: '', origin: '' }]) {
  test(`eventsource-cross-origin: allow-origin ${query.origin} should fail`, async (t) => {
    const source = t.source(t.other('open', { ...query, message: 'data: 1\n\n' }));
    await t.next(source, 'error');
    equal(source.readyState, 2);
    // The probe that found it out is not left open.
    await t.until(({ connections }) => connections === 0);
  });
}

test('request-credentials', async (t) => {
  for (const [withCredentials, want] of [[true, true], [false, false]]) {
    const key = `${t.key}${want}`;
    const source = t.source(t.other('cookie', { cors: '', key }).replace(`key=${t.key}&`, ''), { withCredentials });
    equal((await t.next(source, 'message')).data, '1 false');
    await t.next(source, 'error');
    equal((await t.next(source, 'message')).data, `2 ${want}`);
    source.close();
  }
});

test('last event ID on another origin that allows the header, with credentials and without', async (t) => {
  for (const withCredentials of [true, false]) {
    const source = t.source(t.other('resume', { cors: '', allow: 'Last-Event-ID' }), { withCredentials });
    await t.next(source, 'message');
    await t.next(source, 'error');
    equal((await t.next(source, 'message')).data, 'header ü…');
    source.close();
  }
});

test('last event ID on another origin that refuses the header', async (t) => {
  const source = t.source(t.other('resume', { cors: '' }));
  await t.next(source, 'message');
  await t.next(source, 'error');
  const { data, lastEventId } = await t.next(source, 'message');
  equal([data, lastEventId, (await t.counts()).preflights], ['query ü…', 'ü…', 1]);
});

test('last event ID on another origin that refuses header and query: the stream comes back all the same', async (t) => {
  const source = t.source(`${otherOrigin}tutorial/${t.key}`);
  for (const want of ['1', '2', '3']) {
    equal((await t.next(source, 'message')).data, want);
    await t.next(source, 'error');
    equal(source.readyState, 0);
  }
});

test('event-data', async (t) => {
  const message = 'data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end';
  const source = t.source(t.path('message', { message }));
  const seen = [];
  await new Promise((resolve) => {
    source.onmessage = ({ data }) => seen.push(data) && data === 'end' && resolve();
  });
  equal(seen, ['msg\nmsg', '', 'end']);
});

test('format-field-id and format-field-id-2', async (t) => {
  const source = t.source(t.path('last-event-id'));
  for (const want of ['hello', '…', '…']) {
    const { data, lastEventId } = await t.next(source, 'message');
    equal([data, lastEventId], [want, '…']);
    await t.next(source, 'error');
  }
});

for (const id of ['', '\0\0', '%00'.replace('%00', 'a\0b')]) {
  test(`format-field-id-null: ${JSON.stringify(id)} is not sent`, async (t) => {
    const source = t.source(t.path('last-event-id', { id }));
    for (let i = 0; i < 2; i++) {
      const { data, lastEventId } = await t.next(source, 'message');
      equal([data, lastEventId], ['hello', '']);
      await t.next(source, 'error');
    }
  });
}

for (const [name, message, want] of [
  ['format-field-retry', 'retry:0400', 400],
  ['format-field-retry-bogus', 'retry:400\nretry:100x', 400],
  ['format-field-retry-empty', 'retry:400\nretry', 400],
]) {
  test(name, async (t) => {
    const source = t.source(t.path('message', { message: `${message}\ndata:x` }));
    await t.next(source, 'error');
    const start = performance.now();
    await t.next(source, 'open');
    const waited = performance.now() - start;
    // Not less, and not the default of 3000; the unit tests check the exact time.
    equal([waited > want - 5, waited < 2800], [true, true], `waited ${waited}`);
  });
}

for (const mime of ['text/x-bogus', 'text/event-streams', 'text/html', '']) {
  test(`format-mime-valid-bogus: ${mime}`, async (t) => {
    const source = t.source(t.path('message', { mime }));
    const event = await t.next(source, 'error');
    equal([source.readyState, event.bubbles, event.cancelable, 'data' in event], [2, false, false, false]);
  });
}

for (const mime of ['text/event-stream;', 'TEXT/Event-Stream ; a="x,y"', 'text/event-stream;charset=windows-1252']) {
  test(`format-mime-trailing-semicolon and format-utf-8: ${mime}`, async (t) => {
    equal((await t.next(t.source(t.path('message', { mime, message: 'data:ok…' })), 'message')).data, 'ok…');
  });
}

test('request-accept', async (t) => {
  equal((await t.next(t.source(t.path('headers', { name: 'accept' })), 'message')).data, 'text/event-stream');
});

test('request-cache-control', async (t) => {
  for (const url of [
    t.path('headers', { name: 'cache-control' }),
    t.other('headers', { cors: '', name: 'cache-control' }),
  ]) {
    equal((await t.next(t.source(url), 'message')).data, 'no-cache');
  }
  equal((await t.counts()).preflights, 0);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`request-redirect: ${status}`, async (t) => {
    const source = t.source(t.path('redirect', { status, location: '/message' }));
    const url = source.url;
    equal((await t.next(source, 'message')).data, 'data');
    equal(source.url, url);
  });
}

for (const status of [204, 205, 206, 210, 299, 404, 410, 500, 503]) {
  test(`request-status-error: ${status}`, async (t) => {
    const source = t.source(t.path('status', { status }));
    await t.next(source, 'error');
    equal(source.readyState, 2);
  });
}

test('request-post-to-connect: nothing is sent for events of one\'s own', async (t) => {
  const source = t.source(t.path('open'));
  await t.next(source, 'open');
  source.dispatchEvent(new Event('error'));
  equal([source.readyState, (await t.counts()).requests], [1, 1]);
});

windowTest('eventsource-onmessage-realm and eventsource-constructor-url-multi-window', async (t) => {
  const frame = document.createElement('iframe');
  frame.src = '/deep/frame.html';
  document.body.append(frame);
  await new Promise((resolve) => (frame.onload = resolve));
  const source = new frame.contentWindow.EventSource('message');
  t.sources.push(source);
  equal(source.url, new URL('/deep/message', location.href).href);
  const event = await t.next(source, 'message');
  equal(event.constructor === frame.contentWindow.MessageEvent, true);
  frame.remove();
});

windowTest('the base URL is the document\'s', async (t) => {
  const base = document.head.appendChild(document.createElement('base'));
  base.href = '/deep/';
  const { url } = t.source('message');
  base.remove();
  equal(url, new URL('/deep/message', location.href).href);
});

test('eventsource-from-readable-stream-fetch', async (t) => {
  const { body } = await fetch(t.path('message', { message: 'id: 42\nretry: 5000\ndata: hello' }));
  const source = EventSource.fromReadableStream(body);
  const { data, origin } = await t.next(source, 'message');
  equal([data, origin, source.url], ['hello', 'null', 'about:event-stream']);
  equal([source.lastEventId, source.reconnectionTime], ['42', 5000]);
  await t.next(source, 'error');
  equal(source.readyState, 2);
});

test('eventsource-from-readable-stream: several streams piped through one', async (t) => {
  const { readable, writable } = new TransformStream();
  const source = EventSource.fromReadableStream(readable);
  equal(readable.locked, true);
  const bytes = (text) => new Blob([text]).stream();
  const first = t.next(source, 'message');
  await bytes('id: 42\nretry: 3210\ndata: first\n\n').pipeTo(writable, { preventClose: true });
  equal([source.lastEventId, source.reconnectionTime, (await first).data], ['42', 3210, 'first']);
  const second = t.next(source, 'message');
  await bytes('data: second\n\n').pipeTo(writable, { preventClose: true });
  const { data, lastEventId } = await second;
  equal([data, lastEventId], ['second', '42']);
  source.close();
});
