// The bell in every page's header: how many notifications are unread, in figures and in its name.
// What arrives is shown as a toast, and by the browser itself while nobody looks at the page. On a
// page about something else only what is urgent or for this reader covers a part of it.

import { showOnThisComputer } from './desktop.js';
import { inbox } from './inbox.js';
import { toast } from './toast.js';

const MOST = 99;

const bell = document.querySelector('[data-bell]');
const badge = bell.querySelector('[data-badge]');
const isPageOfThem = document.querySelector('[data-notifications]') !== null;
let shown = 0;

function show() {
  const count = inbox.unread > MOST ? `${MOST}+` : String(inbox.unread);
  const said = inbox.unread > MOST ? `more than ${MOST}` : count;
  bell.setAttribute('aria-label', inbox.unread ? `Notifications, ${said} unread` : 'Notifications');
  badge.textContent = inbox.unread ? count : '';
  bell.classList.toggle('rings', inbox.unread > shown);
  shown = inbox.unread;
}

inbox.addEventListener('change', show);
inbox.addEventListener('arrival', ({ detail }) => {
  const matters = isPageOfThem || detail.user !== null || detail.severity === 'critical';
  if (matters) toast(detail, () => inbox.markRead(detail));
  showOnThisComputer(detail);
});
