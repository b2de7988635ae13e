// The types of bellwether-client.js, and what its options mean. All times are milliseconds, but
// for `wait`.

/** How a subscription stands. `polling`: something on the way holds streams back. */
export type State = 'connecting' | 'streaming' | 'polling' | 'paused' | 'closed';

export interface BellwetherOptions {
  /** Instead of those in the URL: topics, URI templates such as `stocks/{symbol}`, or `*`. */
  topics?: Iterable<string>;

  /**
   * Sent as `Authorization: Bearer`. A function is asked again shortly before the token's `exp`,
   * and when the server does not take it.
   */
  token?: string | (() => string | undefined | Promise<string | undefined>);

  /** Whether cookies are sent to another origin. False if left out. */
  withCredentials?: boolean;

  /** Whether tabs share one connection, where the browser can. True if left out. */
  share?: boolean;

  /**
   * Whose stream it is, for instance a user's name: only tabs of the same group share. With a
   * `token` that is a function, tabs share only if they say this.
   */
  group?: string;

  /**
   * Where the last id is kept, so that a page that is loaded again goes on where it was. The tab's
   * `sessionStorage` if left out; null for nowhere.
   */
  storage?: Pick<Storage, 'getItem' | 'setItem'> | null;

  /**
   * Lets the connection go when no tab of the group has been visible for so long; it comes back
   * with the first that is, and what came meanwhile is told then. 0, for never, if left out.
   */
  pauseWhenHidden?: number;

  /** After so long without a byte a connection is taken for dead. 45,000 if left out. */
  silence?: number;

  /**
   * After so long without the first byte a stream is taken for held back, and polling is tried.
   * 8,000 if left out.
   */
  firstByte?: number;

  /** Whether the server may be asked by polling; without it tabs do not share. True if left out. */
  poll?: boolean;

  /** How long a poll may be held, in seconds. 25 if left out. */
  wait?: number;

  /** For how long it polls before it tries a stream again. 300,000 if left out. */
  streamAgain?: number;

  /** The longest pause between attempts, unless the server asks for more. 60,000 if left out. */
  maxRetry?: number;
}

/** Why a stream is not open. */
export class BellwetherError extends Error {
  /** Of the answer; 0 if there was none. */
  readonly status: number;
  /** Whether the client has stopped for good. */
  readonly permanent: boolean;
  /** How long the server asked to wait. */
  readonly retryAfter?: number;
}

/** The event of type `error`. Without an `error`, a stream has ended in order. */
export interface BellwetherErrorEvent extends ErrorEvent {
  readonly error: BellwetherError | Error | undefined;
}

/**
 * One subscription.
 *
 * Events are MessageEvents of their own type, `message` if they have none. The server's own types
 * are `gap` (something can no longer be had), `shutdown`, `revoked` and `cursor`; the `data` of each
 * is JSON. `open` and `error` are Events of the client.
 *
 * A loop, `for await (const event of client)`, gets all of them but `cursor`, `open` and `error`.
 */
export class BellwetherClient extends EventTarget implements AsyncIterable<MessageEvent<string>> {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /** Opens at once. A DOMException, `SyntaxError`, if the URL is none. */
  constructor(url: string | URL, options?: BellwetherOptions);

  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: BellwetherErrorEvent) => void) | null;
  /** Called with each new state. */
  onstate: ((state: State) => void) | null;

  /** With its topics. */
  readonly url: string;
  readonly withCredentials: boolean;
  readonly topics: string[];
  /** After which the next event comes; `''` if nothing is known yet. */
  readonly lastEventId: string;
  readonly state: State;
  readonly readyState: 0 | 1 | 2;
  /** Whether the connection is this tab's own. */
  readonly isLeading: boolean;

  /**
   * Goes on with these topics, all of them, and loses nothing of those that it keeps. Of others
   * comes the state, if there is one, and what is published from now on.
   *
   * Rejects with a BellwetherError if the server refuses them, and the client goes on as before.
   */
  subscribe(topics: Iterable<string>): Promise<void>;

  close(): void;

  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent<string>>;
}

/** A client in the place of an EventSource: each page begins anew, unless it is given a `storage`. */
export class BellwetherSource extends BellwetherClient {}

/** What a parser tells, in the order of the stream. */
export interface ParserListener {
  /** `hasId`: whether the event's own block had an id. */
  event(event: { type: string; data: string; lastEventId: string; hasId: boolean }): void;
  retry?(milliseconds: number): void;
  /** Without the colon, and one space after it. */
  comment?(text: string): void;
}

/** An incremental parser of one event stream: exactly WHATWG HTML 9.2.6. */
export class EventStreamParser {
  constructor(listener: ParserListener);
  /** Of the last finished block that had an id; `''` if none had. */
  readonly lastEventId: string;
  /** Reads on, in chunks of any size. */
  feed(bytes: Uint8Array): void;
}
