// Events with a name: the document's three, published by the page and heard from its stream, and
// one of the reader's own.

import { Bytes } from './bytes.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { eventsOf, ownTopic, publish } from './server.js';

const EVENTS = {
  message: { msg: 'First message' },
  userlogon: { username: 'John123' },
  update: { username: 'John123', emotion: 'happy' },
};
const TEXTS = {
  message: ({ msg }) => msg,
  userlogon: ({ username }) => `User login: ${username}`,
  update: ({ username, emotion }) => `${username} is now ${emotion}`,
};

const find = (selector) => document.querySelector(selector);

const topic = ownTopic('users');
const log = new EventLog(find('[data-log]'));
const listening = new Listening(
  log,
  Object.fromEntries(Object.keys(EVENTS).map((type) => [type, hear])),
);
const stream = eventsOf(topic);
listening.open(stream);
new Bytes(find('[data-bytes]')).follow(stream);
find('[data-topic]').textContent = topic;

function hear({ type, data }) {
  log.note(textOf(type, data));
  const count = find(`[data-heard=${type}]`);
  count.textContent = Number(count.textContent) + 1;
  if (type === 'message') find('[data-heard-alone]').textContent = count.textContent;
}

function textOf(type, data) {
  try {
    return TEXTS[type](JSON.parse(data));
  } catch {
    return 'This data is not JSON.'; // It is the reader's own.
  }
}

/** Publishes and says so. An event without a type is a message. */
async function tell(result, events) {
  try {
    for (const [type, data] of events) {
      await publish({ topic, data, ...(type === 'message' ? {} : { type }) });
    }
    result.textContent = `Published: ${events.map(([type]) => type).join(', ')}.`;
  } catch (error) {
    result.textContent = error.message;
  }
}

const asText = ([type, data]) => [type, JSON.stringify(data)];
const all = Object.entries(EVENTS).map(asText);

for (const button of document.querySelectorAll('[data-publish]')) {
  const type = button.dataset.publish;
  const events = [asText([type, EVENTS[type]])];
  button.addEventListener('click', () => tell(find('[data-result]'), events));
}
find('[data-publish-all]').addEventListener('click', () => tell(find('[data-result]'), all));

// A type of one's own.

const heard = new Set(Object.keys(EVENTS));

find('[data-own]').addEventListener('submit', async (event) => {
  event.preventDefault();
  const type = find('[data-own-type]').value;
  await tell(find('[data-own-result]'), [[type, find('[data-own-data]').value]]);
});

find('[data-listen]').addEventListener('click', () => {
  const type = find('[data-own-type]').value;
  find('[data-own-result]').textContent = `The page listens to ${type} from now on.`;
  if (heard.has(type)) return;
  heard.add(type);
  listening.source.addEventListener(type, (event) => log.event(event, listening.source));
});
