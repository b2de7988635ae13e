// The events of an EventSource as they come, in a panel: when, of which type, and what is in them.

import { formatCount } from '../format.js';

const KEPT = 200;
const SHOWN = 400; // characters of a value
const STATES = ['CONNECTING', 'OPEN', 'CLOSED'];

/** `readyState` as the specification writes it: `0 (CONNECTING)`. */
export const readyStateOf = (source) => `${source.readyState} (${STATES[source.readyState]})`;

export class EventLog {
  #list;
  #began;

  /** `panel` has an `ol`. */
  constructor(panel) {
    this.#list = panel.querySelector('ol');
    this.clear();
  }

  clear() {
    this.#list.replaceChildren();
    this.#began = performance.now();
  }

  /** Something that is no event: what the page did. */
  note(text) {
    this.#add('note', [['', text]]);
  }

  /** An event that a source gave. */
  event(event, source) {
    const isMessage = event instanceof MessageEvent;
    this.#add(
      event.type,
      isMessage
        ? [
            ['data', event.data],
            ['lastEventId', event.lastEventId],
          ]
        : [['readyState', readyStateOf(source)]],
    );
  }

  #add(type, parts) {
    const what = document.createElement('div');
    if (type !== 'note') what.append(element('b', type));
    for (const [name, value] of parts) {
      const part = element('span', '');
      if (name) part.append(element('i', name), ' ');
      part.append(...visible(shortened(value)));
      what.append(part);
    }
    const seconds = (performance.now() - this.#began) / 1000;
    const item = document.createElement('li');
    item.dataset.type = type;
    item.append(element('time', `${seconds.toFixed(1)} s`), what);
    this.#list.append(item);
    if (this.#list.childElementCount > KEPT) this.#list.firstElementChild.remove();
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

/** Line feeds as they are written in code, but in another colour; an empty text as quotes. */
function visible(text) {
  if (text === '') return [element('s', '""')];
  return text.split('\n').flatMap((line, i) => (i > 0 ? [element('s', '\\n'), line] : [line]));
}

function shortened(text) {
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN)}… (${formatCount(text.length)} characters)`;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
