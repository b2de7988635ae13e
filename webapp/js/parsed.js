// The lines of a stream as a page's script gets them: the newest event's type, its id, and its data
// as an object. It shows what EventSource would give; only the server's own lines are read by it.

const CONTROL = ['cursor', 'gap', 'shutdown'];

export class Parsed {
  #screen;
  #event;

  constructor(screen) {
    this.#screen = screen;
    this.clear();
  }

  clear() {
    this.#event = { type: 'message', lastEventId: '', data: [] };
    this.#screen.textContent = 'Waiting for an event';
  }

  /** Takes one whole line; a blank one ends an event. */
  take(line) {
    if (line === '') return this.#end();
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === 'data') this.#event.data.push(value);
    if (field === 'event') this.#event.type = value;
    if (field === 'id') this.#event.lastEventId = value;
  }

  #end() {
    const { type, lastEventId, data } = this.#event;
    this.#event = { type: 'message', lastEventId, data: [] };
    if (data.length === 0 || CONTROL.includes(type)) return;
    const parts = { type, lastEventId, data: parsed(data.join('\n')) };
    const lines = Object.entries(parts).flatMap(([name, value]) => [
      strong(`event.${name}`),
      ` ${JSON.stringify(value, null, 2)}\n`,
    ]);
    this.#screen.replaceChildren(...lines);
  }
}

/** Data that is no JSON is text. */
function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function strong(text) {
  const element = document.createElement('span');
  element.textContent = text;
  return element;
}
