// Both twins, loaded as their users load them. Every test that is about the class runs on both.

delete globalThis.EventSource; // Node may have one behind a flag.
await import('../eventsource.js');

/** @type {[string, any][]} */
export const twins = [
  ['eventsource.js', /** @type {any} */ (globalThis).EventSource],
  ['eventsource.mjs', (await import('../eventsource.mjs')).EventSource],
];
