// Several topics on one stream, changed while it is open, and thinned by an interval.

import { demo } from '../demo.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Plot } from './plot.js';
import { Rate } from './rate.js';
import { address, eventsOf, ownTopic, publish } from './server.js';

const INTERVALS = ['0ms', '1s', '2s', '5s', '10s', '20s', '30s'];
const PUBLISH_MILLISECONDS = 1000;

const find = (selector) => document.querySelector(selector);

const topic = ownTopic('log');
const slider = document.getElementById('interval');
const boxes = [...document.querySelectorAll('[data-topic]')];
const requests = new EventLog(find('[data-requests]'));
const plot = new Plot(find('[data-plot]'), {
  names: ['Stocks, a state each', 'A log, an event each second'],
  unit: '/s',
});
const rates = { stock: new Rate(), log: new Rate(), clock: new Rate() };
const counts = { stock: 0, log: 0, clock: 0 };
let source;
let url; // of the open stream, once it has told it: from then on events are new
let opened = 0;

boxes.find((box) => box.dataset.topic === 'own').value = topic;

const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
const interval = () => INTERVALS[slider.value];

/** A fresh stream, of what is chosen just now. */
function open() {
  source?.close();
  url = undefined;
  const address = eventsOf(chosen(), { interval: interval() });
  source = new EventSource(address);
  note('GET', address, 'a new stream');
  source.addEventListener('open', () => (find('[data-opened]').textContent = ++opened));
  // The browser would come back with the topics it began with, so the page does that itself.
  source.addEventListener('error', () => source.readyState !== EventSource.CLOSED && reopenSoon());
  source.addEventListener('cursor', ({ data }) => {
    const told = JSON.parse(data).url;
    if (told) url = new URL(told, eventsOf([])); // relative to where the stream was opened
  });
  source.addEventListener('stock', () => count('stock'));
  source.addEventListener('tick', () => count('log'));
  source.addEventListener('message', () => count('clock'));
}

function reopenSoon() {
  source.close();
  setTimeout(open, 2000);
}

/** Tells the open stream its new topics and pace: nothing of what it keeps is lost or doubled. */
async function change() {
  const fields = new URLSearchParams(chosen().map((name) => ['topic', name]));
  fields.set('interval', interval());
  try {
    const response = await fetch(url, { method: 'POST', body: fields });
    note('POST', url, `${response.status}`, fields);
    find('[data-outcome]').textContent = response.ok ? '' : await response.text();
  } catch {
    find('[data-outcome]').textContent = 'The server cannot be reached.';
  }
}

function count(name) {
  counts[name]++;
  if (url) rates[name].count();
  find(`[data-count=${name}]`).textContent = counts[name];
}

function tick() {
  // One that is lost is seen in the plot.
  if (!document.hidden) publish({ topic, type: 'tick', data: Date.now() }).catch(() => {});
}

/** Writes a request down: its path without most of the stream's name, which nobody can read. */
function note(method, { pathname, search }, outcome, fields = '') {
  const path = pathname.replace(/(events\/.{8}).*/, '$1…');
  const said = decodeURIComponent(`${search}${fields && ` ${fields}`}`);
  requests.note(`${method} ${path}${said} → ${outcome}`);
}

for (const box of boxes) {
  box.addEventListener('change', () => {
    if (chosen().length === 0) box.checked = true; // No topic would mean every topic.
    else change();
  });
}
slider.addEventListener('input', () => {
  find('output[for=interval]').textContent = slider.value === '0' ? 'every change' : interval();
});
slider.addEventListener('change', () => {
  find('[data-before]').textContent = `${rates.stock.perSecond.toFixed(1)}/s`;
  change();
});

addEventListener('pagehide', () => source.close());
addEventListener('pageshow', (event) => event.persisted && open());
setInterval(() => {
  plot.add(0, rates.stock.perSecond);
  plot.add(1, rates.log.perSecond);
  find('[data-now]').textContent = `${rates.stock.perSecond.toFixed(1)}/s`;
}, 500);
open();
if (await demo) setInterval(tick, PUBLISH_MILLISECONDS);
