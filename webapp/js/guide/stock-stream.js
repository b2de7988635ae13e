// A stock stream: the board's events, the headers they come with, and what the server notices when
// its clients leave.

import { demo } from '../demo.js';
import { formatCount, formatPrice, formatTime } from '../format.js';
import { Bytes } from './bytes.js';
import './frame.js';
import { Plot } from './plot.js';
import { eventsOf, metric } from './server.js';

const SHOWN = 12;
const MORE = 2; // With the two of this page: a browser opens six connections to a host.
const LOOK_MILLISECONDS = 500;

const find = (selector) => document.querySelector(selector);
const show = (name, value) => (find(`[data-${name}]`).textContent = value);

const board = eventsOf('stocks');

// The board.

let events = 0;
let before;

function take({ data }) {
  const { stocks, timestamp } = JSON.parse(data);
  const time = new Date(timestamp);
  events += 1;
  show('events', formatCount(events));
  show('count', formatCount(stocks.length));
  show('timestamp', formatTime(time));
  if (before) show('interval', `${((time - before) / 1000).toFixed(2)} s`);
  before = time;
  find('[data-stocks]').replaceChildren(...stocks.slice(0, SHOWN).map(row));
}

function row({ symbol, price, quantity }) {
  const made = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = symbol;
  made.append(name, ...[formatPrice(price), formatCount(quantity)].map(cell));
  return made;
}

function cell(text) {
  const made = document.createElement('td');
  made.textContent = text;
  return made;
}

const source = new EventSource(board);
source.onmessage = take;
addEventListener('pagehide', () => source.close());
new Bytes(find('[data-bytes]'), { answered: showHeaders }).follow(board);

function showHeaders({ headers }) {
  for (const place of document.querySelectorAll('[data-header]')) {
    place.textContent = headers.get(place.dataset.header) ?? 'not sent';
  }
}

// Streams that leave.

const plot = new Plot(find('[data-plot]'), { names: ['Open streams'], seconds: 60 });
const more = [];

function say(count) {
  show('state', `This page has ${2 + more.length} streams open; the server counts ${count}.`);
}

async function look() {
  if (document.hidden) return;
  const count = await metric('bellwether_streams_open');
  plot.add(0, count);
  say(count);
}

find('[data-open]').addEventListener('click', () => {
  if (more.length > 0) return;
  for (let i = 0; i < MORE; i++) more.push(new EventSource(board));
});
find('[data-leave]').addEventListener('click', leave);
addEventListener('pagehide', leave);

function leave() {
  more.splice(0).forEach((stream) => stream.close());
}

async function lookAgain() {
  try {
    await look();
  } catch (error) {
    show('state', error.message);
  }
  setTimeout(lookAgain, LOOK_MILLISECONDS);
}

if (await demo) lookAgain();
