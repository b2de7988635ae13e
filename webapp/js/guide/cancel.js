// Ways to end a stream. For each the page opens a real EventSource and watches for some seconds
// what this browser does next.

import { EventLog, readyStateOf } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { address } from './server.js';

const WATCHED_MILLISECONDS = 4000;
const CLOSED_AFTER_MILLISECONDS = 1000;

const raw = (parameters) => address(`demo/raw?${new URLSearchParams(parameters)}`);

const HELLO = 'retry: 1000\ndata: hello\n\n';
const WAYS = {
  close: { url: raw({ text: HELLO, hold: true }), closes: true },
  status: { url: raw({ status: 404, type: 'application/problem+json', text: '{"status":404}' }) },
  type: { url: raw({ type: 'text/plain', text: HELLO }) },
  empty: { url: raw({ status: 204 }) },
  end: { url: raw({ text: HELLO }) },
  refusal: { url: raw({ text: ':\nretry: 2000\n' }) },
};

const GONE = { close: 'Stayed away' };

const log = new EventLog(document.querySelector('[data-log]'));
const said = document.querySelector('[data-said-of-way]');
const all = document.querySelector('[data-try-all]');
const listening = new Listening(log, { open: () => opened++, error: () => errors++ });
let opened = 0;
let errors = 0;
let watching; // the row whose way is being watched; ends when another is chosen

/** Opens the way's stream and watches it; resolves when that is over. */
async function watch(row) {
  watching = row;
  const way = WAYS[row.dataset.way];
  opened = 0;
  errors = 0;
  row.querySelector('[data-seen]').textContent = 'Watching …';
  log.note(`new EventSource('${way.url.pathname}${way.url.search.slice(0, 40)}')`);
  const source = listening.open(way.url);
  if (way.closes) {
    await pause(CLOSED_AFTER_MILLISECONDS);
    if (watching !== row) return;
    source.close();
    log.note('source.close()');
  }
  await pause(WATCHED_MILLISECONDS);
  if (watching !== row) return;
  show(row, source);
  listening.close();
  log.note('the end of watching');
}

function show(row, source) {
  const back = Math.max(0, opened - 1);
  const isClosed = source.readyState === EventSource.CLOSED;
  const verdict = isClosed ? GONE[row.dataset.way] ?? 'Gave up' : `Came back ${back} times in 4 s`;
  row.querySelector('[data-seen]').textContent = verdict;
  row.querySelector('[data-counts]').textContent =
    `open ${opened}, error ${errors}, readyState ${readyStateOf(source)}`;
  row.dataset.verdict = isClosed ? 'gone' : 'back';
  said.textContent = `${row.querySelector('th').textContent}: ${verdict}.`;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const rows = [...document.querySelectorAll('[data-way]')];
for (const row of rows) row.querySelector('button').addEventListener('click', () => watch(row));
all.addEventListener('click', async () => {
  log.clear();
  for (const row of rows) {
    await watch(row);
    if (watching !== row) return; // Somebody chose another meanwhile.
  }
});
