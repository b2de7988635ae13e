// A stream whose topics and pace can be changed while it is open.

import { eventsOf } from './server.js';

const PAUSE_MILLISECONDS = 2000;

export class ChangeableStream {
  #topics;
  #interval;
  #handlers;
  #tell;
  #source;
  #url; // of the open stream, once it has told it
  #timer;

  /**
   * Opens it. `handlers` maps an event's type to what is done with it; `begin` among them is called
   * when the stream has told how everything stands, and what follows is new. `tell(text)` gets each
   * request in a few words.
   */
  constructor(topics, interval, handlers, tell = () => {}) {
    this.#topics = topics;
    this.#interval = interval;
    this.#handlers = handlers;
    this.#tell = tell;
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', (event) => event.persisted && this.#open());
    this.#open();
  }

  /** Tells the open stream its topics and its pace: what it keeps is neither lost nor doubled. */
  async change(topics, interval) {
    this.#topics = topics;
    this.#interval = interval;
    if (!this.#url) return this.#open(); // It was just being opened with what was wanted before.
    const body = new URLSearchParams(topics.map((topic) => ['topic', topic]));
    body.set('interval', interval);
    const { pathname } = this.#url;
    const response = await fetch(this.#url, { method: 'POST', body });
    // Nobody can read the whole of the stream's name.
    const path = pathname.replace(/(events\/.{8}).*/, '$1…');
    this.#tell(`POST ${path} ${decodeURIComponent(body)} → ${response.status}`);
    if (!response.ok) this.#open(); // It was cut a moment ago.
  }

  #open() {
    this.#leave();
    const address = eventsOf(this.#topics, { interval: this.#interval });
    this.#tell(`GET ${address.pathname}${decodeURIComponent(address.search)}`);
    const source = new EventSource(address);
    // By itself the browser would come back with the topics that the stream began with.
    source.addEventListener('error', () => this.#openLater());
    source.addEventListener('cursor', ({ data }) => this.#learn(JSON.parse(data).url));
    for (const [type, handler] of Object.entries(this.#handlers)) {
      source.addEventListener(type, handler);
    }
    this.#source = source;
  }

  /** Takes note of the stream's URL, which is relative to the one it was opened at. */
  #learn(url) {
    if (!url) return; // a later cursor, which only moves the id on
    this.#url = new URL(url, eventsOf([]));
    this.#handlers.begin?.();
  }

  #openLater() {
    this.#leave();
    this.#timer = setTimeout(() => this.#open(), PAUSE_MILLISECONDS);
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#url = undefined;
  }
}
