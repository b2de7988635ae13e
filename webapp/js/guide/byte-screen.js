// The text of a stream on the screen, line by line. Field names stand out, and so do the line ends
// if they are to be seen.

const LINES = 300;
const END = /\r\n|[\r\n]/g;
// As they are written in code; the signs that Unicode has for them are missing in many fonts.
const MARKS = { '\r\n': '\\r\\n', '\r': '\\r', '\n': '\\n' };

export class ByteScreen {
  #screen;
  #showsEnds;
  #line;
  #held;

  constructor(screen, showsEnds = false) {
    this.#screen = screen;
    this.#showsEnds = showsEnds;
    this.clear();
  }

  clear() {
    this.#screen.replaceChildren();
    this.#line = undefined;
    this.#held = '';
  }

  /** Adds text and gives the lines that it completed. */
  add(text) {
    const whole = this.#held + text;
    // Only what comes next tells whether CR is a line end of its own.
    this.#held = whole.endsWith('\r') ? '\r' : '';
    return this.#write(whole.slice(0, whole.length - this.#held.length));
  }

  /** Nothing follows: a CR that was held back is a line end after all. */
  end() {
    const held = this.#held;
    this.#held = '';
    return this.#write(held);
  }

  /** A line that is none of the stream's: what was asked, or what became of it. */
  note(text) {
    this.#line = undefined;
    const note = document.createElement('i');
    note.textContent = text;
    this.#append(note, '\n');
  }

  #write(text) {
    const completed = [];
    let from = 0;
    for (const { 0: end, index } of text.matchAll(END)) {
      completed.push(this.#extend(text.slice(from, index)));
      this.#line.append(this.#mark(end), '\n');
      this.#line = undefined;
      from = index + end.length;
    }
    if (from < text.length) this.#extend(text.slice(from));
    this.#screen.scrollTop = this.#screen.scrollHeight;
    return completed;
  }

  /** Adds to the line that is not yet complete, and gives it as it is then. */
  #extend(text) {
    const line = (this.#line?.dataset.text ?? '') + text;
    if (!this.#line) this.#append((this.#line = document.createElement('span')));
    const colon = line.indexOf(':') + 1;
    const name = document.createElement('b');
    name.textContent = line.slice(0, colon);
    this.#line.replaceChildren(name, line.slice(colon));
    this.#line.dataset.text = line;
    return line;
  }

  #mark(end) {
    if (!this.#showsEnds) return '';
    const mark = document.createElement('s');
    mark.textContent = MARKS[end];
    return mark;
  }

  #append(...nodes) {
    const row = document.createElement('span');
    row.append(...nodes);
    this.#screen.append(nodes.length > 1 ? row : nodes[0]);
    while (this.#screen.childElementCount > LINES) this.#screen.firstElementChild.remove();
  }
}
