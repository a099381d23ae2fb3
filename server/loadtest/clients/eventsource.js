// Follows the board by EventSource. The browser parses, reconnects, and resumes after the last event ID.

const types = ['flightSnapshot', 'flightAddition', 'flightStateUpdate', 'flightRemoval', 'heartbeat', 'message'];

export function follow(url, { onEvent, onState, silence = 37_500 }) {
  let source, timer, id = '', failures = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(again, silence, 0); // a connection that is dead, and nobody has said so
  };
  const again = (wait = Math.min(1000 * 2 ** failures++, 30_000) * (0.5 + Math.random())) => {
    stop();
    onState('waiting');
    timer = setTimeout(open, wait);
  };
  const stop = () => {
    clearTimeout(timer);
    source?.close();
  };
  const open = () => {
    source = new EventSource(id ? `${url}?lastEventId=${id}` : url);
    heard();
    for (const type of types)
      source.addEventListener(type, ({ type, data, lastEventId }) => {
        id = lastEventId;
        heard();
        onEvent({ type, data, id });
      });
    source.addEventListener('closedConnection', stop);
    source.onopen = () => {
      failures = 0;
      onState('open');
    };
    source.onerror = () => {
      onState('waiting');
      if (source.readyState === EventSource.CLOSED) again(); // an answer that is not a stream
    };
  };
  open();
  return stop;
}
