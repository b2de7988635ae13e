// All stocks twice: as they change, and at the pace of a slider.

import { ChangeableStream } from './changeable-stream.js';
import { Plot } from './plot.js';
import { Rate } from './rate.js';

const INTERVALS = ['0ms', '1s', '2s', '5s', '10s', '20s'];
const STOCKS = ['stocks/{symbol}'];
const SHOW_MILLISECONDS = 500;

const find = (selector) => document.querySelector(selector);

const slider = document.getElementById('interval');
const plot = new Plot(find('[data-plot]'), { names: ['Every change', 'At your pace'], unit: '/s' });
const rates = { every: new Rate(), paced: new Rate() };

const interval = () => INTERVALS[slider.value];

/** A stream of all stocks; what it begins with, how they stand, is not counted. */
function open(rate, pace) {
  let hasBegun = false;
  return new ChangeableStream(STOCKS, pace, {
    begin: () => (hasBegun = true),
    stock: () => hasBegun && rate.count(),
  });
}

open(rates.every, INTERVALS[0]);
const paced = open(rates.paced, interval());

slider.addEventListener('input', () => {
  find('output[for=interval]').textContent = slider.value === '0' ? 'no time' : interval();
});
slider.addEventListener('change', async () => {
  find('[data-before]').textContent = inWords(rates.paced);
  rates.paced.restart();
  try {
    await paced.change(STOCKS, interval());
    find('[data-pace-outcome]').textContent = '';
  } catch {
    find('[data-pace-outcome]').textContent = 'The server cannot be reached.';
  }
});

function inWords(rate) {
  return `${rate.perSecond.toFixed(1)}/s`;
}

setInterval(() => {
  plot.add(0, rates.every.perSecond);
  plot.add(1, rates.paced.perSecond);
  find('[data-every]').textContent = inWords(rates.every);
  find('[data-paced]').textContent = inWords(rates.paced);
}, SHOW_MILLISECONDS);
