// Follows the board by fetch(). The bytes are those that an EventSource gets; a script parses, reconnects and resumes.

export function follow(url, { onEvent, onState, silence = 37_500 }) {
  let controller, timer, id = '', failures = 0, stopped = false;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), silence);
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    controller.abort();
  };
  const read = async () => {
    controller = new AbortController();
    heard();
    const headers = { Accept: 'text/event-stream', ...(id && { 'Last-Event-ID': id }) };
    const response = await fetch(url, { headers, cache: 'no-store', signal: controller.signal });
    if (response.status === 204) return stop();
    if (response.status !== 200) throw new Error(response.statusText);
    failures = 0;
    onState('open');
    let rest = '', event = { type: 'message', data: [] };
    for await (const text of pieces(response.body)) {
      heard();
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (name === 'event') event.type = value;
        else if (name === 'data') event.data.push(value);
        else if (name === 'id') event.id = value;
        else if (line === '') {
          id = event.id ?? id;
          if (event.type === 'closedConnection') return stop();
          if (event.data.length) onEvent({ type: event.type, data: event.data.join('\n'), id });
          event = { type: 'message', data: [] };
        }
      }
    }
  };
  (async () => {
    while (!stopped) {
      await read().catch(() => {});
      clearTimeout(timer);
      if (stopped) break;
      onState('waiting');
      const wait = Math.min(1000 * 2 ** failures++, 30_000) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  })();
  return stop;
}

// Streams cannot be iterated in all browsers.
async function* pieces(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next; !(next = await reader.read()).done; ) yield next.value;
}
