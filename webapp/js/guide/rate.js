// How many times a second something happened of late.

const WINDOW_MILLISECONDS = 10_000;
const LEAST_MILLISECONDS = 2000; // or the first of all would look like many

export class Rate {
  #times = [];
  #began = performance.now();

  /** Forgets what was counted. */
  restart() {
    this.#times = [];
    this.#began = performance.now();
  }

  count() {
    this.#times.push(performance.now());
  }

  /** Over the last ten seconds, or since the beginning. */
  get perSecond() {
    const now = performance.now();
    while (this.#times[0] < now - WINDOW_MILLISECONDS) this.#times.shift();
    const passed = Math.min(WINDOW_MILLISECONDS, now - this.#began);
    return (this.#times.length * 1000) / Math.max(LEAST_MILLISECONDS, passed);
  }
}
