// The notifications of one reader, newest first, and which of them are unread. What the stream
// tells and what the list says are put together in any order; reading a mark twice changes nothing.

import { request } from './api.js';
import { OwnMarks } from './own-marks.js';
import { readerOfThisPage, rememberReader } from './reader.js';
import { topicBelow } from './topic.js';

const ASKED = 100;
const KEPT = 200;
const SWEEP_MILLISECONDS = 1000;

/**
 * Dispatches `change` when anything to be seen is another, and `arrival` with a notification as its
 * `detail` when the stream brought one that it had not brought before.
 */
class Inbox extends EventTarget {
  #user = readerOfThisPage();
  #items = new Map();
  #arrived = new Set();
  #readUpTo = 0;
  #read = new Set();
  #unlisted = 0; // unread, but older than what is kept here
  #ownMarks = new OwnMarks(() => this.#change());

  constructor() {
    super();
    // One look each second, and no timer for each: a timer cannot wait longer than 24 days.
    setInterval(() => this.#sweep(), SWEEP_MILLISECONDS);
    document.addEventListener('visibilitychange', () => this.#sweep());
  }

  get user() {
    return this.#user;
  }

  get topics() {
    const own = this.#user ? [topicBelow('notifications', this.#user)] : [];
    return ['notifications', ...own];
  }

  get items() {
    return [...this.#items.values()].sort((one, other) => other.id - one.id);
  }

  get unread() {
    return this.items.filter((item) => this.isUnread(item)).length + this.#unlisted;
  }

  isUnread(item) {
    if (!this.#user) return !this.#ownMarks.has(item);
    return !item.read && item.id > this.#readUpTo && !this.#read.has(item.id);
  }

  /** Everything begins anew for another user; the stream has to be opened anew as well. */
  switchTo(user) {
    this.#user = user;
    rememberReader(user);
    this.#items.clear();
    this.#arrived.clear();
    this.#read.clear();
    this.#readUpTo = 0;
    this.#unlisted = 0;
    this.#change();
  }

  /** What the server lists; what the stream has told before stays. */
  async load() {
    const asked = this.#user;
    const user = asked ? { user: asked } : {};
    const query = new URLSearchParams({ ...user, limit: ASKED });
    try {
      const { notifications, next } = await request('GET', `api/notifications?${query}`);
      const total = asked && next ? await request('GET', `api/notifications/unread?${query}`) : {};
      if (asked !== this.#user) return;
      for (const item of notifications) this.#put(item);
      if (total.unread !== undefined) this.#count(total.unread);
      this.#change();
    } catch (error) {
      if (asked !== this.#user) return;
      if (!asked || ![401, 403].includes(error.status)) throw error;
      this.switchTo(''); // a name from elsewhere, which counts for nothing here
      await this.load();
    }
  }

  /** A notification on the stream. */
  receive(notification) {
    const isNew = !this.#arrived.has(notification.id);
    this.#arrived.add(notification.id);
    this.#put(notification);
    this.#change();
    if (isNew) this.dispatchEvent(new CustomEvent('arrival', { detail: notification }));
  }

  /** A read mark on the stream, from whichever of the user's tabs. */
  hear({ user, id, upTo, unread }) {
    if (user !== this.#user) return;
    if (id !== undefined) this.#read.add(id);
    if (upTo !== undefined) this.#readUpTo = Math.max(this.#readUpTo, upTo);
    this.#count(unread);
    this.#change();
  }

  async markRead(item) {
    if (!this.isUnread(item)) return;
    if (this.#user) {
      await this.#post(`api/notifications/${item.id}/read`, {});
      this.#read.add(item.id);
    } else {
      this.#ownMarks.add(item);
    }
    this.#change();
  }

  async markAllRead() {
    const [newest] = this.items;
    if (!newest) return;
    if (this.#user) {
      await this.#post('api/notifications/read', { upTo: newest.id });
      this.#readUpTo = Math.max(this.#readUpTo, newest.id);
      this.#unlisted = 0;
    } else {
      this.#ownMarks.addUpTo(newest);
    }
    this.#change();
  }

  /** It may be the last thing that a page does before it is left for a link. */
  #post(path, body) {
    return request('POST', path, { user: this.#user, ...body }, { keepalive: true });
  }

  #put(item) {
    if (hasExpired(item)) return;
    const read = item.read || this.#items.get(item.id)?.read;
    this.#items.set(item.id, { ...item, read });
    for (const { id } of this.items.slice(KEPT)) this.#items.delete(id);
  }

  #count(unread) {
    this.#unlisted = 0;
    this.#unlisted = Math.max(0, unread - this.unread);
  }

  #sweep() {
    const expired = [...this.#items.values()].filter(hasExpired);
    for (const { id } of expired) this.#items.delete(id);
    if (expired.length > 0) this.#change();
  }

  #change() {
    this.dispatchEvent(new Event('change'));
  }
}

function hasExpired({ expiresAt }) {
  return Boolean(expiresAt) && new Date(expiresAt) <= Date.now();
}

export const inbox = new Inbox();
