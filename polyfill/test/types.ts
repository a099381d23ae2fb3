// Code that a TypeScript user may write, and, after "@ts-expect-error", code that the compiler must reject.

/// <reference path="../eventsource.d.ts" />
import { EventSource as Ponyfill } from '../eventsource.mjs';

const plain: Ponyfill = new Ponyfill('/events');
new Ponyfill(new URL('https://example.org/events'), { withCredentials: true });
new Ponyfill('/events', { headers: { Authorization: 'Bearer 1' } });
new Ponyfill('/events', { headers: async () => new Headers([['Authorization', 'Bearer 2']]) });
plain.onmessage = ({ data, lastEventId, origin }) => [data, lastEventId, origin];
plain.addEventListener('error', ({ response }) => response?.status);
plain.addEventListener('flightStateUpdate', ({ data }) => JSON.parse(data));
plain.onopen = null;
const state: 0 | 1 | 2 = plain.readyState === Ponyfill.CLOSED ? Ponyfill.CONNECTING : Ponyfill.OPEN;

const piped = (EventSource as PolyfilledEventSource).fromReadableStream(new ReadableStream());
const resumable: [string, number] = [piped.lastEventId, piped.reconnectionTime];
piped.reset();

// @ts-expect-error: the URL is required
new Ponyfill();
// @ts-expect-error: a number is no header
new Ponyfill('/events', { headers: 5 });
// @ts-expect-error: attributes are read-only
plain.readyState = 2;
// @ts-expect-error: not of the global class
new EventSource('/events', { headers: {} });

export { resumable, state };
