// Both twins, loaded as their users load them. Every test that is about the class runs on both.

Reflect.deleteProperty(globalThis, 'EventSource'); // Node has one behind a flag.
const script = '../eventsource.js'; // Not written below: to the compiler it would be a module.
await import(script);

/** @type {[string, any][]} */
export const twins = [
  ['eventsource.js', /** @type {any} */ (globalThis).EventSource],
  ['eventsource.mjs', (await import('../eventsource.mjs')).EventSource],
];
