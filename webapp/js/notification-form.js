// The form that sends a notification, for those who may: in demo mode. Others are told how.

import { request, submit } from './api.js';
import { demo } from './page.js';
import { showSeverity } from './severity.js';

const form = document.querySelector('[data-send]');
const byKey = document.querySelector('[data-by-key]');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(form, async (entered) => {
    const { user, link, lifetime, ...content } = Object.fromEntries(entered);
    const to = user.trim();
    await request('POST', 'api/notifications', {
      ...content,
      user: to || null,
      link: link.trim() || null,
      expiresAt: lifetime ? new Date(Date.now() + lifetime * 1000).toISOString() : null,
    });
    form.reset();
    return `Sent to ${to || 'everyone'}.`;
  });
});

for (const place of form.querySelectorAll('[data-sign]')) {
  showSeverity(place, place.dataset.sign);
}
byKey.querySelector('[data-address]').textContent = new URL('../api/notifications', import.meta.url);
form.hidden = !(await demo);
byKey.hidden = !form.hidden;
