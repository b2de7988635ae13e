// The last lines of a text that keeps coming, shown as they are; field names stand out.

const LINES = 12;

export class Tail {
  #screen;
  #lines;

  constructor(screen) {
    this.#screen = screen;
    this.clear();
  }

  clear() {
    this.#lines = [''];
    this.#screen.replaceChildren();
  }

  /** Forgets a line that was cut in the middle. */
  cut() {
    this.#lines[this.#lines.length - 1] = '';
  }

  /** Adds text and gives the lines that it completed. */
  add(text) {
    const [first, ...rest] = text.split('\n');
    this.#lines[this.#lines.length - 1] += first;
    this.#lines.push(...rest);
    const completed = this.#lines.slice(-1 - rest.length, -1);
    this.#lines = this.#lines.slice(-LINES - 1);
    if (this.#lines[0] === '') this.#lines.shift();
    if (this.#lines.length === 0) this.#lines.push('');
    this.#draw();
    return completed;
  }

  #draw() {
    const shown = this.#lines.flatMap((line, i) => {
      const colon = line.indexOf(':') + 1;
      const name = document.createElement('span');
      name.textContent = line.slice(0, colon);
      return [i > 0 ? '\n' : '', name, line.slice(colon)];
    });
    this.#screen.replaceChildren(...shown);
    this.#screen.scrollTop = this.#screen.scrollHeight;
  }
}
