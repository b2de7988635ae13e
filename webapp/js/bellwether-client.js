// The client of Bellwether's event streams, for pages of any site: one module, no dependencies.
// From the bytes up: the parser; Credentials; Link, which reads the server and always comes back;
// Follower and Tabs, by which the tabs of a browser share one connection; and what pages use,
// BellwetherClient and BellwetherSource.

const OWN_ID = /^(bw[0-9a-z]{9})-(0|[1-9][0-9]{0,17})$/;
const LONGEST_TIMER = 2 ** 31 - 1; // milliseconds; browsers take more for none at all
const TAB_PATIENCE = 5_000; // how long a leading tab may take for an answer
const TRANSIENT = new Set([408, 425, 429]); // of the statuses from 400 to 499

const DEFAULTS = {
  group: '',
  withCredentials: false,
  share: true,
  poll: true,
  pauseWhenHidden: 0,
  silence: 45_000,
  firstByte: 8_000,
  wait: 25,
  streamAgain: 300_000,
  maxRetry: 60_000,
};

/** Why a stream is not open: the answer's `status`, if there was one, and whether it is final. */
export class BellwetherError extends Error {
  name = 'BellwetherError';

  constructor(message, { status = 0, permanent = false, retryAfter, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.permanent = permanent;
    this.retryAfter = retryAfter;
  }
}

/**
 * An incremental parser of one event stream, as WHATWG HTML 9.2.6 has it. Takes its bytes in chunks
 * of any size; what it tells does not depend on them.
 */
export class EventStreamParser {
  /** The id of the last finished block that had one; `''` if none had. */
  lastEventId = '';
  #tell;
  #decoder = new TextDecoder(); // drops a byte order mark, and waits for the rest of a character
  #line = '';
  #afterReturn = false; // a line feed now is the rest of a CRLF
  #type = '';
  #data = [];
  #id = '';
  #hasId = false;

  /**
   * `tell.event({ type, data, lastEventId, hasId })` is called for each event, `hasId` being whether
   * its own block had an id; `tell.retry(milliseconds)` and `tell.comment(text)` may be left out.
   */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Reads on: a Uint8Array. */
  feed(bytes) {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return;
    const ends = /\r\n?|\n/g;
    let start = this.#afterReturn && text[0] === '\n' ? 1 : 0;
    this.#afterReturn = text.endsWith('\r');
    ends.lastIndex = start;
    for (let end; (end = ends.exec(text)); start = ends.lastIndex) {
      const line = this.#line + text.slice(start, end.index);
      this.#line = '';
      this.#take(line);
    }
    this.#line += text.slice(start);
  }

  #take(line) {
    if (line === '') return this.#endBlock();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (colon === 0) this.#tell.comment?.(value);
    else if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) [this.#id, this.#hasId] = [value, true];
    else if (name === 'retry' && /^[0-9]+$/.test(value)) this.#tell.retry?.(Number(value));
  }

