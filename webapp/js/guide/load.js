// The server's load generator: thousands of streams that it opens to itself, and how they fare.

import { request } from '../api.js';
import { demo } from '../demo.js';
import { formatCount } from '../format.js';
import './frame.js';
import { Plot } from './plot.js';
import { post } from './server.js';

const ASK_MILLISECONDS = 1000;

const find = (selector) => document.querySelector(selector);

const form = find('[data-load]');
const outcome = find('[data-outcome]');
const stop = find('[data-stop]');
const deliveries = new Plot(find('[data-deliveries]'), { names: ['Deliveries a second'] });
const delays = new Plot(find('[data-delays]'), {
  names: ['Median delay', '99th percentile'],
  unit: ' ms',
});
const open = new Plot(find('[data-open]'), { names: ['Streams open'] });
let asking;

function show(load) {
  const figures = {
    streams: `${formatCount(load.open)} of ${formatCount(load.streams)}`,
    published: formatCount(load.published),
    delivered: formatCount(load.delivered),
    rate: formatCount(load.deliveriesPerSecond),
    p50: `${load.p50Millis.toFixed(1)} ms`,
    p99: `${load.p99Millis.toFixed(1)} ms`,
    missing: formatCount(load.missing),
    megabytes: `${(load.bytes / 1e6).toFixed(1)} MB`,
  };
  for (const [name, text] of Object.entries(figures)) find(`[data-${name}]`).textContent = text;
  stop.disabled = !load.running;
  if (!load.running) return;
  deliveries.add(0, load.deliveriesPerSecond);
  delays.add(0, load.p50Millis);
  delays.add(1, load.p99Millis);
  open.add(0, load.open);
}

/** Asks every second how it goes, until it is over. */
async function ask() {
  clearTimeout(asking);
  try {
    const load = await request('GET', 'demo/load');
    show(load);
    if (!load.running) return say(load.streams ? 'It has ended. Its figures stay.' : '');
  } catch (error) {
    say(error.message, 'refused');
  }
  asking = setTimeout(ask, ASK_MILLISECONDS);
}

function say(text, kind = 'done') {
  outcome.textContent = text;
  outcome.dataset.outcome = kind;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    await post('demo/load', new FormData(form));
    [deliveries, delays, open].forEach((plot) => plot.clear());
    say('Running, for a minute at most.');
  } catch (error) {
    say(error.message, 'refused');
  }
  ask();
});
stop.addEventListener('click', async () => {
  await request('DELETE', 'demo/load').catch((error) => say(error.message, 'refused'));
  ask();
});

if (await demo) {
  document.addEventListener('visibilitychange', () => !document.hidden && ask());
  ask();
}
