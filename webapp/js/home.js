// The first page: a few stocks, the stream of the chosen one byte for byte, the code for it.

import { request } from './api.js';
import { Board } from './board.js';
import { connect } from './page.js';
import { Tail } from './tail.js';
import { Wire } from './wire.js';

const SHOWN = 6;
const PATIENCE_MILLISECONDS = 1000;

const strip = document.querySelector('[data-strip]');
const board = new Board(strip, document.querySelector('[data-strip-card]'), SHOWN);
const wireStatus = document.querySelector('[data-wire-status]');
const wire = new Wire(
  new Tail(document.querySelector('[data-wire]')),
  (text) => (wireStatus.textContent = text),
);
let chosen;
let settling;
let recalled;

connect(['stocks/{symbol}'], {
  stock: (event) => {
    board.apply(JSON.parse(event.data));
    settling ??= setTimeout(settle, PATIENCE_MILLISECONDS);
  },
  cursor: settle,
  gap: async () => {
    board.expectList();
    board.replace((await request('GET', 'api/stocks')).stocks);
    settle();
  },
});

/**
 * Chooses the first stock once the stream has given all there are: the cursor says when, unless the
 * stream was cut just before it.
 */
function settle() {
  settling = undefined;
  if (board.symbols.length > 0) recalled ??= board.recall();
  if (board.stock(chosen)) return;
  choose(board.symbols[0]);
}

function choose(symbol) {
  chosen = symbol;
  for (const card of strip.children) {
    card.querySelector('button').setAttribute('aria-pressed', card.dataset.symbol === symbol);
  }
  const topics = symbol ? [`stocks/${encodeURIComponent(symbol)}`, 'clock'] : ['clock'];
  const query = topics.map((topic) => `topic=${topic}`).join('&');
  for (const place of document.querySelectorAll('[data-query]')) place.textContent = query;
  wire.show(query);
}

strip.addEventListener('click', (event) => {
  const card = event.target.closest('[data-symbol]');
  if (card) choose(card.dataset.symbol);
});

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard; // Browsers have it on https and on this machine only.
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  });
}

document.querySelector('[data-events-address]').textContent = new URL('../events', import.meta.url);
