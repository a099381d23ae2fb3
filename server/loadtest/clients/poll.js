// Follows the board by waiting requests. A script asks again, and resumes.
import { events } from './events.js';

export function follow(url, { onEvent, onState, silence = 37_500 }) {
  let controller, id = '', failures = 0, stopped = false;
  const stop = () => {
    stopped = true;
    controller.abort();
  };
  const ask = async () => {
    controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), silence);
    try {
      const headers = { Accept: 'text/event-stream', ...(id && { 'Last-Event-ID': id }) };
      const response = await fetch(`${url}?wait=25s`, { headers, cache: 'no-store', signal: controller.signal });
      if (response.status === 204) return stop();
      if (response.status !== 200) throw new Error(response.statusText);
      for (const event of events(await response.text())) {
        id = event.id ?? id;
        if (event.type === 'closedConnection') return stop();
        onEvent({ ...event, id });
      }
      failures = 0;
      onState('open');
    } finally {
      clearTimeout(timer);
    }
  };
  (async () => {
    while (!stopped)
      await ask().catch(async () => {
        onState('waiting');
        const wait = Math.min(1000 * 2 ** failures++, 30_000) * (0.5 + Math.random());
        await new Promise((resolve) => setTimeout(resolve, wait));
      });
  })();
  return stop;
}