  #endBlock() {
    const event = { type: this.#type || 'message', data: this.#data.join('\n') };
    const [hasData, hasId] = [this.#data.length > 0, this.#hasId];
    [this.#type, this.#data, this.#hasId] = ['', [], false];
    this.lastEventId = this.#id;
    if (hasData) this.#tell.event({ ...event, lastEventId: this.#id, hasId });
  }
}

/** The token that requests carry: a text, or what a function gives, asked again when it ends. */
class Credentials {
  #source;
  #token;

  constructor(source) {
    this.#source = source;
  }

  get areRenewable() {
    return typeof this.#source === 'function';
  }

  /** Milliseconds until the token ends; Infinity if it does not say. */
  get left() {
    try {
      const payload = this.#token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
      return JSON.parse(atob(payload)).exp * 1000 - Date.now() || Infinity;
    } catch {
      return Infinity;
    }
  }

  /** The next token is a new one. */
  forget() {
    this.#token = undefined;
  }

  async token() {
    if (!this.areRenewable) return this.#source;
    if (this.#token === undefined || this.left < 1_000) this.#token = await this.#source();
    return this.#token;
  }
}

/**
 * Reads one place of the server, by one request at a time, and goes on from `cursor` with the next.
 * A stream if it can be had; polling where something on the way holds streams back.
 */
class Link {
  /** The id after which the server has something to tell; `''` for none yet. */
  cursor = '';
  /** Whether states that are no newer than the cursor are wanted: in a page that was loaded anew. */
  wantsState = false;
  #url;
  #options;
  #tell;
  #credentials;
  #run; // the AbortController of the run under way
  #streamUrl; // where the open stream may be changed
  #retry = 3_000;
  #failures = 0;
  #refusals = 0; // 401s in a row, of tokens that can be renewed
  #polls = false;
  #canPoll;
  #hurry = () => {};

  /**
   * `tell` has `item({ type, data, id, isAnew })`, with `id` null if it had none and `isAnew` for
   * the cursor of a reader that began anew, and for the gap that says why; `state(name, error)`;
   * `alive()`, called when bytes have come; and `stop(error)`, after which nothing comes.
   */
  constructor(url, options, tell) {
    this.#url = new URL(url);
    this.#options = options;
    this.#tell = tell;
    this.#credentials = new Credentials(options.token);
    this.#canPoll = options.poll;
  }

  /** The subscription's URL, with its topics. */
  get url() {
    return this.#url.href;
  }

  get topics() {
    return this.#url.searchParams.getAll('topic');
  }

  set topics(topics) {
    setTopics(this.#url, topics);
  }

  /** Reads until it is stopped, or refused for good. */
  async run() {
    const run = this.#begin();
    while (!run.signal.aborted) {
      let delay;
      try {
        delay = await (this.#polls ? this.#readByPolling(run) : this.#readStream(run));
      } catch (error) {
        if (run.signal.aborted) return;
        if (error.permanent) return this.#tell.stop(error);
        this.#tell.state('connecting', error);
        delay = this.#backOff(error);
      }
      if (!run.signal.aborted) await this.#rest(delay, run.signal);
    }
  }

  /** Takes all that the server has by now, and returns. Whether it did: not if it was stopped. */
  async catchUp() {
    const run = this.#begin();
    for (let more = true; more && !run.signal.aborted; ) {
      try {
        more = await this.#poll(run, 0);
      } catch (error) {
        if (run.signal.aborted) return false;
        if (error.permanent || !this.#canPoll) throw error;
        await this.#rest(this.#backOff(error), run.signal);
      }
    }
    return !run.signal.aborted;
  }

  /** Ends the request under way and whatever else `run` or `catchUp` would do. */
  stop() {
    this.#run?.abort();
    this.#streamUrl = undefined;
    this.#hurry();
  }

  /** Does not wait any longer to come back. */
  hurry() {
    this.#hurry();
  }

  /** Changes the topics of the open stream in its place. False if there is none to change. */
  async change(topics) {
    const [url, before] = [this.#streamUrl, this.topics];
    this.topics = topics; // so that a stream that is opened meanwhile has them
    try {
      const body = new URLSearchParams(topics.map((topic) => ['topic', topic]));
      return (await this.#post(body)) && this.#streamUrl === url;
    } catch (error) {
      this.topics = before;
      throw error;
    }
  }

  /**
   * Takes the states of these topics that are no newer than the cursor; for when it is stopped.
   * False if it cannot; throws what it is refused with for good.
   */
  async takeStates(topics) {
    if (!this.#canPoll) return false;
    const url = new URL(this.#url);
    setTopics(url, topics);
    url.searchParams.set('retained', 'all');
    try {
      const { events } = await this.#askFor(url, 0, this.#begin());
      const states = events.filter(({ id }) => (id ?? null) === null);
      for (const { type, data } of states) this.#take(type, data, null);
      return true;
    } catch (error) {
      if (error.permanent) throw error;
      return false;
    }
  }

  #begin() {
    this.stop();
    return (this.#run = new AbortController());
  }

  /** Opens a stream and reads it to its end. Returns how long to wait before the next. */
  async #readStream(run) {
    const request = new AbortController();
    const stop = () => request.abort();
    run.signal.addEventListener('abort', stop);
    let [heard, told, revoked] = [false, false, false];
    let comments = 0;
    let why, renewal, watchdog;
    const end = (reason) => {
      why = reason;
      request.abort();
    };
    const watch = (limit) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(end, limit, heard || !this.#canPoll ? 'silent' : 'held back');
    };
    const parser = new EventStreamParser({
      event: ({ type, data, lastEventId, hasId }) => {
        if (run.signal.aborted) return;
        if (type === 'revoked') revoked = true;
        if (type === 'cursor') this.#streamUrl ??= streamUrl(data, this.#url);
        if (hasId) this.wantsState = false; // what comes with ids comes after the states
        const isAnew = hasId ? type === 'cursor' && data !== '{}' : type === 'gap';
        this.#take(type, data, hasId ? lastEventId : null, isAnew);
      },
      retry: (milliseconds) => ([this.#retry, told] = [milliseconds, true]),
      // The first opens the stream, and the second comes when it is quiet: then all states are here.
      comment: () => (this.wantsState &&= ++comments < 2),
    });
    watch(this.#canPoll ? this.#options.firstByte : this.#options.silence);
    try {
      const url = this.#stateUrl();
      const response = await this.#fetch(url, { Accept: 'text/event-stream' }, request.signal);
      if (!/^text\/event-stream\b/i.test(response.headers.get('Content-Type') ?? '')) {
        throw new BellwetherError('The answer is no event stream', { status: response.status });
      }
      const place = response.headers.get('Content-Location');
      this.#streamUrl = place === null ? undefined : new URL(place, response.url).href;
      renewal = this.#renewLater(() => end('renewal'));
      this.#tell.state('streaming');
      for (const reader = response.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (run.signal.aborted) return 0;
        if (done) break;
        [heard, this.#failures, this.#refusals] = [true, 0, 0];
        watch(this.#options.silence);
        parser.feed(value);
        if (run.signal.aborted) return 0; // by who heard an event: the rest is for the next run
        if (parser.lastEventId !== '') this.cursor = parser.lastEventId; // also of no event
        this.#tell.alive();
      }
      if (!heard) throw new BellwetherError('The stream ended before it began');
    } catch (error) {
      if (run.signal.aborted) return 0;
      if (why === 'silent') throw new BellwetherError('Nothing came for too long', { cause: error });
      // Not even the first line came, which is sent at once: something holds streams back.
      if (why === 'held back') this.#polls = true;
      else if (why !== 'renewal') throw error;
      this.#tell.state('connecting');
      return 0;
    } finally {
      run.signal.removeEventListener('abort', stop);
      clearTimeout(watchdog);
      clearTimeout(renewal?.timer);
      request.abort();
      this.#streamUrl = undefined;
    }
    this.#tell.state('connecting');
    if (revoked && this.#credentials.areRenewable) {
      this.#credentials.forget();
      return spread(1_000);
    }
    return told ? this.#retry : spread(this.#retry); // the server has its own chance in it
  }

  /** Polls until it is time to try a stream again. */
  async #readByPolling(run) {
    const end = performance.now() + this.#options.streamAgain;
    let wait = 0;
    this.#polls = false; // what goes wrong now need not have to do with streams
    try {
      while (performance.now() < end && !run.signal.aborted) {
        const more = await this.#poll(run, wait);
        this.#tell.state('polling');
        this.#tell.alive();
        if (!more) await this.#rest(100, run.signal); // so that many events need few requests
        wait = this.#options.wait;
      }
    } catch (error) {
      if (this.#canPoll) throw error;
    }
    return 0;
  }

  /** Asks once, and takes what is told. Returns whether there is more to be had at once. */
  async #poll(run, wait) {
    const answer = await this.#askFor(this.#stateUrl(), wait, run);
    [this.#failures, this.#refusals] = [0, 0];
    const isAnew = this.cursor === '' || answer.gap?.reason === 'unknown';
    if (answer.gap) this.#take('gap', JSON.stringify(answer.gap), null, isAnew);
    for (const { type, data, id } of answer.events) {
      if (run.signal.aborted) return false; // by who heard an event: the rest is for the next run
      this.#take(type, data, id ?? null);
    }
    if (run.signal.aborted) return false;
    if (answer.lastEventId !== this.cursor) this.#take('cursor', '{}', answer.lastEventId, isAnew);
    this.wantsState = false; // states come whole, with the first answer
    return answer.more;
  }

  async #askFor(url, wait, run) {
    const request = new AbortController();
    const stop = () => request.abort();
    const timer = setTimeout(stop, wait * 1_000 + this.#options.silence);
    run.signal.addEventListener('abort', stop);
    try {
      const headers = { Accept: 'application/json', ...(wait && { Prefer: `wait=${wait}` }) };
      const response = await this.#fetch(url, headers, request.signal);
      if (!/^application\/json\b/i.test(response.headers.get('Content-Type') ?? '')) {
        throw new BellwetherError('The answer is no JSON', { status: response.status });
      }
      const answer = await response.json();
      run.signal.throwIfAborted();
      return answer;
    } catch (error) {
      // Another server's 406, or its stream: it does not poll.
      if (error.status === 406 || error.status === 200) {
        this.#canPoll = false;
        throw new BellwetherError(error.message, { status: error.status });
      }
      throw error;
    } finally {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', stop);
      request.abort();
    }
  }

  #stateUrl() {
    const url = new URL(this.#url);
    if (this.wantsState && this.cursor !== '') url.searchParams.set('retained', 'all');
    return url;
  }

  async #fetch(url, headers, signal, init = {}) {
    const token = await this.#credentials.token();
    signal?.throwIfAborted();
    if (token) headers.Authorization = `Bearer ${token}`;
    if (this.cursor !== '' && !init.method) headers['Last-Event-ID'] = encodeId(this.cursor);
    const credentials = this.#options.withCredentials ? 'include' : 'same-origin';
    const options = { headers, signal, credentials, cache: 'no-store', ...init };
    const response = await fetch(url, options);
    if (response.status === 200 || (init.method && response.ok)) return response;
    throw await this.#refusal(response);
  }

  async #refusal(response) {
    const { status } = response;
    let detail;
    try {
      detail = (await response.json()).detail;
    } catch {
      // It says no more than its status.
    }
    let permanent = status === 204 || (status >= 400 && status < 500 && !TRANSIENT.has(status));
    if (status === 401 && this.#credentials.areRenewable) {
      this.#credentials.forget();
      permanent = ++this.#refusals > 3;
    }
    const retryAfter = parseRetryAfter(response.headers.get('Retry-After'));
    const message = `The server answered ${status}${detail ? `: ${detail}` : ''}`;
    return new BellwetherError(message, { status, permanent, retryAfter });
  }

  /** Shows the open stream a new token shortly before its own ends. */
  #renewLater(end, renewal = {}) {
    const { left } = this.#credentials;
    if (!this.#credentials.areRenewable || left === Infinity) return undefined;
    const delay = Math.max(1_000, left - Math.min(30_000, left / 5));
    renewal.timer = setTimeout(
      async () => {
        this.#credentials.forget();
        if (!(await this.#post(new URLSearchParams()).catch(() => false))) return end();
        // One that ends no later than the one before is asked for again when the stream has ended.
        if (this.#credentials.left > left - delay + 1_000) this.#renewLater(end, renewal);
      },
      Math.min(delay, LONGEST_TIMER),
    );
    return renewal;
  }

  /** Posts to the open stream's own URL. False if it has none, or is not to be changed. */
  async #post(body) {
    if (this.#streamUrl === undefined) return false;
    try {
      await this.#fetch(this.#streamUrl, {}, undefined, { method: 'POST', body });
      return true;
    } catch (error) {
      if (error.permanent === true && error.status === 400) throw error;
      return false;
    }
  }

  #take(type, data, id, isAnew = false) {
    if (id !== null) this.cursor = id;
    this.#tell.item({ type, data, id, isAnew });
  }

  #backOff({ retryAfter }) {
    const delay = Math.min(this.#retry * 2 ** this.#failures, this.#options.maxRetry);
    this.#failures++;
    return Math.max(spread(Math.max(delay, 100)), retryAfter ?? 0);
  }

  /** Waits, unless somebody is in a hurry. */
  #rest(milliseconds, signal) {
    if (signal.aborted || milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER));
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/**
 * Puts what the leading tab tells behind what this tab has: each event once, and in order.
 *
 * The tab asks the server for all that it has by now, while what the leading tab tells is put by.
 * What was put by and is not after the answer came with it, or is a state that a newer one has
 * replaced. Ids of ours can be compared. One that cannot, a publisher's, makes the tab ask again:
 * until the last event of an answer is the very event that the leading tab told.
 */
class Follower {
  #link;
  #deliver;
  #isAligned = false;
  #isAsking = false;
  #early = [];
  #last; // the id of the last event

  /** `deliver(item)` takes what is this tab's turn to hear. */
  constructor(link, deliver) {
    this.#link = link;
    this.#deliver = deliver;
  }

  /** Whether it goes on without asking when the leading tab begins at this id. */
  isAt(id) {
    return this.#isAligned && !this.#isAsking && this.#link.cursor === id;
  }

  /** To be told of each item that was delivered, by whomever. */
  delivered({ type, id }) {
    if (type !== 'cursor' && id !== null) this.#last = id;
  }

  /** Asks the server. False if it was stopped; it throws what the server refuses with. */
  async join() {
    [this.#isAligned, this.#isAsking, this.#early] = [false, true, []];
    if (!(await this.#link.catchUp())) return false;
    this.#isAsking = false;
    return this.#hearEarly();
  }

  async #hearEarly() {
    while (this.#early.length > 0 && !this.#isAsking) {
      if (!(await this.hear(this.#early.shift()))) return false;
    }
    return true;
  }

  /** Forgets what it has not delivered: somebody else leads, or this tab itself. */
  reset() {
    [this.#isAligned, this.#isAsking, this.#early] = [false, false, []];
  }

  /** Takes what the leading tab tells. False if it was stopped meanwhile. */
  async hear(item) {
    if (this.#isAsking) {
      this.#early.push(item);
    } else if (item.isAnew && !(compareIds(item.id, this.#link.cursor) <= 0)) {
      // Of what lies before, the leading tab tells nothing: neither states, nor what it missed.
      [this.#isAligned, this.#isAsking] = [false, true];
      if (!(await this.#link.catchUp())) return false;
      this.#isAsking = false;
      return this.#hearEarly();
    } else if (this.#isAligned) {
      this.#pass(item);
    } else if (item.id === this.#last) {
      this.#isAligned = true;
    } else {
      const order = compareIds(item.id, this.#link.cursor);
      this.#isAligned = order >= 0;
      if (order > 0) {
        this.#pass(item);
      } else if (order === undefined) {
        this.#isAsking = true;
        if (!(await this.#link.catchUp())) return false;
        [this.#isAligned, this.#isAsking] = [item.id === this.#last, false];
        return this.#hearEarly();
      }
    }
    return true;
  }

  #pass(item) {
    this.#link.cursor = item.id;
    this.#deliver(item);
  }
}

/**
 * The tabs of a browser that read the same. Who holds the lock leads, and tells the others what it
 * hears; the lock passes on when its tab is gone. Members say and hear, all by one channel:
 * `{ ask }`, `{ wake }` and `{ hidden }` to who leads, and `{ term, at, … }` from it.
 */
class Tabs {
  #name;
  #member;
  #silence;
  #channel;
  #candidacy;
  #release;
  #hide;
  #timer;
  #term = 0; // of the tab that leads; they grow, so a late word of a former one is known as such

  static get arePossible() {
    return Boolean(globalThis.BroadcastChannel && globalThis.navigator?.locks);
  }

  /**
   * `member` has `lead()`, `follow()`, `look(visible)`, `changed(at)` when another tab leads from
   * that id on, and `hear(message)`.
   */
  constructor(name, member, silence) {
    this.#name = name;
    this.#member = member;
    this.#silence = silence;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#stand();
    this.#ask();
  }

  get leads() {
    return this.#release !== undefined;
  }

  leave() {
    clearTimeout(this.#timer);
    this.visible(false);
    this.#channel.close();
    this.#channel = undefined;
    this.#candidacy?.abort();
    this.#release?.();
    this.#release = undefined;
  }

  /** Says something to all others; as who leads, if this tab does. */
  tell(message) {
    this.#channel?.postMessage(this.leads ? { ...message, term: this.#term } : message);
  }

  /** Every visible tab shares a second lock, so a crashed one is not thought to be visible. */
  visible(isVisible) {
    this.#hide?.();
    this.#hide = undefined;
    if (!isVisible) return;
    const hidden = new Promise((resolve) => (this.#hide = resolve));
    navigator.locks.request(`${this.#name} visible`, { mode: 'shared' }, () => hidden);
  }

  nobodyIsVisible() {
    const options = { ifAvailable: true };
    return navigator.locks.request(`${this.#name} visible`, options, (lock) => lock !== null);
  }

  #stand(steal = false) {
    this.#candidacy?.abort();
    const candidacy = (this.#candidacy = new AbortController());
    const options = steal ? { steal } : { signal: candidacy.signal };
    const lead = () =>
      new Promise((resolve) => {
        if (candidacy.signal.aborted) return resolve();
        this.#release = resolve;
        this.#term = Math.max(this.#term, Date.now()) + Math.random();
        clearTimeout(this.#timer);
        this.#member.lead();
      });
    navigator.locks.request(this.#name, options, lead).catch(() => {
      if (candidacy.signal.aborted) return;
      // Another tab has waited in vain for a sign of this one, and leads now.
      this.#release = undefined;
      this.#member.follow();
      this.#stand();
      this.#ask();
    });
  }

  #ask() {
    this.tell({ ask: true, wake: !isHidden() });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stand(true), TAB_PATIENCE);
  }

  #hear(message) {
    if (message.term === undefined) {
      if (this.leads) this.#member.asked(message);
      return;
    }
    if (message.term < this.#term) return;
    if (this.leads) {
      // Two tabs think that they lead, until the one that lost the lock hears of it: outdo the other.
      this.#term = message.term + Math.random();
      this.#member.asked({ ask: true });
      return;
    }
    clearTimeout(this.#timer);
    // A paused tab is silent.
    if (message.state !== 'paused') this.#timer = setTimeout(() => this.#ask(), this.#silence);
    if (message.term !== this.#term) {
      this.#term = message.term;
      this.#member.changed(message.at);
    }
    this.#member.hear(message);
  }
}

/**
 * One subscription. It is an EventTarget of MessageEvents, as an EventSource is, and can be read
 * with `for await`; it comes back from whatever ends its connection, and takes up where it was.
 */
export class BellwetherClient extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;
  CONNECTING = 0;
  OPEN = 1;
  CLOSED = 2;
  onopen = null;
  onmessage = null;
  onerror = null;
  /** Called with each new `state`. */
  onstate = null;
  #options;
  #origin;
  #link;
  #follower;
  #tabs;
  #state = 'connecting';
  #failure; // why it was closed, if nobody asked for it
  #hasJoined = false;
  #leadersState = 'connecting';
  #isPaused = false;
  #starts = 0;
  #changes = Promise.resolve();
  #readers = new Set();
  #unload = new AbortController();
  #toldAt = -Infinity;
  #pauseTimer;
  #saveTimer;

  /** See `bellwether-client.d.ts` for the options. */
  constructor(url, options = {}) {
    super();
    this.#options = { ...DEFAULTS, storage: sessionStorageIfAny(), ...options };
    const address = absolute(url);
    this.#origin = address.origin;
    this.#link = new Link(address, this.#options, {
      item: (item) => this.#heard(item),
      state: (state, error) => this.#become(state, error),
      alive: () => this.#isAlive(),
      stop: (error) => this.#fail(error),
    });
    if (options.topics) this.#link.topics = options.topics;
    this.#follower = new Follower(this.#link, (item) => this.#deliver(item));
    for (const type of ['open', 'message', 'error']) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
    this.#watchThePage();
    this.#link.cursor = this.#saved() ?? '';
    this.#link.wantsState = this.#link.cursor !== '';
    this.#start();
  }

  /** The URL of the subscription, with its topics. */
  get url() {
    return this.#link.url;
  }

  get withCredentials() {
    return this.#options.withCredentials;
  }

  get topics() {
    return this.#link.topics;
  }

  /** The id after which the next event comes. */
  get lastEventId() {
    return this.#link.cursor;
  }

  /** `connecting`, `streaming`, `polling`, `paused` or `closed`. */
  get state() {
    return this.#state;
  }

  /** As of an EventSource. */
  get readyState() {
    if (this.#state === 'closed') return this.CLOSED;
    return isOpen(this.#state) ? this.OPEN : this.CONNECTING;
  }

  /** Whether the connection is this tab's own. */
  get isLeading() {
    return this.#state !== 'closed' && (this.#tabs === undefined || this.#tabs.leads);
  }

  /**
   * Goes on with these topics, all of them, and loses no event of those that it keeps. Of others
   * come the state, if there is one, and what is published from now on.
   */
  subscribe(topics) {
    const change = () => this.#change([...topics]);
    return (this.#changes = this.#changes.then(change, change));
  }

  close() {
    this.#end(undefined);
  }

  /** Events one after the other, from now on; ends when it is closed, and throws if by an error. */
  async *[Symbol.asyncIterator]() {
    const events = [];
    let wake;
    const read = (event) => {
      if (event) events.push(event);
      wake?.();
    };
    this.#readers.add(read);
    try {
      for (;;) {
        while (events.length > 0) yield events.shift();
        if (this.#failure) throw this.#failure;
        if (this.#state === 'closed') return;
        await new Promise((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers.delete(read);
    }
  }

  async #start() {
    const start = ++this.#starts;
    const { share, poll, token, group, silence } = this.#options;
    const isNamed = typeof token !== 'function' || group !== ''; // else nobody knows whose it is
    if (!(share && poll && isNamed && Tabs.arePossible)) return this.#read();
    const whose = typeof token === 'string' ? token : '';
    const name = `bellwether ${await digest(`${this.#key()} ${whose}`)}`;
    if (start !== this.#starts) return;
    const member = {
      lead: () => this.#read(),
      follow: () => this.#stopReading(),
      asked: (message) => this.#asked(message),
      changed: (at) => this.#follow(at),
      hear: (message) => this.#hearLeader(message),
    };
    this.#tabs = new Tabs(name, member, silence * 1.5);
    this.#tabs.visible(!isHidden());
  }

  #stop() {
    this.#starts++;
    this.#stopReading();
    this.#tabs?.leave();
    this.#tabs = undefined;
  }

  /** Reads the server, for itself and for the tabs that follow. */
  #read() {
    this.#follower.reset();
    this.#isPaused = false;
    this.#become('connecting');
    this.#link.run();
    this.#pauseLater();
  }

  #stopReading() {
    clearTimeout(this.#pauseTimer);
    this.#follower.reset();
    this.#hasJoined = false;
    this.#link.stop();
  }

  async #follow(at) {
    if (at !== undefined && this.#follower.isAt(at)) return;
    const tabs = this.#tabs;
    try {
      if (!(await this.#follower.join()) || tabs !== this.#tabs) return;
      this.#hasJoined = true;
      this.#show(this.#leadersState);
    } catch (error) {
      this.#cannotFollow(error, tabs);
    }
  }

  /** A server that cannot be asked is read by each tab for itself. */
  #cannotFollow(error, tabs) {
    if (tabs !== this.#tabs) return;
    if (error.permanent) return this.#fail(error);
    this.#stop();
    this.#read();
  }

  #hearLeader({ item, state, error }) {
    if (state) {
      this.#leadersState = state;
      if (this.#hasJoined) this.#show(state, error && new BellwetherError(error));
    }
    if (!item) return;
    if (item.id === null) return this.#deliver(item);
    const tabs = this.#tabs;
    this.#follower.hear(item).catch((reason) => this.#cannotFollow(reason, tabs));
  }

  /** Lets those who follow know that this tab still reads, now and then. */
  #isAlive() {
    if (!this.#tabs?.leads || performance.now() < this.#toldAt + this.#options.silence / 4) return;
    this.#toldAt = performance.now();
    this.#tabs.tell({ alive: true });
  }

  #asked({ ask, wake, hidden }) {
    if (hidden) this.#pauseLater();
    if (wake) this.#wake();
    if (ask) this.#tabs.tell({ at: this.#link.cursor, state: this.#state });
  }

  /** Takes an event from the server: this tab leads, or has just asked what it missed. */
  #heard(item) {
    const isControl = ['gap', 'shutdown', 'revoked'].includes(item.type) && !item.isAnew;
    // Without an id it is a state that only this tab lacked, or one that each asks for by itself.
    if (this.#tabs?.leads && (item.id !== null || isControl)) this.#tabs.tell({ item });
    this.#deliver(item);
  }

  #deliver({ type, data, id }) {
    if (this.#state === 'closed') return;
    this.#follower.delivered({ type, id });
    this.#saveTimer ??= setTimeout(() => this.#save(), 500);
    const options = { data, lastEventId: this.#link.cursor, origin: this.#origin };
    const event = new MessageEvent(type, options);
    this.dispatchEvent(event);
    if (type !== 'cursor') this.#readers.forEach((read) => read(event));
  }

  /** Is so itself, and tells those who follow. */
  #become(state, error) {
    this.#show(state, error);
    if (this.#tabs?.leads) {
      this.#tabs.tell({ at: this.#link.cursor, state, error: error?.message });
    }
  }

  #show(state, error) {
    const before = this.#state;
    if (before === 'closed') return;
    this.#state = state;
    if (before !== state) this.#tellState(state);
    if (isOpen(state) && !isOpen(before)) this.dispatchEvent(new Event('open'));
    if (error || (isOpen(before) && state === 'connecting')) this.#report(error);
  }

  #tellState(state) {
    try {
      this.onstate?.(state);
    } catch (error) {
      reportError(error); // as what a listener of an event throws
    }
  }

  #report(error) {
    const message = error?.message ?? 'The stream ended';
    this.dispatchEvent(new ErrorEvent('error', { message, error }));
  }

  #fail(error) {
    this.#failure = error;
    this.#end(error);
  }

  #end(error) {
    if (this.#state === 'closed') return;
    this.#stop();
    this.#unload.abort();
    this.#save();
    this.#show('closed', error);
    this.#readers.forEach((read) => read());
  }

  async #change(topics) {
    if (this.#state === 'closed') throw new DOMException('It is closed', 'InvalidStateError');
    const had = this.topics;
    if (this.#tabs === undefined && (await this.#link.change(topics))) return;
    // The tabs that share a stream have the same topics: this one goes to others, or is the first.
    this.#stop();
    const start = this.#starts;
    const added = topics.filter((topic) => !had.includes(topic));
    try {
      if (added.length > 0 && this.#link.cursor !== '') {
        this.#link.wantsState ||= !(await this.#link.takeStates(added));
      }
      this.#link.topics = topics;
    } catch (error) {
      this.#link.topics = had;
      throw error;
    } finally {
      if (start === this.#starts) this.#start();
    }
  }

  #watchThePage() {
    const on = (target, type, act) =>
      target?.addEventListener?.(type, act, { signal: this.#unload.signal });
    // A page kept for the back button must hold neither the lock nor the connection.
    on(globalThis, 'pagehide', () => {
      this.#save();
      this.#stop();
    });
    on(globalThis, 'pageshow', ({ persisted }) => persisted && this.#start());
    on(globalThis, 'online', () => this.#link.hurry());
    on(globalThis.document, 'visibilitychange', () => {
      this.#tabs?.visible(!isHidden());
      this.#tabs?.tell(isHidden() ? { hidden: true } : { wake: true });
      if (isHidden()) this.#pauseLater();
      else this.#wake();
    });
  }

  /** Lets go of the connection when nobody has looked for some time. */
  #pauseLater() {
    clearTimeout(this.#pauseTimer);
    const delay = this.#options.pauseWhenHidden;
    if (!delay || !this.isLeading || this.#isPaused) return;
    const start = this.#starts;
    this.#pauseTimer = setTimeout(async () => {
      if (!isHidden() || (this.#tabs && !(await this.#tabs.nobodyIsVisible()))) return;
      if (start !== this.#starts || !this.isLeading) return;
      this.#isPaused = true;
      this.#link.stop();
      this.#become('paused');
    }, delay);
  }

  #wake() {
    if (this.#isPaused && this.isLeading) this.#read();
  }

  #key() {
    const url = new URL(this.#link.url);
    const query = [...url.searchParams].map((parameter) => parameter.join('=')).sort();
    return `bellwether ${this.#options.group} ${url.origin}${url.pathname}?${query.join('&')}`;
  }

  #saved() {
    try {
      return this.#options.storage?.getItem(this.#key());
    } catch {
      return null; // a page may be denied its storage
    }
  }

  #save() {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (this.#link.cursor === '') return;
    try {
      this.#options.storage?.setItem(this.#key(), this.#link.cursor);
    } catch {
      // Full, or denied: then a reload begins anew.
    }
  }
}

/**
 * For pages that have an EventSource: the same constructor, properties and events. As there, each
 * page begins anew.
 */
export class BellwetherSource extends BellwetherClient {
  constructor(url, options = {}) {
    super(url, { storage: null, ...options });
  }
}

const isOpen = (state) => state === 'streaming' || state === 'polling';
const isHidden = () => globalThis.document?.visibilityState === 'hidden';
const spread = (milliseconds) => milliseconds * (0.5 + Math.random());

function absolute(url) {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    throw new DOMException(`Not a URL: ${url}`, 'SyntaxError');
  }
}

function sessionStorageIfAny() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

function setTopics(url, topics) {
  url.searchParams.delete('topic');
  for (const topic of topics) url.searchParams.append('topic', topic);
}

/** Where the stream that was opened at `base` is, as its cursor event tells; undefined if not. */
function streamUrl(cursorData, base) {
  try {
    return new URL(JSON.parse(cursorData).url, base).href;
  } catch {
    return undefined;
  }
}

/** Headers are bytes: those of UTF-8, as an EventSource sends it. */
function encodeId(id) {
  return String.fromCharCode(...new TextEncoder().encode(id));
}

function parseRetryAfter(value) {
  if (value === null) return undefined;
  const delay = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(delay) ? delay : undefined;
}

/** Negative, 0 or positive; undefined if the ids are not both of one life of a log. */
function compareIds(a, b) {
  const [, epoch, position] = OWN_ID.exec(a) ?? [];
  const [, otherEpoch, other] = OWN_ID.exec(b) ?? [];
  if (epoch === undefined || epoch !== otherEpoch) return undefined;
  if (position.length !== other.length) return position.length - other.length;
  return position === other ? 0 : position < other ? -1 : 1;
}

async function digest(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
