// A slow reader beside this page's own: what it costs the page, and what the server says of it.

import { request } from '../api.js';
import { formatCount } from '../format.js';
import './frame.js';
import { median } from './median.js';
import { Plot } from './plot.js';
import { address, eventsOf, metric, ownTopic, post } from './server.js';

const BATCH = 20; // events
const FILL = 'x'.repeat(10_000);
const BATCH_MILLISECONDS = 200;
const SHOW_MILLISECONDS = 1000;
const LONGEST_MILLISECONDS = 120_000; // so that a forgotten page fills no disk
const SLOW_BYTES = 100_000; // a second: a tenth of what comes
const METRICS = [
  'bellwether_stream_lag_max',
  'bellwether_streams_closed_total',
  'bellwether_gaps_total',
  'bellwether_events_conflated_total',
];

const find = (selector) => document.querySelector(selector);

const topic = ownTopic('large');
const toggle = find('[data-toggle]');
const slowToggle = find('[data-slow]');
const plot = new Plot(find('[data-plot]'), { names: ['Half within', 'All within'], unit: ' ms' });
let run; // while it goes on: figures, timers, the source

function start() {
  const source = new EventSource(eventsOf(topic));
  run = { source, published: 0, fast: 0, recent: [], alone: [], beside: [], began: Date.now() };
  source.addEventListener('message', ({ data }) => receive(JSON.parse(data).at));
  run.publishing = setInterval(publishBatch, BATCH_MILLISECONDS);
  run.showing = setInterval(show, SHOW_MILLISECONDS);
  plot.clear();
  say('');
  toggle.textContent = 'Stop';
  slowToggle.disabled = false;
}

function stop() {
  if (!run) return;
  clearInterval(run.publishing);
  clearInterval(run.showing);
  run.source.close();
  leaveSlow();
  run = undefined;
  toggle.textContent = 'Start publishing';
  slowToggle.disabled = true;
}

async function publishBatch() {
  const mine = run;
  if (mine.isPublishing) return; // The one before is still on its way.
  if (Date.now() - mine.began > LONGEST_MILLISECONDS) {
    stop();
    return say('It has ended after two minutes.');
  }
  mine.isPublishing = true;
  const event = { topic, data: { at: performance.now(), fill: FILL } };
  try {
    const response = await fetch(address('events'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(new Array(BATCH).fill(event)),
    });
    if (response.ok) mine.published += BATCH;
    else say(`The server refused with ${response.status}.`, 'refused');
  } catch {
    say('The server cannot be reached.', 'refused');
  }
  mine.isPublishing = false;
}

function receive(at) {
  const delay = performance.now() - at;
  run.fast++;
  run.recent.push(delay);
  (run.slow ? run.beside : run.alone).push(delay);
}

async function show() {
  const mine = run;
  if (mine.recent.length > 0) {
    plot.add(0, median(mine.recent));
    plot.add(1, Math.max(...mine.recent));
    mine.recent = [];
  }
  find('[data-published]').textContent = formatCount(mine.published);
  find('[data-fast]').textContent = formatCount(mine.fast);
  showDelay('fast', mine.alone);
  showDelay('beside', mine.beside);
  try {
    await Promise.all([showMetrics(mine), showSlow(mine)]);
  } catch (error) {
    say(error.message, 'refused');
  }
}

function showDelay(name, delays) {
  if (delays.length === 0) return;
  find(`[data-${name}-delay]`).textContent = `${median(delays).toFixed(1)} ms`;
}

async function showMetrics(mine) {
  const values = await Promise.all(METRICS.map(metric));
  METRICS.forEach((name, i) => {
    const value = values[i] ?? 0;
    find(`[data-metric=${name}]`).textContent = formatCount(value);
    const since = find(`[data-since=${name}]`);
    if (since && mine.slow) since.textContent = formatCount(value - (mine.slow[name] ??= value));
  });
}

async function showSlow(mine) {
  if (!mine.slow) return;
  const slow = await request('GET', 'demo/slow-reader');
  if (!mine.slow) return; // meanwhile
  find('[data-slow-read]').textContent = formatCount(slow.events);
  find('[data-slow-behind]').textContent = formatCount(
    Math.max(0, mine.published - mine.slow.from - slow.events),
  );
  find('[data-slow-bytes]').textContent = formatCount(slow.bytes);
  find('[data-slow-opened]').textContent = formatCount(slow.opened);
}

async function putSlow() {
  const mine = run;
  try {
    const topics = [topic, 'stocks/{symbol}'];
    const fields = topics.map((name) => ['topic', name]);
    await post('demo/slow-reader', [...fields, ['bytes', SLOW_BYTES]]);
    mine.slow = { from: mine.published };
    mine.beside = [];
    slowToggle.textContent = 'Take it away';
  } catch (error) {
    say(error.message, 'refused');
  }
}

function leaveSlow() {
  if (!run.slow) return;
  run.slow = undefined;
  slowToggle.textContent = 'Put a slow reader beside it';
  request('DELETE', 'demo/slow-reader').catch((error) => say(error.message, 'refused'));
}

function say(text, kind = 'done') {
  find('[data-outcome]').textContent = text;
  find('[data-outcome]').dataset.outcome = kind;
}

toggle.addEventListener('click', () => (run ? stop() : start()));
slowToggle.addEventListener('click', () => (run.slow ? leaveSlow() : putSlow()));
addEventListener('pagehide', stop);
