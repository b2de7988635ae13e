// What somebody without a name has read, kept in this browser. The tabs agree through its storage;
// a browser that keeps nothing for us forgets it with the page.

const KEY = 'bellwether.read';
const MOST = 500;

export class OwnMarks {
  #changed;
  #marks;

  /** `changed` is called when another tab has marked something. */
  constructor(changed) {
    this.#changed = changed;
    this.#marks = this.#kept();
    addEventListener('storage', (event) => {
      if (event.key !== KEY && event.key !== null) return;
      this.#marks = this.#kept();
      this.#changed();
    });
  }

  has({ id, createdAt }) {
    const { upTo, single } = this.#marks;
    return single[id] === createdAt || (id <= upTo.id && time(createdAt) <= time(upTo.createdAt));
  }

  add({ id, createdAt }) {
    const single = Object.entries({ ...this.#kept().single, [id]: createdAt });
    this.#keep({ ...this.#kept(), single: Object.fromEntries(single.slice(-MOST)) });
  }

  addUpTo({ id, createdAt }) {
    this.#keep({ upTo: { id, createdAt }, single: {} });
  }

  /** With the time of each, because a table that is made anew counts its ids from 1 again. */
  #keep(marks) {
    this.#marks = marks;
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
    } catch {
      // It lasts as long as the page, then.
    }
  }

  #kept() {
    const nothing = { upTo: { id: 0, createdAt: new Date(0).toISOString() }, single: {} };
    try {
      return { ...nothing, ...JSON.parse(localStorage.getItem(KEY)) };
    } catch {
      return this.#marks ?? nothing;
    }
  }
}

const time = (iso) => new Date(iso).getTime();
