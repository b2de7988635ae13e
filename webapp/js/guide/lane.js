// One way of getting a topic's events, with what it costs: requests, bytes, and how long an event
// takes from being published to being here. The three ways are in polling-lanes.js.

import { median } from './median.js';
import { answerHead, bytesOf, requestHead } from './request-size.js';

const KEPT_DELAYS = 200;

export class Lane {
  requests = 0;
  empty = 0; // answers without an event
  headBytes = 0;
  bodyBytes = 0;
  events = 0;
  example = ''; // the newest request's head
  #delays = [];
  #abort = new AbortController();
  #take;

  /** `take(delay)` is told of each event: the milliseconds since it was published. */
  constructor(take) {
    this.#take = take;
  }

  get signal() {
    return this.#abort.signal;
  }

  get bytes() {
    return this.headBytes + this.bodyBytes;
  }

  /** The delay that half of the events stayed under; undefined if there was none. */
  get median() {
    return median(this.#delays);
  }

  stop() {
    this.#abort.abort();
  }

  /** Asks, and counts both heads. */
  async ask(url, headers) {
    this.requests++;
    this.example = requestHead(url, headers);
    this.headBytes += bytesOf(this.example);
    const response = await fetch(url, { headers, signal: this.signal, cache: 'no-store' });
    this.headBytes += bytesOf(answerHead(response));
    return response;
  }

  /** Counts an event: its data says when this page published it. */
  receive(data) {
    const delay = performance.now() - JSON.parse(data).at;
    this.events++;
    this.#delays.push(delay);
    if (this.#delays.length > KEPT_DELAYS) this.#delays.shift();
    this.#take(delay);
  }

  /** Waits; at once over when the lane is stopped. */
  async pause(milliseconds) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
