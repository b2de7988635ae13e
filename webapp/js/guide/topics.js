// Several topics on one stream, which is changed while it is open; and the same states at two paces.

import { demo } from '../demo.js';
import { formatCount } from '../format.js';
import { ChangeableStream } from './changeable-stream.js';
import { EventLog } from './event-log.js';
import './frame.js';
import './pace.js';
import { ownTopic, publish } from './server.js';

const PUBLISH_MILLISECONDS = 1000;
const EVERY_CHANGE = '0ms';

const find = (selector) => document.querySelector(selector);

const topic = ownTopic('log');
const requests = new EventLog(find('[data-requests]'));
const boxes = [...document.querySelectorAll('[data-topic]')];
const counts = { open: 0, stock: 0, tick: 0, message: 0 };

boxes.find((box) => box.dataset.topic === 'own').value = topic;

const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);

function count({ type }) {
  find(`[data-count=${type}]`).textContent = formatCount(++counts[type]);
}

const handlers = { open: count, stock: count, tick: count, message: count };
const stream = new ChangeableStream(chosen(), EVERY_CHANGE, handlers, (text) => requests.note(text));

for (const box of boxes) {
  box.addEventListener('change', async () => {
    if (chosen().length === 0) box.checked = true; // No topic would mean every topic.
    try {
      await stream.change(chosen(), EVERY_CHANGE);
      find('[data-outcome]').textContent = '';
    } catch {
      find('[data-outcome]').textContent = 'The server cannot be reached.';
    }
  });
}

function tick() {
  // One that is lost is seen in the count.
  if (!document.hidden) publish({ topic, type: 'tick', data: Date.now() }).catch(() => {});
}

if (await demo) setInterval(tick, PUBLISH_MILLISECONDS);
