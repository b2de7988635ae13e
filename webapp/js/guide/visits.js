// How an EventSource comes and goes: each time it opens is a visit, which brings events and ends.

export class Visits {
  #body;
  #row;
  #count = 0;
  #openedAt;
  #endedAt;

  /** `body` is that of a table: number, waited, Last-Event-ID, what came, lasted. */
  constructor(body) {
    this.#body = body;
  }

  clear() {
    this.#body.replaceChildren();
    this.#count = 0;
    this.#endedAt = undefined;
    this.lastEventId = '';
  }

  /** It opened. */
  begin() {
    this.#openedAt = performance.now();
    const waited = this.#endedAt === undefined ? '–' : seconds(this.#openedAt - this.#endedAt);
    this.#row = document.createElement('tr');
    this.#row.append(...[++this.#count, waited, this.lastEventId || '–', '', ''].map(cell));
    this.#body.prepend(this.#row);
    if (this.#body.childElementCount > 8) this.#body.lastElementChild.remove();
  }

  receive({ data, lastEventId }) {
    this.lastEventId = lastEventId;
    this.#row.children[3].textContent = data;
  }

  /** It ended, and the browser is on its way back. */
  end() {
    this.#endedAt = performance.now();
    if (this.#row) this.#row.children[4].textContent = seconds(this.#endedAt - this.#openedAt);
  }
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

function cell(text) {
  const made = document.createElement('td');
  made.textContent = text;
  return made;
}
