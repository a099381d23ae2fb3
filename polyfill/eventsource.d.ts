// What eventsource.js adds to TypeScript's own EventSource, when it is it that defines the class: the
// proposal whatwg/html#12272, which no browser has.

interface EventSource {
  /** The last event ID string, which the next connection sends. */
  readonly lastEventId: string;
  /** In milliseconds. */
  readonly reconnectionTime: number;
  /** Forgets an unfinished event, before another stream is piped in. */
  reset(): void;
}

/** A global variable's type cannot be added to: (EventSource as PolyfilledEventSource).fromReadableStream(…). */
type PolyfilledEventSource = typeof EventSource & {
  /** Dispatches the events of a stream that somebody else fetches. Its end closes the object. */
  fromReadableStream(stream: ReadableStream<BufferSource>): EventSource;
};
