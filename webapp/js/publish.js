// The command that publishes, and in demo mode a button that does the same from here.

import { demo, note } from './page.js';

const EVENTS = new URL('../events', import.meta.url);

const button = document.querySelector('[data-publish]');

for (const place of document.querySelectorAll('[data-events-address]')) place.textContent = EVENTS;

button.addEventListener('click', async () => {
  const body = new URLSearchParams({ topic: 'news', data: 'Hello, world' });
  try {
    const response = await fetch(EVENTS, { method: 'POST', body });
    note(response.ok ? `Published as ${await response.text()}.` : `Refused: ${response.status}`);
  } catch {
    note('The server cannot be reached.');
  }
});

const isDemo = await demo;
button.hidden = !isDemo;
document.querySelector('[data-key-line]').hidden = isDemo;
