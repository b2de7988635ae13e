// The inbox as a list: one element for each notification, filled once; what changes with time or by
// a click is kept up to date.

import { showDistance } from './format.js';
import { inbox } from './inbox.js';
import { showLink } from './link.js';
import { severityWord, showSeverity } from './severity.js';

const AGEING_MILLISECONDS = 5000;
const SHOWN_AT_ONCE = 20;

export class NotificationList {
  #list;
  #template;
  #more;
  #refused;
  #elements = new Map();
  #unreadOnly = false;
  #most = SHOWN_AT_ONCE;

  /** `more` is a button for the rest; `refused` is told what goes wrong when something is marked. */
  constructor(list, template, more, refused) {
    this.#list = list;
    this.#template = template;
    this.#more = more;
    this.#refused = refused;
    inbox.addEventListener('change', () => this.#show());
    inbox.addEventListener('arrival', ({ detail }) => {
      this.#elements.get(detail.id)?.classList.add('arrived');
    });
    more.addEventListener('click', () => this.#showMore());
    setInterval(() => this.#age(), AGEING_MILLISECONDS);
  }

  showUnreadOnly(unreadOnly) {
    this.#unreadOnly = unreadOnly;
    this.#most = SHOWN_AT_ONCE;
    this.#show();
  }

  #showMore() {
    const first = this.#most;
    this.#most += SHOWN_AT_ONCE;
    this.#show();
    [...this.#list.querySelectorAll('li:not([hidden])')][first]?.focus();
  }

  #show() {
    const focus = this.#placeOfFocus();
    const items = inbox.items;
    const known = new Set(items.map((item) => item.id));
    for (const [id, element] of this.#elements) if (!known.has(id)) this.#remove(id, element);
    let place = this.#list.firstElementChild;
    let wanted = 0;
    for (const item of items) {
      const element = this.#elements.get(item.id) ?? this.#make(item);
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
      const isUnread = inbox.isUnread(item);
      this.#showRead(element, !isUnread);
      const isWanted = isUnread || !this.#unreadOnly;
      if (isWanted) wanted++;
      element.hidden = !isWanted || wanted > this.#most;
    }
    this.#more.hidden = wanted <= this.#most;
    this.#keepFocus(focus);
  }

  #remove(id, element) {
    this.#elements.delete(id);
    element.remove();
  }

  #make(item) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    const part = (name) => element.querySelector(`[data-${name}]`);
    element.dataset.notification = item.id;
    showSeverity(part('sign'), item.severity);
    part('severity').textContent = severityWord(item.severity);
    part('title').textContent = item.title;
    part('body').textContent = item.body;
    part('for').textContent = item.user ? `For ${item.user}` : '';
    showLink(part('link'), item.link, item.title);
    showDistance(part('created'), item.createdAt);
    part('expiry').hidden = !item.expiresAt;
    if (item.expiresAt) showDistance(part('expires'), item.expiresAt);
    part('mark').setAttribute('aria-label', `Mark as read: ${item.title}`);
    part('mark').addEventListener('click', () => this.#mark(item));
    part('link').addEventListener('click', () => this.#mark(item));
    this.#elements.set(item.id, element);
    return element;
  }

  #mark(item) {
    inbox.markRead(item).catch((error) => this.#refused(error.message));
  }

  #showRead(element, isRead) {
    element.classList.toggle('unread', !isRead);
    element.querySelector('[data-unread]').hidden = isRead;
    element.querySelector('[data-mark]').hidden = isRead;
  }

  #age() {
    for (const time of this.#list.querySelectorAll('time[datetime]')) {
      showDistance(time, time.dateTime);
    }
  }

  #placeOfFocus() {
    const focused = document.activeElement;
    const elements = [...this.#list.children];
    const index = elements.findIndex((element) => element.contains(focused));
    return index < 0 ? undefined : { focused, rest: elements.slice(index), elements };
  }

  /** What had the focus may be gone now; then the next notification gets it, or the list itself. */
  #keepFocus(place) {
    if (!place || isVisible(place.focused)) return;
    const next = [...place.rest, ...place.elements.reverse()].find((element) =>
      isVisible(element.querySelector('[data-mark]')),
    );
    (next?.querySelector('[data-mark]') ?? this.#list).focus();
  }
}

function isVisible(element) {
  return element.isConnected && element.getClientRects().length > 0;
}
