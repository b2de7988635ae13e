// What the server sends, byte for byte, in a panel: the status, the headers, and the body as it
// comes. It is read with fetch, because EventSource keeps all of that to itself.

import { formatCount } from '../format.js';
import { ByteScreen } from './byte-screen.js';

const STREAM = 'text/event-stream';
const LONG = 80; // characters of a path that are shown
// Of every answer of this server; they protect its pages and have nothing to do with streams.
const OF_PAGES = ['content-security-policy', 'referrer-policy', 'x-content-type-options'];

export class Bytes {
  #screen;
  #aside;
  #head;
  #take;
  #answered;
  #address;
  #headers;
  #comesBack;
  #abort;
  #timer;
  #count;
  #lastEventId;
  #retry;

  /**
   * `panel` has an `.aside` for a few words, a `pre` for the body and perhaps a `[data-head]` for
   * status and headers. `take` gets each whole line, `answered` each response, as soon as its head
   * is there; with `showsEnds`, line ends are visible.
   */
  constructor(panel, { take = () => {}, answered = () => {}, showsEnds = false } = {}) {
    this.#screen = new ByteScreen(panel.querySelector('pre.wire'), showsEnds);
    this.#aside = panel.querySelector('.aside');
    this.#head = panel.querySelector('[data-head]');
    this.#take = take;
    this.#answered = answered;
    addEventListener('pagehide', () => this.#leave());
    document.addEventListener('visibilitychange', () => this.#hideOrShow());
  }

  /** Reads one answer to its end; a promise of that. */
  read(address, headers = {}) {
    this.#begin(address, headers, false);
    return this.#ask();
  }

  /** Reads as an EventSource does: it comes back after `retry:` and names the last id. */
  follow(address, headers = {}) {
    this.#begin(address, headers, true);
    this.#ask();
  }

  /** How many bytes have come since the last `read` or `follow`. */
  get count() {
    return this.#count;
  }

  stop() {
    this.#leave();
    this.#address = undefined;
  }

  #begin(address, headers, comesBack) {
    this.#leave();
    this.#address = new URL(address, location.href);
    this.#headers = { Accept: STREAM, ...headers };
    this.#comesBack = comesBack;
    this.#count = 0;
    this.#lastEventId = '';
    this.#retry = 3000;
    this.#screen.clear();
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = undefined;
  }

  /** A hidden page should hold no connection that nobody looks at; it comes back to a live one. */
  #hideOrShow() {
    if (!this.#comesBack || !this.#address) return;
    if (!document.hidden) return void this.#ask();
    this.#leave();
    this.#say('Paused');
  }

  async #ask() {
    this.#leave();
    const abort = (this.#abort = new AbortController());
    let response;
    try {
      response = await this.#exchange(abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#say('Cut');
      this.#screen.note(response ? '(cut)' : `(${error.message})`);
    }
    if (abort.signal.aborted) return;
    if (this.#comesBack && (!response || isStream(response))) return this.#comeBackLater();
    this.#say(`Ended, ${this.#bytes()}`);
  }

  async #exchange(signal) {
    const headers = { ...this.#headers };
    if (this.#lastEventId) headers['Last-Event-ID'] = this.#lastEventId;
    this.#tellWhatIsAsked(headers);
    this.#say('Asking');
    const response = await fetch(this.#address, { headers, signal, cache: 'no-store' });
    this.#tellHead(response);
    this.#answered(response);
    this.#say(this.#bytes());
    // Not to leave out a byte order mark, which is part of what came.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const reader = response.body?.getReader();
    while (reader) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) break;
      this.#count += value.length;
      this.#screen.add(decoder.decode(value, { stream: true })).forEach((line) => this.#obey(line));
      this.#say(this.#bytes());
    }
    this.#screen.end().forEach((line) => this.#obey(line));
    return response;
  }

  #comeBackLater() {
    this.#say(`Ended; back in ${this.#retry / 1000} s`);
    this.#timer = setTimeout(() => this.#ask(), this.#retry);
  }

  #obey(line) {
    this.#take(line);
    const [, field, value] = /^(id|retry): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') this.#lastEventId = value;
    if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value);
  }

  #tellWhatIsAsked(headers) {
    const { pathname, search } = this.#address;
    const path = `${pathname}${search}`;
    this.#screen.note(`GET ${path.length > LONG ? `${path.slice(0, LONG)}…` : path}`);
    if (headers['Last-Event-ID']) this.#screen.note(`Last-Event-ID: ${headers['Last-Event-ID']}`);
  }

  #tellHead(response) {
    const status = `${response.status} ${response.statusText}`.trim();
    this.#screen.note(status);
    if (!this.#head) return;
    const lines = [...response.headers]
      .filter(([name]) => !OF_PAGES.includes(name))
      .map(([name, value]) => `${name}: ${value}`);
    this.#head.textContent = [status, ...lines].join('\n');
  }

  #bytes() {
    return `${formatCount(this.#count)} ${this.#count === 1 ? 'byte' : 'bytes'}`;
  }

  #say(text) {
    this.#aside.textContent = text;
  }
}

function isStream(response) {
  const type = response.headers.get('Content-Type') ?? '';
  return response.status === 200 && type.split(';')[0].trim().toLowerCase() === STREAM;
}
