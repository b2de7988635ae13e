// Ids and resuming: a stream that is cut, what is published meanwhile, and an id that is gone.

import { Bytes } from './bytes.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { eventsOf, ownTopic, post, publish } from './server.js';

const AWAY_MILLISECONDS = 5000;

const find = (selector) => document.querySelector(selector);
const say = (text) => (find('[data-state]').textContent = text);
const show = (name, value) => (find(`[data-${name}]`).textContent = value);

const [section, gapSection] = ['cut', 'gap'].map((id) => find(`#${id}`).closest('section'));
const topic = ownTopic('news');

// The stream that is cut.

const bytes = new Bytes(section.querySelector('[data-bytes]'));
const log = new EventLog(section.querySelector('[data-log]'));
const published = [];
const received = [];
let isAway = true;
let missed = 0;
let sending = Promise.resolve();

const listening = new Listening(log, {
  open: () => {
    if (isAway && missed > 0) say('Reconnected: the server sends what was missed.');
    else say('The stream is open.');
    isAway = false;
  },
  message: (event) => {
    received.push(event.data);
    count();
  },
  error: () => {
    isAway = true;
    say('Cut. The browser waits, and reconnects by itself.');
  },
});

function open() {
  if (listening.source) return;
  const address = eventsOf(topic);
  log.note(`new EventSource('${address.pathname}${address.search}')`);
  listening.open(address);
  bytes.follow(address);
  find('[data-open]').disabled = true;
}

function publishOne() {
  const data = `news ${published.length + 1}`;
  published.push(data);
  if (isAway) {
    missed += 1;
    log.note(`published while away: ${data}`);
  }
  count();
  // One after the other, so that their order is the one in which they were asked for.
  sending = sending.catch(() => {}).then(() => publish({ topic, data }));
  return sending;
}

/** What came has to be the beginning of what was published; the rest is still on its way. */
function count() {
  show('published', published.length);
  show('missed', missed);
  show('received', received.length);
  show('wrong', received.filter((data, i) => data !== published[i]).length);
  if (received.length === published.length && missed > 0 && !isAway) {
    say(`All ${published.length} events are here, ${missed} of them from while it was away.`);
  }
}

/** Runs what a button asks the server for; a refusal is said. */
function onClick(name, action) {
  find(`[data-${name}]`).addEventListener('click', () => {
    action().catch((error) => say(error.message));
  });
}

onClick('open', async () => open());
onClick('publish', publishOne);
onClick('publish-many', () => Promise.all([publishOne(), publishOne(), publishOne()]));
onClick('cut', () => post('demo/cut', { topic, retry: AWAY_MILLISECONDS }));

// The id that is gone.

const gapBytes = new Bytes(gapSection.querySelector('[data-bytes]'));
const gapLog = new EventLog(gapSection.querySelector('[data-log]'));
const answer = find('[data-answer]');
const gapListening = new Listening(gapLog, {
  gap: (event) => {
    const { reason } = JSON.parse(event.data);
    answer.textContent = `The server says that something is missing. Reason: ${reason}.`;
  },
});

function continueAfter(id) {
  const address = eventsOf(topic, { lastEventId: id });
  answer.textContent = '';
  gapLog.clear();
  gapListening.open(address).addEventListener('open', () => {
    answer.textContent ||= 'No gap so far: nothing after this id is missing.';
  });
  gapBytes.follow(address);
}

find('[data-ask]').addEventListener('submit', (event) => {
  event.preventDefault();
  continueAfter(find('[data-id]').value);
});
find('[data-earliest]').addEventListener('click', () => continueAfter('earliest'));
