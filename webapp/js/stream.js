// A thin layer over EventSource. Reconnecting is the browser's business; this says how it stands
// and resumes where the stream was when somebody asks for it again.

const EVENTS = new URL('../events', import.meta.url);

/**
 * Opens a stream of the topics.
 *
 * `handlers` maps an event's type to what is done with it: `message` for events without a type of
 * their own, and `cursor`, `gap` and `shutdown` for what the server says about the stream itself.
 * `handlers.state(state, lastEventId)` is told of every change of either.
 */
export class Stream {
  #topics;
  #handlers;
  #source;
  #state;
  #lastEventId = '';

  constructor(topics, handlers) {
    this.#topics = topics;
    this.#handlers = handlers;
    // A page kept for the back button would hold its connection open for up to a minute.
    addEventListener('pagehide', this.#leave);
    addEventListener('pageshow', this.#comeBack);
    this.open();
  }

  /** Opens the stream, again if need be, just after the last event that arrived. */
  open() {
    this.#source?.close();
    const query = new URLSearchParams(this.#topics.map((topic) => ['topic', topic]));
    if (this.#lastEventId) query.set('lastEventId', this.#lastEventId);
    const source = new EventSource(`${EVENTS}?${query}`);
    source.onopen = () => this.#report('live');
    source.onerror = () => {
      this.#report(source.readyState === source.CLOSED ? 'closed' : 'reconnecting');
    };
    for (const type of new Set(['message', 'cursor', 'gap', 'shutdown', ...this.#types()])) {
      source.addEventListener(type, (event) => this.#receive(type, event));
    }
    this.#source = source;
    this.#report('connecting');
  }

  /** Closes the stream for good; nothing is reported after it. */
  close() {
    removeEventListener('pagehide', this.#leave);
    removeEventListener('pageshow', this.#comeBack);
    this.#source.close();
  }

  #types() {
    return Object.keys(this.#handlers).filter((type) => type !== 'state');
  }

  #receive(type, event) {
    this.#lastEventId = event.lastEventId;
    this.#report(type === 'shutdown' ? 'reconnecting' : this.#state);
    this.#handlers[type]?.(event);
  }

  #report(state) {
    this.#state = state;
    this.#handlers.state?.(state, this.#lastEventId);
  }

  #leave = () => this.#source.close();

  #comeBack = (event) => {
    if (event.persisted) this.open();
  };
}
