// What a page receives, in figures.

import { formatCount } from './format.js';

const OWN_ID = /^bw[0-9a-z]+-(\d+)$/; // an id of the server's log ends with the event's number
const WINDOW_SECONDS = 5;

export class Tally {
  #place;
  #received = 0;
  #published = 0;
  #seconds = new Array(WINDOW_SECONDS).fill(0);
  #since;

  constructor(place) {
    this.#place = place;
    setInterval(() => this.#show(), 1000);
  }

  /** From now on events are new: the stream has told how everything stands. */
  begin() {
    this.#since ??= Date.now();
  }

  count({ lastEventId }) {
    this.#received++;
    this.#published = Number(OWN_ID.exec(lastEventId)?.[1] ?? this.#published);
    if (this.#since) this.#seconds[0]++;
  }

  #show() {
    const rate = this.#seconds.reduce((sum, some) => sum + some, 0) / WINDOW_SECONDS;
    this.#seconds.unshift(0);
    this.#seconds.pop();
    this.#fill('published', this.#published ? formatCount(this.#published) : '–');
    this.#fill('received', formatCount(this.#received));
    this.#fill('rate', rate.toFixed(1));
    this.#fill('since', this.#since ? duration(Date.now() - this.#since) : '–');
  }

  #fill(name, text) {
    this.#place.querySelector(`[data-${name}]`).textContent = text;
  }
}

/** 4:07, or 1:04:07. */
function duration(milliseconds) {
  const seconds = Math.trunc(milliseconds / 1000);
  const parts = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? part : String(part).padStart(2, '0'))).join(':');
}
