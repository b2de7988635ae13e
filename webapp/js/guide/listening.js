// A real EventSource whose events are written down in a log as they come.

export class Listening {
  #log;
  #handlers;
  #source;

  /**
   * `handlers` maps an event's type to what else is done with it: it gets the event and the source.
   * `open`, `message` and `error` are written down in any case.
   */
  constructor(log, handlers = {}) {
    this.#log = log;
    this.#handlers = handlers;
    // A page kept for the back button would hold its connection open for up to a minute.
    addEventListener('pagehide', () => this.#source?.close());
  }

  /** Opens a stream in the place of the one before, if any, and gives its EventSource. */
  open(address, options) {
    this.#source?.close();
    const source = new EventSource(address, options);
    for (const type of new Set(['open', 'message', 'error', ...Object.keys(this.#handlers)])) {
      source.addEventListener(type, (event) => {
        this.#log.event(event, source);
        this.#handlers[type]?.(event, source);
      });
    }
    this.#source = source;
    return source;
  }

  close() {
    this.#source?.close();
  }

  /** The EventSource; undefined before the first `open`. */
  get source() {
    return this.#source;
  }
}
