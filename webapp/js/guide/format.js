// The format: examples to send, and an editor for streams of one's own.

import { Bytes } from './bytes.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { address } from './server.js';

const ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' };
const FIRST = `: you can change all of this
data: Hello

event: greeting
id: 1
data: two lines
data: and a type of their own

data: no blank line follows, so this is no event`;

const find = (selector) => document.querySelector(selector);
const raw = (text) => address(`demo/raw?${new URLSearchParams({ text })}`);

/** What the page says about the examples whose data means something to it. */
const REMARKS = {
  lines: (data) => `data.split('\\n').join('') is ${JSON.stringify(data.split('\n').join(''))}`,
  json: (data) => {
    const { id, msg } = JSON.parse(data);
    return `id is ${id}, msg is ${JSON.stringify(msg)}`;
  },
};

/** Listens until the stream ends. What a page has sent once it does not want again and again. */
function listen(log, text, handlers, ended = () => {}) {
  log.clear();
  const listening = new Listening(log, {
    ...handlers,
    error: (event, source) => {
      source.close();
      log.note('source.close(), or the browser would come back');
      ended();
    },
  });
  listening.open(raw(text));
  return listening;
}

for (const button of document.querySelectorAll('[data-send]')) {
  const name = button.dataset.send;
  const example = button.closest('section');
  const log = new EventLog(example.querySelector('[data-log]'));
  const text = document.getElementById(`${name}-raw`).textContent;
  button.addEventListener('click', () => {
    listen(log, text, {
      message: ({ data }) => {
        if (REMARKS[name]) log.note(REMARKS[name](data));
      },
    });
  });
  const edit = example.querySelector('[data-edit]');
  edit.setAttribute('aria-label', `Edit it: ${example.querySelector('h2').textContent}`);
  edit.addEventListener('click', () => {
    find('[data-text]').value = text;
    find('[data-text]').focus();
  });
}

// The editor.

const bytes = new Bytes(find('[data-editor] ~ .pair [data-bytes]'), { showsEnds: true });
const log = new EventLog(find('[data-editor] ~ .pair [data-log]'));
let running;

find('[data-text]').value = FIRST;
find('[data-editor]').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = find('[data-text]').value.replaceAll('\n', ENDS[find('[data-ends]').value]);
  running?.close();
  bytes.read(raw(text));
  running = send(text);
});

function send(text) {
  let count = 0;
  const types = typesIn(text);
  const counting = Object.fromEntries(types.map((type) => [type, () => count++]));
  const say = (words) => (find('[data-result]').textContent = words);
  say('Sent.');
  const listening = listen(log, text, counting, () => {
    say(`${count === 1 ? 'One event' : `${count} events`}. The page listened to ${types.join(', ')}.`);
  });
  return listening;
}

/** A page hears only types that it listens to, so this one looks which there are. */
function typesIn(text) {
  const named = [...text.matchAll(/^event: ?(.+)$/gm)].map(([, type]) => type);
  return [...new Set(['message', ...named])].filter((type) => !['open', 'error'].includes(type));
}
