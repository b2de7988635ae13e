// How many times a second something happened of late.

const WINDOW_MILLISECONDS = 5000;

export class Rate {
  #times = [];
  #began = performance.now();

  count() {
    this.#times.push(performance.now());
  }

  /** Over the last five seconds, or as long as there was anything to count. */
  get perSecond() {
    const now = performance.now();
    while (this.#times[0] < now - WINDOW_MILLISECONDS) this.#times.shift();
    const seconds = Math.max(1000, Math.min(WINDOW_MILLISECONDS, now - this.#began)) / 1000;
    return this.#times.length / seconds;
  }
}
