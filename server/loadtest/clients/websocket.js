// Follows the board by a WebSocket. A script reconnects and resumes.
import { events } from './events.js'; // not needed if the server sends JSON

export function follow(url, { onEvent, onState, silence = 37_500 }) {
  let socket, timer, id = '', failures = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(again, silence); // a page does not see pings: the server has to send heartbeats, too
  };
  const stop = () => {
    clearTimeout(timer);
    if (socket) socket.onmessage = socket.onclose = null;
    socket?.close();
  };
  const again = () => {
    stop();
    onState('waiting');
    timer = setTimeout(open, Math.min(1000 * 2 ** failures++, 30_000) * (0.5 + Math.random()));
  };
  const open = () => {
    socket = new WebSocket(id ? `${url}?lastEventId=${id}` : url);
    heard();
    socket.onopen = () => {
      failures = 0;
      onState('open');
    };
    socket.onmessage = ({ data }) => {
      heard();
      for (const event of events(data)) {
        id = event.id ?? id;
        if (event.type === 'closedConnection') return stop();
        onEvent({ ...event, id });
      }
    };
    socket.onclose = again; // also after a failed handshake, whose status a page does not see
  };
  open();
  return stop;
}
