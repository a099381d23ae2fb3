// Parses the text of complete events: what a WebSocket's message and the answer to a waiting request hold.

export function* events(text) {
  for (const block of text.split('\n\n')) {
    const event = { type: 'message', data: [] };
    for (const line of block.split('\n')) {
      const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (name === 'event') event.type = value;
      if (name === 'data') event.data.push(value);
      if (name === 'id') event.id = value;
    }
    if (event.data.length) yield { ...event, data: event.data.join('\n') };
  }
}
