// Notifications: a toast for each that arrives, a list of the latest, a form to send one.

import { request, submit } from './api.js';
import { NotificationList } from './notification-list.js';
import { connect, note } from './page.js';
import { toast } from './toast.js';

const userForm = document.querySelector('[data-user]');
const sendForm = document.querySelector('[data-send]');
const list = new NotificationList(
  document.querySelector('[data-notifications]'),
  document.querySelector('[data-notification-item]'),
);

let stream;
let user = new URLSearchParams(location.search).get('user') ?? '';
userForm.elements.user.value = user;
subscribe();

/** Reads the list again once the stream has said where it begins, so that none falls between. */
function subscribe() {
  let begun = false;
  stream?.close();
  list.clear();
  const own = user ? [`notifications/${encodeURIComponent(user)}`] : [];
  stream = connect(['notifications', ...own], {
    notification: (event) => {
      const notification = JSON.parse(event.data);
      if (list.add(notification, true)) toast(notification);
    },
    cursor: () => {
      if (!begun) load().catch((error) => note(error.message));
      begun = true;
    },
    gap: load,
  });
  load().catch((error) => note(error.message));
  const audience = user ? `Everyone and ${user}` : 'Everyone';
  document.querySelector('[data-audience]').textContent = audience;
}

async function load() {
  const asked = user;
  const query = asked ? `?${new URLSearchParams({ user: asked })}` : '';
  const { notifications } = await request('GET', `api/notifications${query}`);
  if (asked === user) notifications.forEach((notification) => list.add(notification, false));
}

userForm.addEventListener('submit', (event) => {
  event.preventDefault();
  user = userForm.elements.user.value.trim();
  const address = new URL(location.href);
  if (user) address.searchParams.set('user', user);
  else address.searchParams.delete('user');
  history.replaceState(null, '', address);
  subscribe();
});

sendForm.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(sendForm, async (entered) => {
    const to = entered.get('user').trim();
    const message = { title: entered.get('title'), body: entered.get('body') };
    await request('POST', 'api/notifications', to ? { ...message, user: to } : message);
    sendForm.reset();
    return `Sent to ${to || 'everyone'}.`;
  });
});
