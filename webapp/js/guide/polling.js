// The page that gets the same events in three ways at once and counts what each of them costs.

import { formatCount } from '../format.js';
import './frame.js';
import { Lane } from './lane.js';
import { longPoll, poll, stream } from './polling-lanes.js';
import { Plot } from './plot.js';
import { eventsOf, ownTopic, publish } from './server.js';

const LANES = {
  polling: (lane) => poll(lane, url, () => pollEvery.value * 1000),
  waiting: (lane) => longPoll(lane, url),
  stream: (lane) => stream(lane, url),
};
const SHOW_MILLISECONDS = 250;

const topic = ownTopic('race');
const url = eventsOf(topic);
const table = document.querySelector('[data-race]');
const toggle = document.querySelector('[data-toggle]');
const outcome = document.querySelector('[data-outcome]');
const pollEvery = document.getElementById('poll-every');
const publishEvery = document.getElementById('publish-every');
const plot = new Plot(document.querySelector('[data-plot]'), {
  names: ['Polling', 'Long polling', 'Server-sent events'],
  unit: ' ms',
  floor: 1,
});

let lanes = {};
let published = 0;
let publishing;

function milliseconds(value) {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function start() {
  lanes = {};
  published = 0;
  plot.clear();
  Object.entries(LANES).forEach(([name, run], i) => {
    lanes[name] = new Lane((delay) => plot.add(i, delay));
    run(lanes[name]);
  });
  outcome.textContent = '';
  toggle.textContent = 'Stop';
  publishing = setTimeout(publishNext, 1000); // when all three have begun
}

function stop() {
  clearTimeout(publishing);
  publishing = undefined;
  Object.values(lanes).forEach((lane) => lane.stop());
  toggle.textContent = 'Start';
}

async function publishNext() {
  const mine = publishing;
  try {
    await publish({ topic, data: JSON.stringify({ n: published + 1, at: performance.now() }) });
    published++;
  } catch (error) {
    outcome.textContent = error.message;
    outcome.dataset.outcome = 'refused';
  }
  // Not quite regular, or the polls would always come at the same distance.
  const pause = publishEvery.value * 1000 * (0.5 + Math.random());
  if (publishing === mine) publishing = setTimeout(publishNext, pause);
}

function show() {
  for (const [name, lane] of Object.entries(lanes)) {
    const figures = {
      requests: formatCount(lane.requests),
      empty: name === 'stream' ? '–' : formatCount(lane.empty),
      bytes: formatCount(lane.bytes),
      'per-event': lane.events ? formatCount(Math.round(lane.bytes / lane.events)) : '–',
      events: `${formatCount(lane.events)} of ${formatCount(published)}`,
      delay: lane.median === undefined ? '–' : milliseconds(lane.median),
    };
    for (const [figure, text] of Object.entries(figures)) {
      table.querySelector(`[data-lane=${name}] [data-figure=${figure}]`).textContent = text;
    }
    const example = document.querySelector(`[data-example=${name}]`);
    if (example.textContent !== lane.example) example.textContent = lane.example;
  }
}

toggle.addEventListener('click', () => (publishing ? stop() : start()));
for (const slider of [pollEvery, publishEvery]) {
  const said = document.querySelector(`output[for=${slider.id}]`);
  slider.addEventListener('input', () => (said.textContent = `${slider.value} s`));
}
addEventListener('pagehide', stop);
// A hidden page's timers are slowed down, so what it measures would be wrong.
document.addEventListener('visibilitychange', () => document.hidden && stop());
setInterval(show, SHOW_MILLISECONDS);
