// The last lines of an event stream that keeps coming, shown as they are; field names stand out.

const LINES = 16;

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
    this.#trim();
    this.#draw();
    return completed;
  }

  /** Lets go of whole blocks, oldest first; of lines only if one block is too long. */
  #trim() {
    while (this.#lines.length > LINES + 1) {
      const blank = this.#lines.indexOf('');
      const isWhole = blank >= 0 && blank < this.#lines.length - 1;
      this.#lines.splice(0, isWhole ? blank + 1 : this.#lines.length - LINES - 1);
    }
    while (this.#lines[0] === '' && this.#lines.length > 1) this.#lines.shift();
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
