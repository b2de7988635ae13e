// A client for every tab: the client module at work. All tabs of this page have the same topic.

import { BellwetherClient } from '../bellwether-client.js';
import { demo } from '../demo.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { address, metric, post, publish } from './server.js';

const TOPIC = 'guide/tabs/numbers';
const LAST = 'guide-tabs-last-number';
const STREAMS_MILLISECONDS = 2000;
const STATES = {
  connecting: 'Connecting.',
  streaming: 'The stream is open.',
  polling: 'Something on the way holds streams back, so this tab polls.',
  paused: 'Paused.',
  closed: 'Closed.',
};

const find = (selector) => document.querySelector(selector);
const show = (name, value) => (find(`[data-${name}]`).textContent = value);

const log = new EventLog(find('[data-log]'));
let received = 0;
let wrong = 0;
let last;

const client = new BellwetherClient(address('events'), { topics: [TOPIC] });
for (const type of ['open', 'error', 'message', 'gap', 'shutdown']) {
  client.addEventListener(type, (event) => log.event(event, client));
}
client.onstate = (state) => {
  show('state', STATES[state]);
  showRole();
};
client.addEventListener('message', ({ data }) => {
  const number = Number(data);
  if (last !== undefined && number !== last + 1) wrong += 1;
  last = number;
  show('received', ++received);
  show('wrong', wrong);
  showRole();
});

function showRole() {
  show('role', client.isLeading ? 'has the stream' : 'follows');
}

/** Numbers go on from tab to tab, and are published in their order: one tab at a time. */
function publishNumbers(count) {
  const publishAll = async () => {
    for (let i = 0; i < count; i++) {
      const number = Number(localStorage.getItem(LAST) ?? 0) + 1;
      await publish({ topic: TOPIC, data: number });
      localStorage.setItem(LAST, number);
    }
  };
  return navigator.locks ? navigator.locks.request(LAST, publishAll) : publishAll();
}

/** Runs what a button asks the server for; a refusal is said. */
function onClick(name, action) {
  find(`[data-${name}]`).addEventListener('click', () =>
    action().catch(({ message }) => show('state', message)),
  );
}

onClick('publish', () => publishNumbers(1));
onClick('publish-many', () => publishNumbers(50));
onClick('cut', () => post('demo/cut', { topic: TOPIC, retry: 1000 }));

async function showStreams() {
  showRole();
  if (document.hidden) return;
  try {
    show('streams', await metric('bellwether_streams_open'));
  } catch {
    show('streams', 'unknown'); // the server is away, or has grown shy
  }
}

if (await demo) {
  setInterval(showStreams, STREAMS_MILLISECONDS);
  showStreams();
} else {
  show('streams', 'not said');
}
