// Prints the type and the ID of each event that a client gets: node follow.mjs CLIENT.js URL
import { EventSource } from '../../../polyfill/eventsource.mjs';

globalThis.EventSource ??= EventSource;
const [client, url] = process.argv.slice(2);
const { follow } = await import(new URL(`../clients/${client}`, import.meta.url));
follow(url, {
  onEvent: ({ type, id }) => type === 'heartbeat' || console.log(type, id),
  onState() {},
});
