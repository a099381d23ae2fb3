// Types of eventsource.mjs: the standard's interface, what whatwg/html#12272 proposes, and the ponyfill's own.

/** Request headers, or a function that is called for each connection, the first one too. */
export type RequestHeaders = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

export interface EventSourceOptions extends EventSourceInit {
  /** Sent with each request. On another origin the server has to allow them. */
  headers?: RequestHeaders;
}

/** The event named error. */
export interface EventSourceErrorEvent extends Event {
  /** The response that failed the connection, if there was one. Its body is unread; read it from the listener. */
  readonly response?: Response;
}

export interface EventSourceEventMap {
  open: Event;
  message: MessageEvent;
  error: EventSourceErrorEvent;
}

export declare class EventSource extends EventTarget {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  /** Dispatches the events of a stream that somebody else fetches. Its end closes the object. */
  static fromReadableStream(stream: ReadableStream<BufferSource>): EventSource;

  constructor(url: string | URL, init?: EventSourceOptions | null);

  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  readonly url: string;
  readonly withCredentials: boolean;
  readonly readyState: 0 | 1 | 2;
  /** The last event ID string, which the next connection sends. */
  readonly lastEventId: string;
  /** In milliseconds. */
  readonly reconnectionTime: number;
  onopen: ((this: EventSource, event: Event) => unknown) | null;
  onmessage: ((this: EventSource, event: MessageEvent) => unknown) | null;
  onerror: ((this: EventSource, event: EventSourceErrorEvent) => unknown) | null;
  close(): void;
  /** Forgets an unfinished event, before another stream is piped in. */
  reset(): void;

  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}
