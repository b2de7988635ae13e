// The latest notifications, newest first, each of them once.

import { showTime } from './format.js';

const LISTED = 50;

export class NotificationList {
  #list;
  #template;

  constructor(list, template) {
    this.#list = list;
    this.#template = template;
  }

  clear() {
    this.#list.replaceChildren();
  }

  /** Puts a notification in its place; one that has just arrived stands out. False if known. */
  add({ id, title, body, user, createdAt }, arrived) {
    const idOf = (item) => Number(item.dataset.notification);
    const next = [...this.#list.children].find((item) => idOf(item) <= id);
    if (next && idOf(next) === id) return false;
    const item = this.#template.content.firstElementChild.cloneNode(true);
    item.dataset.notification = id;
    item.classList.toggle('arrived', arrived);
    item.querySelector('[data-title]').textContent = title;
    item.querySelector('[data-body]').textContent = body;
    item.querySelector('[data-for]').textContent = user ? `For ${user}` : '';
    showTime(item.querySelector('time'), createdAt);
    this.#list.insertBefore(item, next ?? null);
    while (this.#list.children.length > LISTED) this.#list.lastElementChild.remove();
    return true;
  }
}
