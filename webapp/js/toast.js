// Toasts. They are read out without taking the focus, wait while somebody points at them, has focus
// in them or looks elsewhere, and go by the button, by Escape, or by themselves; critical ones stay.

import { showLink } from './link.js';
import { severityWord, showSeverity } from './severity.js';

const LEAST_MILLISECONDS = 8000;
const MILLISECONDS_A_CHARACTER = 60;
const LOOK_MILLISECONDS = 250;

const region = element('section', 'toasts');
region.setAttribute('aria-label', 'New notifications');
region.dataset.toasts = '';
// Both have to be there, empty, before anything comes: only what changes in them is read out.
const urgent = liveRegion('alert');
const calm = liveRegion('status');
region.append(urgent, calm);
document.body.append(region);

const small = matchMedia('(max-width: 719px)');
const left = new Map(); // toast → milliseconds of being seen
let cameFrom;

/** Shows a notification; `opened` is called when its link is followed. */
export function toast(notification, opened) {
  rememberFocus();
  const shown = element('article', 'toast');
  const dismissal = element('button', 'dismissal', '×');
  const { title, body, severity } = notification;
  shown.dataset.toast = severity;
  shown.append(sign(severity), words(notification, opened), dismissal);
  dismissal.type = 'button';
  dismissal.setAttribute('aria-label', `Dismiss: ${title}`);
  dismissal.addEventListener('click', () => dismiss(shown));
  const stays = severity === 'critical';
  (stays ? urgent : calm).append(shown);
  const patience = LEAST_MILLISECONDS + MILLISECONDS_A_CHARACTER * (title.length + body.length);
  left.set(shown, stays ? Infinity : patience);
  while (left.size > (small.matches ? 2 : 3)) dismiss(leastNeeded());
}

function sign(severity) {
  const shape = element('span', 'sign');
  showSeverity(shape, severity);
  return shape;
}

function words({ title, body, user, severity, link }, opened) {
  const text = element('div', 'words');
  const kind = element('p', 'kind', severityWord(severity));
  const addressee = element('span', 'tag', user ? `For ${user}` : '');
  addressee.dataset.for = '';
  kind.append(addressee);
  const heading = element('p', 'toast-title', title);
  heading.dataset.title = '';
  const content = element('p', 'toast-body', body);
  content.dataset.body = '';
  const way = element('a', 'way');
  showLink(way, link, title);
  way.addEventListener('click', opened);
  text.append(kind, heading, content, way);
  return text;
}

/** The oldest of those that would go anyway, or else the oldest. */
function leastNeeded() {
  const all = [...left.keys()];
  return all.find((shown) => left.get(shown) < Infinity) ?? all[0];
}

/** Focus that would be lost goes to the newest toast that is left, or back to where it came from. */
function dismiss(shown) {
  left.delete(shown);
  if (shown.contains(document.activeElement)) {
    const next = [...left.keys()].at(-1)?.querySelector('button') ?? cameFrom;
    if (next?.isConnected) next.focus();
  }
  shown.remove();
}

setInterval(() => {
  rememberFocus();
  age(LOOK_MILLISECONDS);
}, LOOK_MILLISECONDS);

/** Lets time pass for the toasts, unless they wait. Here for tests, too, which need not wait then. */
export function age(milliseconds) {
  if (document.hidden || region.matches(':hover, :focus-within')) return;
  for (const [shown, rest] of left) {
    if (rest > milliseconds) left.set(shown, rest - milliseconds);
    else dismiss(shown);
  }
}

/** Looked at now and then, because a window that is not in front gets no focus events. */
function rememberFocus() {
  if (!region.contains(document.activeElement)) cameFrom = document.activeElement;
}

/** The one with the focus, or else the newest. */
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || left.size === 0) return;
  const focused = document.activeElement.closest('[data-toast]');
  dismiss(focused ?? [...left.keys()].at(-1));
});

function liveRegion(role) {
  const live = element('div', 'live');
  live.setAttribute('role', role);
  live.setAttribute('aria-atomic', 'false');
  return live;
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
