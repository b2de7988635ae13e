// The notifications of whoever the reader is: all of them or the unread.

import './desktop-card.js';
import { inbox } from './inbox.js';
import './notification-form.js';
import { NotificationList } from './notification-list.js';
import { connect, demo, note } from './page.js';

const find = (name) => document.querySelector(`[data-${name}]`);
const userForm = find('user');
const filters = document.querySelectorAll('[data-filter-by]');
const list = new NotificationList(
  find('notifications'),
  find('notification-item'),
  find('more'),
  note,
);

let stream;
let filter = 'all';

function subscribe() {
  stream?.close();
  stream = connect([], {});
}

function show() {
  const { unread, items, user } = inbox;
  find('unread-count').textContent = unread;
  find('mark-all').setAttribute('aria-disabled', unread === 0);
  find('none').hidden = items.length > 0;
  find('none-unread').hidden = filter === 'all' || items.length === 0 || unread > 0;
  find('audience').textContent = user ? `Everyone and ${user}` : 'Everyone';
}

for (const button of filters) {
  button.addEventListener('click', () => {
    filter = button.dataset.filterBy;
    list.showUnreadOnly(filter === 'unread');
    for (const each of filters) each.setAttribute('aria-pressed', each === button);
    show();
  });
}

find('mark-all').addEventListener('click', () => {
  if (inbox.unread === 0) return;
  const done = () => note('All are marked as read.');
  inbox.markAllRead().then(done, (error) => note(error.message));
});

userForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const user = userForm.elements.user.value.trim();
  const address = new URL(location.href);
  if (user) address.searchParams.set('user', user);
  else address.searchParams.delete('user');
  history.replaceState(null, '', address);
  inbox.switchTo(user);
  subscribe();
});

inbox.addEventListener('change', show);
userForm.elements.user.value = inbox.user;
show();
subscribe();
userForm.hidden = !(await demo) && !inbox.user;
