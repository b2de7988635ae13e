// A stream as it comes over the wire, byte for byte: fetch shows what EventSource keeps to itself.

import { formatCount } from './format.js';

const EVENTS = new URL('../events', import.meta.url);

export class Wire {
  #tail;
  #say;
  #take;
  #query;
  #abort;
  #timer;
  #bytes;
  #lastEventId;
  #retry = 3000;

  /**
   * Shows the stream's text in `tail`, tells `say` in a few words how it stands, and gives `take`
   * each whole line.
   */
  constructor(tail, say, take) {
    this.#tail = tail;
    this.#say = say;
    this.#take = take;
    document.addEventListener('visibilitychange', () => this.#start());
    addEventListener('pagehide', () => this.#stop());
    addEventListener('pageshow', (event) => event.persisted && this.#start());
  }

  /** Reads the stream of a query from its beginning on. */
  show(query) {
    this.#query = query;
    this.#bytes = 0;
    this.#lastEventId = undefined;
    this.#tail.clear();
    this.#start();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  async #start() {
    this.#stop();
    if (this.#query === undefined) return;
    // An unread stream would fill the server's buffers, so a hidden page leaves and resumes later.
    if (document.hidden) return this.#say('Paused');
    const abort = (this.#abort = new AbortController());
    try {
      if (!(await this.#read(abort.signal))) return;
    } catch {
      if (abort.signal.aborted) return;
    }
    this.#say('Reconnecting');
    this.#timer = setTimeout(() => this.#start(), this.#retry);
  }

  /** Reads until the stream ends; false if there is no point in coming back. */
  async #read(signal) {
    const headers = { Accept: 'text/event-stream' };
    if (this.#lastEventId) headers['Last-Event-ID'] = this.#lastEventId;
    const address = `${EVENTS}?${this.#query}`;
    const response = await fetch(address, { headers, signal, cache: 'no-store' });
    if (response.status !== 200) {
      this.#say(`Refused with ${response.status}`);
      return response.status >= 500;
    }
    this.#tail.cut();
    const decoder = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return !signal.aborted;
      this.#bytes += value.length;
      this.#tail.add(decoder.decode(value, { stream: true })).forEach((line) => this.#obey(line));
      this.#say(`${formatCount(this.#bytes)} bytes read`);
    }
  }

  #obey(line) {
    this.#take(line);
    const [, field, value] = /^(id|retry): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') this.#lastEventId = value;
    if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value);
  }
}
