// Makes eventsource.js, the classic script, from eventsource.mjs, the module.
//
// usage: node polyfill/twin.mjs          writes eventsource.js
//        node polyfill/twin.mjs --check  fails if eventsource.js is not what it would write

import { readFileSync, writeFileSync } from 'node:fs';

const head = `// Defines EventSource on the global object where it is missing, to the letter of the HTML standard's
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

`;

const tail = `
  // WebIDL: an interface's property is not enumerable.
  Object.defineProperty(globalThis, 'EventSource', {
    value: EventSource,
    writable: true,
    configurable: true,
  });
})();
`;

/**
 * Returns the classic script for the text of the module.
 *
 * @param {string} module
 */
export function classic(module) {
  const body = module
    .slice(module.indexOf('const CONNECTING'), module.indexOf('// twin:'))
    // Blocks of lines, in code and in comments.
    .replace(/^ *(\/\/|\*) ponyfill:\n[^]*?^ *(\/\/|\*) :ponyfill\n\n?/gm, '')
    .trimEnd()
    .replace(/^(?=.)/gm, '  ');
  return `${head}${body}\n${tail}`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const source = new URL('eventsource.mjs', import.meta.url);
  const target = new URL('eventsource.js', import.meta.url);
  const made = classic(readFileSync(source, 'utf8'));
  if (process.argv[2] !== '--check') {
    writeFileSync(target, made);
  } else if (readFileSync(target, 'utf8') !== made) {
    console.error('eventsource.js is not the twin of eventsource.mjs: run node polyfill/twin.mjs');
    process.exit(1);
  }
}
