// The reconnection time: what the server says, how long this browser waits, and what other streams
// are told.

import { Bytes } from './bytes.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { address, eventsOf } from './server.js';

const STREAMS = 10;
const TICK_MILLISECONDS = 100;

const find = (selector) => document.querySelector(selector);
const seconds = (milliseconds) => (milliseconds / 1000).toFixed(2);

const bytes = new Bytes(find('[data-bytes]'));
const log = new EventLog(find('[data-log]'));
const progress = find('[data-progress]');
let said;
let lost;
let ticking;

const listening = new Listening(log, {
  error: () => {
    lost = performance.now();
    progress.hidden = false;
    ticking = setInterval(() => {
      find('[data-waited]').textContent = ((performance.now() - lost) / 1000).toFixed(1);
    }, TICK_MILLISECONDS);
  },
  open: (event, source) => {
    if (lost === undefined) return;
    const waited = performance.now() - lost;
    source.close();
    stop();
    log.note('source.close(): measured, once is enough');
    note(waited);
  },
});

function stop() {
  clearInterval(ticking);
  progress.hidden = true;
  lost = undefined;
}

function begin(retry) {
  said = retry;
  stop();
  log.clear();
  find('[data-result]').textContent = 'The stream ends at once, and the browser begins to wait.';
  const text = `${retry ? `retry: ${retry}\n` : ''}data: hello world\n\n`;
  const stream = address(`demo/raw?${new URLSearchParams({ text })}`);
  bytes.read(stream);
  listening.open(stream);
}

function note(waited) {
  const longer = said ? `${seconds(waited - said)} s` : 'its own time';
  const cells = [said ? `${seconds(said)} s` : 'nothing', `${seconds(waited)} s`, longer];
  const row = document.createElement('tr');
  row.append(
    ...cells.map((text, i) => {
      const cell = document.createElement(i === 0 ? 'th' : 'td');
      if (i === 0) cell.scope = 'row';
      cell.textContent = text;
      return cell;
    }),
  );
  find('[data-none]')?.remove();
  find('[data-measured]').append(row);
  find('[data-result]').textContent = `The server said ${cells[0]}; the browser waited ${cells[1]}.`;
}

for (const button of document.querySelectorAll('[data-say]')) {
  button.addEventListener('click', () => begin(button.dataset.say));
}

// What other streams are told. Each is left as soon as its second line is there.

async function timeOfOneStream() {
  const abort = new AbortController();
  const headers = { Accept: 'text/event-stream' };
  const response = await fetch(eventsOf('clock'), { headers, signal: abort.signal });
  let text = '';
  const decoder = new TextDecoder();
  try {
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      const [, retry] = /^retry: (\d+)\n/m.exec(text) ?? [];
      if (retry) return Number(retry);
      if (done) throw new Error('A stream ended without a retry line.');
    }
  } finally {
    abort.abort();
  }
}

async function roll() {
  const times = [];
  find('[data-dice]').replaceChildren();
  for (let i = 0; i < STREAMS; i++) {
    const time = await timeOfOneStream();
    times.push(time);
    const item = document.createElement('li');
    item.textContent = time;
    find('[data-dice]').append(item);
  }
  return `From ${Math.min(...times)} to ${Math.max(...times)} milliseconds.`;
}

find('[data-ask]').addEventListener('click', async () => {
  const spread = find('[data-spread]');
  find('[data-ask]').disabled = true;
  try {
    spread.textContent = await roll();
  } catch (error) {
    spread.textContent = `It did not work: ${error.message}`;
  } finally {
    find('[data-ask]').disabled = false;
  }
});
